import Testing

@testable import Notebook

struct ReferencesTests {
  /// Runs cells and gives what the last one shows: its text, or `!` and its message.
  private static func last(_ cells: String...) -> String {
    var notebook = Notebook()
    var shown = ""
    for cell in cells {
      let result = notebook.run(cell)
      shown = result.failure.map { "! \($0.message)" } ?? result.text ?? ""
    }
    return shown
  }

  private static let layer =
    "conv 1 2 1 as m; weight [[[[2]]], [[[-3]]]]; bias [0.5, 1]; input [[[[1, 10]]]]"

  @Test(arguments: [
    ("m", "Conv2d(1, 2, kernel_size=(1, 1), stride=(1, 1))"),
    ("m.bias", "Parameter containing:\ntensor([0.5000, 1.0000], requires_grad=True)"),
    ("m.bias[1]", "tensor(1., grad_fn=<SelectBackward0>)"),
    ("bias[-2]", "tensor(0.5000, grad_fn=<SelectBackward0>)"),
    ("m.weight[1]", "tensor([[[-3.]]], grad_fn=<SelectBackward0>)"),
    ("weight[1, 0]", "tensor([[-3.]], grad_fn=<SelectBackward0>)"),
    ("weight[-1,-1,-1,-1]", "tensor(-3., grad_fn=<SelectBackward0>)"),
    ("m.weight.shape", "torch.Size([2, 1, 1, 1])"),
    ("weight[0].shape", "torch.Size([1, 1, 1])"),
    ("m.weight.grad", "None"),
    ("bias.grad", "None"),
    ("m.scores", "tensor([2., 3.], grad_fn=<SumBackward1>)"),
    ("m.epsilon", "1e-06"),
    ("input.shape", "torch.Size([1, 1, 1, 2])"),
    ("input[0, 0, 0, 1]", "tensor(10.)"),
    ("input.grad", "None"),
  ])
  func read(cell: String, text: String) {
    #expect(Self.last(Self.layer, cell) == text)
  }

  @Test func gradientsAreReadWhereTheyBelong() {
    let run = [Self.layer + " requires_grad=true", "forward", "backward"]
    func last(_ cell: String) -> String { Self.last(run[0], run[1], run[2], cell) }
    #expect(last("grad") == "tensor([[[[11.]]],\n\n\n        [[[11.]]]])")
    #expect(last("m.weight.grad[1]") == "tensor([[[11.]]])")
    #expect(last("bias.grad") == "tensor([2., 2.])")
    #expect(last("input.grad") == "tensor([[[[-1., -1.]]]])")
  }

