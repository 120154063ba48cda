import Testing

@testable import Notebook

/// What an error advises can be typed, and then works.
struct RemedyTests {
  struct Case: Sendable, CustomTestStringConvertible {
    /// Cells before it.
    let before: String
    let cell: String
    let remedy: String
    /// What is typed upon it; the last one is mostly the cell again.
    let typed: [String]
    var testDescription: String { cell }

    init(_ before: String, _ cell: String, _ remedy: String, _ typed: String...) {
      (self.before, self.cell, self.remedy, self.typed) = (before, cell, remedy, typed)
    }
  }

  private static let net = "net conv(1,4,3) relu conv(4,2,3) flatten linear(8,3) as n"
  private static let lenet =
    "net conv(1,20,5) maxpool(2) conv(20,50,5) maxpool(2) flatten linear(800,10) as n"

  static let cases: [Case] = [
    // A network where one layer is meant.
    Case(net, "weight", "choose one of its layers: use n.conv1", "use n.conv1", "weight"),
    Case(net, "scores", "choose one of its layers: use n.conv1", "use n.conv1", "scores"),
    Case(net, "compare 0.5", "choose one of its layers: use n.conv1", "use n.conv1", "compare 0.5"),
    Case(
      net + "; forward; backward", "why grad", "choose one of its layers: use n.conv1",
      "use n.conv1", "why grad"),
    Case(net + "; copy n as m", "n.weight", "choose one of its layers: use n.conv1", "use n.conv1"),
    Case(
      "net relu batchnorm(1) as n", "weight", "choose one of its layers: use n.batchnorm1",
      "use n.batchnorm1", "weight"),
    // No convolution where one is needed.
    Case(
      net, "filters n.linear1", "use n.conv1 makes a convolution the layer", "use n.conv1",
      "filters"),
    Case(
      net + "; linear 2 2", "mask 0.5", "use n.conv1 makes a convolution the layer",
      "use n.conv1", "mask 0.5"),
    Case(
      "net relu linear(2,2) as n", "scores", "conv 1 2 3 makes a convolution", "conv 1 2 3",
      "scores"),
    Case("net relu as n", "prune 0.5", "conv 1 2 3 makes a convolution", "conv 1 2 3", "prune 0.5"),
    // A layer's name.
    Case(net, "conv1", "did you mean 'n.conv1'?", "n.conv1"),
    Case(net, "use conv1", "did you mean 'n.conv1'?", "use n.conv1"),
    Case(net, "conv2.weight", "did you mean 'n.conv2'?", "n.conv2.weight"),
    Case(net, "use other", "layers lists the layers", "layers"),
    Case("seed 0", "use other", "make one: conv 1 2 3", "conv 1 2 3"),
    Case(
      net, "mask 0.5 n.conv1", "use n.conv1 makes it the layer that commands work on",
      "use n.conv1", "mask 0.5"),
    Case(net, "copy n", "copy n as other", "copy n as other"),
    // An input that does not fit.
    Case(
      lenet + "; input 1 1 10 10", "forward", "input 1 1 28 28 draws one that fits",
      "input 1 1 28 28", "forward"),
    Case(
      lenet + "; input 1 3 28 28", "forward", "input 1 1 28 28 draws one that fits",
      "input 1 1 28 28", "forward"),
    Case(
      "conv 3 2 7; input 1 1 4 4", "forward", "input 1 3 7 7 draws one that fits",
      "input 1 3 7 7", "forward"),
    Case(
      "conv 3 2 7; input [1]", "compare 0.5", "input 1 3 7 7 draws one that fits",
      "input 1 3 7 7", "compare 0.5", "ablate 0.5"),
    Case(
      "net linear(3,2) as n; input 1 1 4 4", "forward", "input [[1, 2, 3]] is one that fits",
      "input [[1, 2, 3]]", "forward"),
    Case(
      "linear 16 2; input 1 1 4 4", "forward",
      "flatten input makes rows of features, on which forward then runs", "flatten input",
      "forward"),
    Case(
      "conv 1 2 3; forward; linear 8 2", "forward", "flatten makes rows of features of output",
      "flatten", "forward"),
    Case(
      "conv 1 2 3; forward; flatten; linear 9 2", "forward",
      "linear 8 2 makes a layer that fits", "linear 8 2", "forward"),
    Case(
      "conv 1 2 3; forward; batchnorm 3", "forward", "batchnorm 2 makes a layer that fits",
      "batchnorm 2", "forward"),
    Case(
      "conv 1 2 4; forward; batchnorm 2", "forward",
      "eval makes it use the running statistics instead", "eval", "forward"),
    Case(
      "conv 1 2 3; forward; linear 2 2", "forward input=[1]",
      "input [[1, 2]] is one that fits; then forward input=input", "input [[1, 2]]",
      "forward input=input"),
    Case(
      "conv 1 2 3; forward; batchnorm 2", "forward input=[1]",
      "input 1 2 4 4 draws one that fits; then forward input=input", "input 1 2 4 4",
      "forward input=input"),
    Case(
      "net maxpool(2) maxpool(2) maxpool(2) maxpool(2) maxpool(2) conv(1,1,3); input 1 1 4 4",
      "forward", "input 1 1 96 96 draws one that fits", "input 1 1 96 96", "forward"),
    // A network that nothing runs through.
    Case(
      "net conv(1,4,3) relu conv(3,2,3)", "forward",
      "make the network anew with conv(4,2,3) for conv2", "net conv(1,4,3) relu conv(4,2,3)",
      "forward"),
    Case(
      "net conv(1,4,3) flatten linear(10,2)", "summary",
      "make the network anew with linear(16,2) for linear1",
      "net conv(1,4,3) flatten linear(16,2)", "summary"),
    Case(
      "net linear(5,3) relu linear(4,2)", "forward",
      "make the network anew with linear(3,2) for linear2", "net linear(5,3) relu linear(3,2)",
      "forward"),
    Case(
      "net conv(1,2,3) batchnorm(3)", "forward",
      "make the network anew with batchnorm(2) for batchnorm1", "net conv(1,2,3) batchnorm(2)",
      "forward"),
    Case(
      "net conv(1,2,3) linear(8,2)", "forward", "make the network anew with flatten before linear1",
      "net conv(1,2,3) flatten linear(8,2)", "forward"),
    Case(
      "net maxpool(2,padding=2) as n", "forward",
      "make the network anew with padding=1 at most in maxpool1", "net maxpool(2,padding=1)",
      "forward"),
    // A tensor where a layer is meant, and nothing where a tensor is.
    Case(
      "conv 1 2 3; input 1 1 4 4", "forward input", "forward input=input runs the layer on it",
      "forward input=input"),
    Case("conv 1 2 3", "forward input", "make one: input 1 1 4 4", "input 1 1 4 4"),
    Case(
      "conv 1 2 3", "view grad", "forward and backward compute gradients", "forward; backward",
      "view grad"),
    Case(
      "conv 1 2 3", "grad.shape", "forward and backward compute gradients", "forward; backward",
      "grad.shape"),
    // Stages.
    Case(
      "seed 0", "net conv 1 2 3",
      "usage: conv(IN,OUT,K[,stride=…][,padding=…][,dilation=…][,groups=…][,bias=…])",
      "net conv(1,2,3)"),
    Case(
      "seed 0", "net leaky_relu(1,2)",
      "usage: leaky_relu([negative_slope=…])  |  leaky_relu(negative_slope)",
      "net leaky_relu leaky_relu(negative_slope=0.1) leaky_relu(0.1)"),
  ]

  @Test(arguments: cases) func worksAsItIsTyped(_ error: Case) throws {
    var notebook = Notebook()
    #expect(notebook.run(error.before).failure == nil)
    let failure = try #require(notebook.run(error.cell).failure)
    #expect(failure.remedy == error.remedy)
    for cell in error.typed {
      let result = notebook.run(cell)
      #expect(result.failure == nil, "\(cell): \(result.failure?.message ?? "")")
    }
  }
}
