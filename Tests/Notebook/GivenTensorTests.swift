import Testing

@testable import Notebook

/// Wherever a tensor is taken, a literal, a name, `_`, `Out[n]` and an attribute do.
struct GivenTensorTests {
  private static func notebook() -> Notebook {
    var notebook = Notebook()
    for cell in [
      "conv 1 2 1 as m; weight [[[[1]]], [[[2]]]]; bias [3, 4]",
      "tensor [[[[7]]], [[[8]]]] as w", "tensor [0, 1] as k", "tensor 0.5 as r",
    ] { #expect(notebook.run(cell).failure == nil) }
    return notebook
  }

  @Test(arguments: [
    ("prune [1, 0, 1]", "one number for each filter: prune [0, 1]"),
    ("prune [2, 1]", "prune RATE chooses the filters itself: prune 0.5"),
    ("mask [1, 0, 1]", "one number for each filter: mask [0, 1]"),
  ])
  func theRemedyIsOneOfTheCommand(_ cell: String, _ remedy: String) {
    var notebook = Notebook()
    _ = notebook.run("conv 1 2 1")
    #expect(notebook.run(cell).failure?.remedy == remedy)
  }

  @Test(arguments: [
    ("weight w", "m.weight[0, 0, 0]", "tensor([7.], grad_fn=<SelectBackward0>)"),
    ("weight Out[2]", "m.weight[1, 0, 0]", "tensor([8.], grad_fn=<SelectBackward0>)"),
    ("bias k", "m.bias[1]", "tensor(1., grad_fn=<SelectBackward0>)"),
    ("bias Out[3]", "m.bias[0]", "tensor(0., grad_fn=<SelectBackward0>)"),
    ("tensor w as v", "v[1, 0, 0]", "tensor([8.])"),
    ("tensor m.bias as v", "v", "tensor([3., 4.])"),
    ("mask k", "m.mask", "tensor([0., 1.])"), ("mask Out[3]", "m.mask", "tensor([0., 1.])"),
    ("mask [1, 0]", "m.mask", "tensor([1., 0.])"), ("mask r", "m.mask", "tensor([0., 1.])"),
    ("prune [1, 0]", "m.weight[1, 0, 0]", "tensor([0.], grad_fn=<SelectBackward0>)"),
    ("prune k; prune [1, 1]", "m.weight_mask[0, 0, 0]", "tensor([0.])"),
    ("input w", "input.shape", "torch.Size([2, 1, 1, 1])"),
  ])
  func isTaken(cell: String, question: String, answer: String) {
    var notebook = Self.notebook()
    #expect(notebook.run(cell).failure == nil)
    #expect(notebook.shown(question) == answer)
  }

  /// A mask of the weight's shape masks each weight by itself and leaves the bias; its gradient
  /// passes straight through. By hand: 2 · (1, 2) ∘ (0, 1) + (3, 4), no constant.
  @Test func aMaskOfSingleWeights() {
    var notebook = Self.notebook()
    #expect(
      notebook.shown("mask [[[[0]]], [[[1]]]]") == "tensor([[[[0.]]],\n\n\n        [[[1.]]]])")
    _ = notebook.run("epsilon off")
    #expect(
      notebook.shown("forward input=[[[[2]]]]; flatten output")
        == "tensor([[3., 8.]], grad_fn=<ViewBackward0>)")
    #expect(notebook.shown("backward; grad") == "tensor([[[[2.]]],\n\n\n        [[[2.]]]])")
    #expect(notebook.shown("filters")?.contains("1 masked") == true)
  }

  @Test func aTensorCanBeALeaf() {
    var notebook = Self.notebook()
    #expect(
      notebook.shown("tensor [1, -2] requires_grad=true as x")
        == "tensor([ 1., -2.], requires_grad=True)")
    #expect(notebook.run("relu x; backward").failure == nil)
    #expect(notebook.shown("x.grad") == "tensor([1., 0.])")
  }

  @Test(arguments: [
    (
      "mask [1, 0, 1]",
      "mask: a mask has the shape [2] of the filters or [2, 1, 1, 1] of the weight, not [3]"
    ),
    ("mask [1, 0.5]", "mask: a mask has zeros and ones, not 0.5"),
    ("prune [2, 1]", "prune: a mask has zeros and ones, not 2.0"),
    ("tensor 1.5 as q; mask q", "mask: the rate must be at least 0 and below 1, not 1.5"),
    ("weight k", "weight: weight needs the shape [2, 1, 1, 1], not [2]"),
    ("weight m.epsilon", "weight: 'm.epsilon' is a number, not a tensor"),
    (
      "net conv(1,2,1) as n; mask [1, 0]",
      "mask: the layer is a network, whose layers are meant one by one"
    ),
  ])
  func whatDoesNotFitIsRefused(cell: String, message: String) {
    var notebook = Self.notebook()
    #expect(notebook.run(cell).failure?.message == message)
  }
}
