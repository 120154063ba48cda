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

  static let cases: [Case] = [
    // A network where one layer is meant.
    Case(net, "weight", "choose one of its layers: use n.conv1", "use n.conv1", "weight"),
    Case(net, "scores", "choose one of its layers: use n.conv1", "use n.conv1", "scores"),
    // The input of the last forward is too small for batches' own statistics.
    Case(
      "net conv(1,2,1) batchnorm(2) as n; input 1 1 1 1; eval; forward; train", "compare 0.5 n",
      "input 1 1 4 4 draws one that fits; then forward", "input 1 1 4 4", "forward",
      "compare 0.5 n"),
    // What prune does not take.
    Case(
      "conv 1 8 3", "prune 1", "prune ln_structured 1 n=1 dim=0 removes 1, prune 1.0 all of them",
      "prune ln_structured 1 n=1 dim=0"),
    Case(
      "conv 1 8 3; prune 0.5", "prune 3",
      "prune ln_structured 3 n=1 dim=0 removes 3, prune 1.0 all of them",
      "prune ln_structured 3 n=1 dim=0"),
    Case(
      "conv 1 8 3", "prune 8", "prune 1.0 removes all filters, prune 0.5 half of them",
      "prune 1.0"),
    Case(net, "prune 2", "prune 1.0 removes all filters, prune 0.5 half of them", "prune 1.0"),
    Case(
      "conv 1 8 3", "prune l1_unstructurd 0.5", "did you mean 'l1_unstructured'?",
      "prune l1_unstructured 0.5"),
    Case(
      "conv 1 8 3", "prune l1_unstructurd", "did you mean 'l1_unstructured'?",
      "prune l1_unstructured 1"),
    Case("conv 1 8 3", "prune is_prund", "did you mean 'is_pruned'?", "prune is_pruned"),
    Case(
      "conv 1 8 3", "prune ln-structured 0.5 n=2",
      "usage: prune ln_structured AMOUNT n=… dim=… [LAYER] [layers=all]",
      "prune ln_structured 0.5 n=2 dim=0"),
    Case(
      "conv 1 8 3", "prune l1_unstructured 0.5 dim=1",
      """
      usage: prune ln_structured AMOUNT n=… dim=… [LAYER] [layers=all]
             prune random_structured AMOUNT dim=… [LAYER] [layers=all]
      """, "prune random_structured 0.5 dim=1"),
    Case(
      "conv 1 8 3", "prune ln_structured 0.5 n=nuc dim=0",
      "the nuclear norm is one of matrices, not of channels: n=2",
      "prune ln_structured 0.5 n=2 dim=0"),
    Case(
      "conv 1 8 3", "prune l1_unstructured 1.5",
      "2 removes two, 0.5 half, and 1.0 all of what is left", "prune l1_unstructured 2",
      "prune l1_unstructured 0.5", "prune l1_unstructured 1.0"),
    Case(
      "linear 2 3", "prune random_unstructured 7",
      "a fraction is a share: 0.5 removes half of what is left, 1.0 all of it",
      "prune random_unstructured 0.5", "prune random_unstructured 1.0"),
    Case(
      "conv 1 2 3; prune 0.5", "prune off",
      "prune remove makes the masked values the weight; undo takes prune back", "prune remove",
      "undo"),
    Case(
      "conv 1 2 3", "prune remove", "prune RATE prunes it: prune 0.5", "prune 0.5",
      "prune remove"),
    // There is one optimizer.
    Case(
      "conv 1 2 3; forward; backward", "step 0.1 momentum=0.9",
      "step is plain SGD, without momentum: step 0.1", "step 0.1"),
    Case(
      "conv 1 2 3; forward; backward", "step lr=0.1", "the rate stands alone: step 0.1",
      "step 0.1"),
    Case(
      net + "; forward; backward", "why grad", "choose one of its layers: use n.conv1",
      "use n.conv1", "why grad"),
    Case(net + "; copy n as m", "n.weight", "choose one of its layers: use n.conv1", "use n.conv1"),
    Case(
      "net relu batchnorm(1) as n", "weight", "choose one of its layers: use n.batchnorm1",
      "use n.batchnorm1", "weight"),
    // No convolution where one is needed.
    Case(
      net, "filters n.relu1", "use n.conv1 makes a convolution the layer", "use n.conv1",
      "filters"),
    Case(
      net + "; batchnorm 2", "mask 0.5", "use n.conv1 makes a convolution the layer",
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
    Case(net, "mask n.conv1 0.5", "write: mask 0.5 n.conv1", "mask 0.5 n.conv1"),
    Case(net, "copy n", "copy n as other", "copy n as other"),
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

  @Test(arguments: cases) func worksAsItIsTyped(_ error: Case) throws { try error.check() }
}

extension RemedyTests.Case {
  /// Meets the error, and types what it advises.
  func check() throws {
    var notebook = Notebook()
    #expect(notebook.run(before).failure == nil)
    let failure = try #require(notebook.run(cell).failure)
    #expect(failure.remedy == remedy)
    for cell in typed {
      let result = notebook.run(cell)
      #expect(result.failure == nil, "\(cell): \(result.failure?.message ?? "")")
    }
  }
}
