import TestSupport
import Testing

@testable import Notebook

/// Wrong input to expressions, assignments and loops: what is said, where, and what to do instead;
/// nothing has changed (Tests/Fixtures/expressions/wrong.txt: the cell, the place below it, the
/// message, and the remedy where there is one).
struct WrongExpressionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let cell: String
    let marks: String
    let message: String
    let remedy: String?
    var testDescription: String { cell }

    init(_ lines: [String]) {
      (cell, marks, message) = (lines[0], lines[1], lines[2])
      remedy = lines.count > 3 ? lines[3] : nil
    }
  }

  static let cases: [Case] = {
    guard let text = try? Fixture.text("expressions/wrong.txt") else { return [] }
    return text.split(separator: "\n\n").map { $0.split(separator: "\n").map(String.init) }
      .filter { $0.count > 2 }.map(Case.init)
  }()

  private static let before = [
    "conv 1 2 3 as m", "input 1 1 4 4", "forward; relu; backward",
    "tensor [[1, 2, 3], [4, 5, 6]] requires_grad=true as x", "k = tensor([1, 2, 3])", "b = x > 2",
    "y = x * 2", "n = 3", "conv 1 2 2 as p; prune 0.5; use m",
  ]

  @Test(arguments: cases) func isRefusedInItsPlace(_ wrong: Case) throws {
    var notebook = Notebook()
    for cell in Self.before { #expect(notebook.run(cell).failure == nil) }
    let state = SessionFingerprint(notebook.session)
    let failure = try #require(notebook.run(wrong.cell).failure)
    #expect(failure.message == wrong.message)
    #expect(failure.remedy?.replacing("\n", with: " ") == wrong.remedy)
    let (start, length) = (wrong.marks.prefix { $0 == " " }.count, wrong.marks.count)
    // What is missing has no length, and one mark.
    #expect(failure.range.lowerBound == start)
    #expect(max(1, failure.range.count) == length - start)
    #expect(SessionFingerprint(notebook.session) == state)
  }

  @Test func thereAreEnough() { #expect(Self.cases.count >= 120) }
}
