import Testing

@testable import Notebook

/// Inner values of a network and the gradients of what is neither a parameter nor an input; the
/// numbers by hand, in whole numbers.
struct InnerGradientTests {
  /// conv: weight 2, bias 1, no constant; linear: weights 3 and 5. The input is 1 and -4, so that
  /// the convolution gives 3 and -7, ReLU 3 and 0, the linear layer 9.
  private static func network() -> Notebook {
    var notebook = Notebook()
    for cell in [
      "net conv(1,1,1) relu flatten linear(2,1,bias=false) as n; epsilon off",
      "use n.conv1; weight [[[[2]]]]; bias [1]; use n.linear1; weight [[3, 5]]; use n",
      "input [[[[1, -4]]]]",
    ] { #expect(notebook.run(cell).failure == nil) }
    return notebook
  }

  @Test(arguments: [
    ("n.conv1.output", "tensor([[[[ 3., -7.]]]], grad_fn=<ConvolutionBackward0>)"),
    ("n.relu1.input", "tensor([[[[ 3., -7.]]]], grad_fn=<ConvolutionBackward0>)"),
    ("n.relu1.output", "tensor([[[[3., 0.]]]], grad_fn=<ReluBackward0>)"),
    ("n[2].output", "tensor([[3., 0.]], grad_fn=<ViewBackward0>)"),
    ("n[-1].output", "tensor([[9.]], grad_fn=<MmBackward0>)"),
    ("n.output", "tensor([[9.]], grad_fn=<MmBackward0>)"), ("n.conv1.input.grad", "None"),
    ("n.relu1.output.grad", "tensor([[[[3., 5.]]]])"),
    ("n.conv1.output.grad", "tensor([[[[3., 0.]]]])"),
    ("n.linear1.input.grad", "tensor([[3., 5.]])"), ("n.0.weight.grad", "tensor([[[[3.]]]])"),
    ("n.output.grad", "tensor([[1.]])"), ("output.grad", "tensor([[1.]])"),
  ])
  func stagesHaveValuesAndGradients(question: String, answer: String) {
    var notebook = Self.network()
    for cell in ["forward", "backward"] { #expect(notebook.run(cell).failure == nil) }
    #expect(notebook.shown(question) == answer)
  }

  /// Named values add up over passes, and zero_grad leaves them; a stage's are those of the last one.
  @Test func namedGradientsAddUp() {
    var notebook = Notebook()
    for cell in [
      "conv 1 1 1 bias=false as m; tensor [[[1, 3]]] requires_grad=true as x; flatten x as y",
      "relu y as z; backward z", "zero_grad",
    ] { #expect(notebook.run(cell).failure == nil) }
    #expect(notebook.shown("y.grad") == "tensor([[1., 1.]])")
    #expect(notebook.shown("z.grad") == "tensor([[1., 1.]])")
    // Another use of y, which the first pass has not used up: 2 (y - 0) / n besides.
    #expect(notebook.run("mse y; backward").failure == nil)
    #expect(notebook.shown("y.grad") == "tensor([[2., 4.]])")
    #expect(notebook.shown("z.grad") == "tensor([[1., 1.]])")
    #expect(notebook.shown("x.grad") == "tensor([[[2., 4.]]])")
  }

  /// A training loop leaves no gradients behind of values that nothing holds any more.
  @Test func whatNothingHoldsIsNotKept() {
    var notebook = Notebook()
    _ = notebook.run("conv 1 1 1 as m; input ones 1 1 2 2")
    for _ in 0..<20 { _ = notebook.run("forward as y; relu; backward") }
    #expect(notebook.session.retained.count == 2)
    #expect(notebook.shown("y.grad") != "None")
    #expect(notebook.shown("output.grad") != "None")
  }

  @Test func whatHasNoGradientSaysSo() {
    var notebook = Self.network()
    #expect(notebook.shown("n.conv1.output") == "n.conv1 has not run yet")
    #expect(notebook.run("n.conv1.output").failure?.remedy == "run forward first: forward n")
    _ = notebook.run("forward")
    #expect(notebook.shown("n.relu1.output.grad") == "None")
    _ = notebook.run("backward; forward")
    #expect(notebook.shown("n.relu1.output.grad") == "None", "another graph")
    let result = notebook.run("n.conv1.weight[0].grad")
    #expect(result.text == "None")
    #expect(
      result.notes == [
        .indexHasNoGradient("n.conv1.weight[0]", instead: "n.conv1.weight.grad[0]")
      ])
    #expect(
      notebook.run("use n.conv1; weight[0].grad").notes.contains(
        .indexHasNoGradient("weight[0]", instead: "grad[0]")))
  }

  @Test func aPlaceStandsForALayer() {
    var notebook = Self.network()
    #expect(notebook.shown("n[1]") == "ReLU()")
    #expect(notebook.shown("n.1") == "ReLU()")
    #expect(notebook.run("use n[0]").failure == nil)
    #expect(notebook.session.currentLayer?.description == "n.conv1")
    #expect(notebook.run("epsilon 0.5 n.0").failure == nil)
    #expect(notebook.shown("n.conv1.epsilon") == "0.5")
    #expect(
      notebook.shown("n[4]") == "index 4 is out of range for dimension 0 with size 4")
    #expect(notebook.shown("n.4") == "a network has no attribute '4'")
  }

  /// A name that goes to another layer has nothing of what the earlier one gave.
  @Test func aNewLayerHasNotRun() {
    var notebook = Notebook()
    _ = notebook.run("conv 1 1 1 as m; forward")
    #expect(notebook.run("m.output").failure == nil)
    _ = notebook.run("conv 1 2 1 as m")
    #expect(notebook.shown("m.output") == "m has not run yet")
  }
}
