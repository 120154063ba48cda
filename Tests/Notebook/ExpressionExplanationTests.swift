import Gradients
import Tensors
import Testing

@testable import Notebook

/// `gradcheck` and `why` on the random expressions whose gradients PyTorch has answered
/// (Tests/Fixtures/expressions/gradients.answers).
struct ExpressionExplanationTests {
  private static func differentiated() throws -> [(name: String, notebook: Notebook)] {
    try ExpressionAnswersTests.programs("gradients.answers").compactMap { program in
      var notebook = Notebook()
      for cell in program.cells where !cell.isRefused { _ = notebook.run(cell.source) }
      return notebook.session.lastLoss == nil ? nil : (program.name, notebook)
    }
  }

  @Test func gradcheckFindsNothingWrong() throws {
    for (name, notebook) in try Self.differentiated() {
      var notebook = notebook
      guard let failure = notebook.run("gradcheck loss").failure else { continue }
      #expect(failure.message.hasSuffix("no difference can be measured"), "\(name)")
    }
  }

  /// At every value of the graph the terms of each element sum to its gradient.
  @Test func termsSumToTheGradient() throws {
    for (name, notebook) in try Self.differentiated() {
      let loss = try #require(notebook.session.lastLoss)
      let explanation = try Explanation(losses: [loss])
      for variable in explanation.passes[0].order.flatMap(\.inputs) {
        guard let place = Explanation.place(of: variable, pass: 0),
          let gradient = explanation.gradient(at: place)
        else { continue }
        for element in 0..<gradient.count {
          let terms = try explanation.contributions(at: place, element: element)
          let sum = terms.reduce(0) { $0 + Double($1.product) }
          // A factor such as 1 - y is as coarse as the 1 in it.
          let scale = terms.reduce(0) {
            $0 + Double($1.product.magnitude) + Double($1.upstream.magnitude)
          }
          let value = Double(gradient.elements[element])
          #expect(
            value == sum || value.isNaN && sum.isNaN || (sum - value).magnitude <= scale * 1e-6,
            "\(name): \(variable.suffix) \(element): \(sum), not \(value)")
        }
      }
    }
  }

  /// Every element of every leaf has an explanation in words.
  @Test func everyElementIsExplained() throws {
    for (name, notebook) in try Self.differentiated() {
      var notebook = notebook
      for (leaf, gradient) in notebook.session.gradients {
        let owner = notebook.session.name(of: leaf)
        guard owner != Session.namelessLeaf else { continue }
        #expect(notebook.run("why \(owner).grad").failure == nil, "\(name)")
        for element in 0..<gradient.count {
          let place = WhyText.place(of: element, in: gradient.shape)
          let text = notebook.shown("why \(owner).grad\(place)") ?? ""
          #expect(text.hasPrefix("\(owner).grad\(place) = "), "\(name): \(text)")
          #expect(text.contains(" through ") || text.contains("nothing upstream"), "\(text)")
        }
      }
    }
  }
}
