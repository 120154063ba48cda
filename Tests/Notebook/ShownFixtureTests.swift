import TestSupport
import Testing

@testable import Notebook

/// What cells show, beside what PyTorch 2.15.0 prints for the same: representations, grad_fn names,
/// the shapes that a linear layer and the losses take, and `prune remove`.
struct ShownFixtureTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let cells: [String]
    let shown: String
    var testDescription: String { cells.joined(separator: " ") }
  }

  struct Content: Decodable { let cases: [Case] }

  private static let cases: [Case] = ((try? Fixture.read("shown")) as Content?)?.cases ?? []

  @Test func thereAreCases() { #expect(Self.cases.count == 94) }

  @Test(arguments: cases) func isWhatPyTorchPrints(_ sample: Case) throws {
    var notebook = Notebook()
    for cell in sample.cells.dropLast() { #expect(notebook.run(cell).failure == nil, "\(cell)") }
    let result = notebook.run(try #require(sample.cells.last))
    let difference = TextDifference(result.text ?? result.failure?.message ?? "", sample.shown)
    #expect(difference == nil)
  }
}