  @Test func outAndUnderscoreHoldWhatWasDisplayed() {
    #expect(Self.last("tensor [1]", "tensor [2];", "_") == "tensor([1.])")
    #expect(Self.last("tensor [1]", "oops", "_[0]") == "tensor(1.)")
    #expect(Self.last("tensor [1]", "tensor [2]", "Out[1]") == "tensor([1.])")
    #expect(
      Self.last(Self.layer, "m", "weight [[[[7]]], [[[8]]]];", "Out[2].bias.shape")
        == "torch.Size([2])")
    // The value as it was then, not as it is now.
    #expect(
      Self.last(Self.layer, "bias", "bias [7, 8];", "Out[2]")
        == "Parameter containing:\ntensor([0.5000, 1.0000], requires_grad=True)")
    #expect(
      Self.last(Self.layer, "bias as old", "bias [7, 8];", "old[0]")
        == "tensor(0.5000, grad_fn=<SelectBackward0>)")
  }

  @Test(arguments: [
    ("_", "! nothing was displayed yet"),
    ("nothing", "! there is no command and no name 'nothing'"),
    ("nothing.weight", "! there is no name 'nothing'"), ("input", "! input: there is no input yet"),
    ("weight", "! weight: there is no layer yet"), ("weight[0]", "! there is no layer yet"),
    ("Out[1]", "! there is no Out[1]: that cell has not been run"),
    ("Out[0]", "! there is no Out[0]: that cell has not been run"),
    ("Out[-1]", "! there is no Out[-1]: that cell has not been run"),
    ("output", "! output: there is no output to show yet"),
  ])
  func nothingIsThereInAFreshSession(cell: String, text: String) {
    #expect(Self.last(cell) == text)
  }

  @Test(arguments: [
    ("weight[2]", "! index 2 is out of range for dimension 0 with size 2"),
    ("weight[-3]", "! index -3 is out of range for dimension 0 with size 2"),
    ("weight[0, 1]", "! index 1 is out of range for dimension 1 with size 1"),
    ("weight[0,0,0,0,0]", "! 5 indices for a tensor of 4 dimensions"),
    ("bias[0][0]", "! 1 index for a tensor of 0 dimensions"),
    ("m[0]", "! a layer cannot be indexed: only a tensor can"),
    ("m.wieght", "! a layer has no attribute 'wieght'"),
    ("weight.mask", "! a tensor has no attribute 'mask'"),
    ("weight.shape.x", "! a size has no attribute 'x'"),
    ("m.mask", "! the layer has no mask"), ("m.pruned", "! the layer has no mask"),
    ("m.weight_orig", "! the layer has no weight_orig: it was not pruned with prune"),
    ("weight_mask", "! weight_mask: the layer has no weight_mask: it was not pruned with prune"),
    ("weight[0] 1", "! unexpected '1'"),
    ("weight[0] [1]", "! unexpected '['"),
    ("m as n", "! 'm' is a layer, which has one name"),
  ])
  func saysWhatIsNotThere(cell: String, text: String) {
    #expect(Self.last(Self.layer, cell) == text)
  }

  @Test(arguments: [
    ("m.wieght", "did you mean 'weight'?"),
    ("m.colour", "it has: weight, bias, scores, epsilon, grad"),
    ("r.weights", "it has: relu1"),
    ("r.relu1.weights", "it has: nothing"),
    ("l.colour", "it has: weight, bias, scores, epsilon, grad"),
    ("b.colour", "it has: weight, bias, running_mean, running_var, grad"),
    ("m as n", "copy it: copy m as n"),
  ])
  func saysWhatIsThereInstead(cell: String, remedy: String) {
    var notebook = Notebook()
    for cell in [Self.layer, "net relu as r", "linear 2 2 as l", "batchnorm 2 as b"] {
      _ = notebook.run(cell)
    }
    let result = notebook.run(cell)
    #expect(result.failure?.remedy == remedy)
  }

  @Test func outTellsWhyItIsEmpty() {
    #expect(Self.last("seed 1", "Out[1]") == "! there is no Out[1]: that cell displayed nothing")
    #expect(Self.last("oops", "Out[1]") == "! there is no Out[1]: that cell failed")
    #expect(Self.last("help", "Out[1]") == "! there is no Out[1]: that cell displayed nothing")
  }

  @Test(arguments: [
    "mask", "weight", "conv", "help", "quit", "weight_orig", "running_mean", "running_var", "as",
    "for", "in", "repeat", "Out", "torch", "F", "true", "True", "false", "False", "none", "None",
    "nan", "inf", "input", "output", "cause", "data", "dropout", "evaluate",
    "export", "fit", "forecast", "groups", "load", "plot", "race", "reset",
    "structures", "timeline", "unit", "units",
  ])
  func verbsAndAttributesAreNoNames(word: String) {
    let text = Self.last("tensor [1] as \(word)")
    #expect(text.hasPrefix("! "))
    #expect(text.contains("'\(word)' cannot be a name: it is "))
    #expect(Self.last("conv 1 2 3 as \(word)").contains("cannot be a name"))
  }

  /// Functions, methods and what stands only after a dot.
  @Test(arguments: ["norm", "shape", "abs", "sum", "item", "T", "torch1", "fits"])
  func otherWordsAreFree(word: String) {
    #expect(Self.last("tensor [1, 2] as \(word)", word) == "tensor([1., 2.])")
    #expect(Self.last("tensor [1, 2] as \(word)", "\(word).shape") == "torch.Size([2])")
  }

  /// The remedy of a reserved word is a name that is free.
  @Test func aReservedWordGetsANameThatIsFree() throws {
    var notebook = Notebook()
    #expect(notebook.run("tensor [1] as data").failure?.remedy == "write: as data1")
    #expect(notebook.run("tensor [1] as data1").failure == nil)
    #expect(notebook.run("conv 1 2 3 as data").failure?.remedy == "write: as data2")
  }

  @Test func namesHoldAnyValue() {
    #expect(Self.last("tensor [1, 2] as t_2", "t_2[1]") == "tensor(2.)")
    #expect(Self.last(Self.layer, "forward as y", "relu", "y.shape") == "torch.Size([1, 2, 1, 2])")
    #expect(Self.last("tensor [1] as a", "tensor [2] as a", "a") == "tensor([2.])")
    #expect(Self.last(Self.layer, "epsilon as e", "e") == "1e-06")
    #expect(Self.last("tensor [1] as t", "t as u", "u") == "tensor([1.])")
  }
}
