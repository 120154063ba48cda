import Language
import Tensors
import TestSupport
import Testing

@testable import Notebook

struct StepCommandTests {
  struct Step: Decodable {
    let rate: Double
    let before: Floats
    let gradient: Floats
    let after: Floats
  }

  struct Content: Decodable { let steps: [Step] }

  /// PyTorch fuses the product with the sum.
  @Test func agreesWithPyTorchInEveryBit() throws {
    let content: Content = try Fixture.read("arithmetic")
    #expect(content.steps.count == 6)
    for step in content.steps {
      var notebook = Notebook()
      _ = notebook.run("conv 1 2 3 bias=false")
      var evaluation = Evaluation(session: notebook.session) { _ in .nothing }
      let leaf = try #require(try evaluation.session.layer().weight).leaf
      try evaluation.session.changeLayer("weight") {
        $0.set(leaf, to: Tensor(step.before.values, shape: [2, 1, 3, 3]))
      }
      evaluation.session.gradients[leaf] = Tensor(step.gradient.values, shape: [2, 1, 3, 3])
      #expect(try evaluation.run(Parser.parse("step \(step.rate)")) == nil)
      let found = try #require(try evaluation.session.layer().weight).tensor
      #expect(FloatDifference(found.elements, step.after.values) == nil, "rate \(step.rate)")
    }
  }

  @Test func leavesAloneWhatHasNoGradient() {
    var notebook = Notebook()
    _ = notebook.run("conv 1 2 3")
    let before = notebook.run("weight").text
    #expect(notebook.run("step 0.1").failure == nil)
    #expect(notebook.run("weight").text == before)
  }
}
