import Testing

@testable import Notebook

/// A layer named after all other arguments: the command works on it, and the current one stays.
struct LayerLastTests {
  private static func notebook() -> Notebook {
    var notebook = Notebook()
    for cell in [
      "conv 1 2 1 bias=false as a; weight [[[[1]]], [[[2]]]]",
      "net conv(1,2,1) relu conv(2,4,1) as n", "conv 1 2 1 bias=false as b",
      "weight [[[[4]]], [[[3]]]]",
    ] { #expect(notebook.run(cell).failure == nil) }
    return notebook
  }

  @Test(arguments: [
    ("mask 0.5 a", "a.mask", "tensor([0., 1.])"), ("mask [1, 0] a", "a.mask", "tensor([1., 0.])"),
    ("prune 0.5 a", "a.weight_mask[0, 0, 0, 0]", "tensor(0.)"),
    ("prune 0.5 n.conv2", "n.conv2.weight_mask.shape", "torch.Size([4, 2, 1, 1])"),
    ("prune l1_unstructured 1 a", "a.weight_mask[0, 0, 0, 0]", "tensor(0.)"),
    ("prune ln_structured 1 n=2 dim=0 a", "a.weight_mask[0, 0, 0, 0]", "tensor(0.)"),
    ("prune global_unstructured 1 n.conv2 a", "a.weight_mask.sum()", "tensor(2.)"),
    ("prune identity n.conv1", "n.conv1.weight_mask.sum()", "tensor(2.)"),
    ("mask 0.5 n.conv2", "n.conv2.mask.shape", "torch.Size([4])"),
    ("mask 0.5 n", "n.conv1.mask.shape", "torch.Size([2])"),
    ("epsilon 0.5 a", "a.epsilon", "0.5"), ("epsilon off n.conv1", "n.conv1.epsilon", "None"),
    (
      "weight [[[[7]]], [[[8]]]] a", "a.weight[1]",
      "tensor([[[8.]]], grad_fn=<SelectBackward0>)"
    ),
    ("bias [5, 6] n.conv1", "n.conv1.bias[0]", "tensor(5., grad_fn=<SelectBackward0>)"),
  ])
  func isWorkedOn(cell: String, question: String, answer: String) {
    var notebook = Self.notebook()
    let before = notebook.shown("b.weight")
    #expect(notebook.run(cell).failure == nil)
    #expect(notebook.shown(question) == answer)
    #expect(notebook.session.currentLayer?.description == "b")
    #expect(notebook.shown("b.weight") == before)
    #expect(notebook.shown("b.mask") == "the layer has no mask")
  }

  /// With only a layer, its own is shown.
  @Test(arguments: ["weight", "bias", "scores", "filters", "epsilon", "grad", "summary"])
  func aloneItsOwnIsShown(verb: String) {
    var notebook = Self.notebook()
    let expected = notebook.shown("use a; \(verb)")
    _ = notebook.run("use b")
    #expect(notebook.shown("\(verb) a") == expected)
    #expect(
      notebook.shown("\(verb) b") != expected || verb == "bias" || verb == "epsilon"
        || verb == "grad")
  }

  @Test func aStepAndItsGradientsAreOfOneLayer() throws {
    var notebook = Self.notebook()
    for cell in ["forward a input=[[[[1]]]]; backward", "use b; forward input=[[[[1]]]]; backward"]
    {
      #expect(notebook.run(cell).failure == nil)
    }
    #expect(notebook.run("step 1 a").failure == nil)
    #expect(notebook.shown("a.weight[0, 0, 0, 0]") == "tensor(0., grad_fn=<SelectBackward0>)")
    #expect(notebook.shown("b.weight[0, 0, 0, 0]") == "tensor(4., grad_fn=<SelectBackward0>)")
    #expect(notebook.run("zero_grad a").failure == nil)
    #expect(notebook.shown("a.grad") == "None")
    #expect(notebook.shown("b.grad") != "None")
    #expect(notebook.run("eval n.conv2").failure == nil)
    let network = LayerPath(name: "n")
    #expect(
      try notebook.session.layer(at: network).children.map(\.layer.isTraining) == [
        true, true, false,
      ])
  }

  /// The kind of the name decides; a word of the command wins over a name.
  @Test func theKindOfTheNameDecides() {
    var notebook = Self.notebook()
    _ = notebook.run("tensor [[[[5]]], [[[6]]]] as w")
    #expect(
      notebook.shown("weight w a")?.hasPrefix("Parameter containing:\ntensor([[[[5.]]]") == true)
    #expect(
      notebook.shown("weight w")?.hasPrefix("Parameter containing:\ntensor([[[[5.]]]") == true)
    _ = notebook.run("conv 1 2 1 as off; conv 1 1 1 as c")
    #expect(notebook.run("epsilon off").failure == nil)
    #expect(notebook.shown("c.epsilon") == "None")
    #expect(notebook.shown("off.epsilon") == "1e-06")
  }

  @Test(arguments: [
    ("prune a 0.5", "prune: 'a' is a layer, which comes last", "write: prune 0.5 a"),
    ("step n 0.1", "step: 'n' is a layer, which comes last", "write: step 0.1 n"),
    ("mask n.conv2 0.5", "mask: 'n.conv2' is a layer, which comes last", "write: mask 0.5 n.conv2"),
    ("mask 0.5 nonesuch", "mask: there is no name 'nonesuch'", "layers lists the layers"),
    ("mask 0.5 a.weight", "mask: 'a.weight' is a tensor, not a layer", "layers lists the layers"),
    ("step 0.1 0.2", "step: '0.2' is one argument too many", nil),
  ])
  func aWrongPlaceIsSaid(cell: String, message: String, remedy: String?) {
    var notebook = Self.notebook()
    let failure = notebook.run(cell).failure
    #expect(failure?.message == message)
    if let remedy { #expect(failure?.remedy == remedy) }
  }

  /// What is advised is advised for the layer that was named, not for the current one.
  @Test func theRemedyIsThatOfTheLayerNamed() {
    var notebook = Self.notebook()
    _ = notebook.run("conv 1 8 1 as wide; use b")
    #expect(
      notebook.run("prune 2 wide").failure?.remedy
        == "prune ln_structured 2 n=1 dim=0 removes 2, prune 1.0 all of them")
    #expect(
      notebook.run("prune 2 n").failure?.remedy
        == "prune 1.0 removes all filters, prune 0.5 half of them")
  }

  @Test func helpAndCompletionKnowIt() {
    #expect(MaskCommand.usage.split(separator: "\n").allSatisfy { $0.contains("[LAYER]") })
    let notebook = Self.notebook()
    let line = "mask 0.5 "
    let texts = Completer(notebook).completion(of: line, cursor: line.utf8.count).candidates.map(
      \.text)
    #expect(texts.contains("a") && texts.contains("n"))
  }
}
