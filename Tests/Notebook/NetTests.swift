import Language
import Layers
import Tensors
import TestSupport
import Testing

@testable import Notebook

/// What the commands do with networks and with layers that are no convolutions.
struct NetTests {
  private static let tiny = "net conv(1,4,3) relu conv(4,2,3) flatten linear(8,3) as tiny"

  /// Runs cells that must work, and gives back what the last one showed.
  private func shown(_ cells: String...) -> String {
    var notebook = Notebook()
    var text = ""
    for cell in cells {
      let result = notebook.run(cell)
      if let failure = result.failure { Issue.record("\(cell): \(failure.message)") }
      text = result.text ?? ""
    }
    return text
  }

  /// Runs cells, and gives back the message of the last one's failure.
  private func failure(_ cells: String...) -> String? {
    var notebook = Notebook()
    return cells.map { notebook.run($0) }.last?.failure?.message
  }

  @Test func membersAreReadBehindAPoint() {
    #expect(shown(Self.tiny, "tiny.conv2.weight.shape") == "torch.Size([2, 4, 3, 3])")
    #expect(shown(Self.tiny, "tiny.linear1") == "Linear(in_features=8, out_features=3, bias=True)")
    #expect(shown(Self.tiny, "tiny.conv1.weight.grad") == "None")
    #expect(
      shown(Self.tiny, "forward; backward;", "tiny.linear1.bias.grad") == "tensor([1., 1., 1.])")
    #expect(failure(Self.tiny, "tiny.conv3") == "a network has no attribute 'conv3'")
    #expect(shown(Self.tiny, "tiny.relu1") == "ReLU()")
    #expect(shown(Self.tiny, "use tiny.relu1", "forward input=[-1, 2]") == "tensor([0., 2.])")
  }

  @Test func aMaskIsEachConvolutionsOwn() {
    var notebook = Notebook()
    _ = notebook.run(Self.tiny)
    let text = notebook.run("mask 0.5").text ?? ""
    let lengths = text.split(separator: "\n" as Character).map { (line: Substring) in line.count }
    #expect(lengths == [5, 24, 5, 16])
    #expect(notebook.run("use tiny.conv1; mask off").failure == nil)
    #expect(notebook.run("tiny.conv1.mask").failure?.message == "the layer has no mask")
    #expect(notebook.run("tiny.conv2.mask").failure == nil)
    #expect(notebook.run("use tiny; mask").text?.contains("conv1\nNone\n\nconv2\n") == true)
    #expect(notebook.run("mask off").failure == nil)
    #expect(notebook.run("mask off").failure?.message == "mask: the layer has no mask")
  }

  @Test func pruningAndConstantReachEveryConvolution() {
    #expect(
      shown(Self.tiny, "prune 0.5")
        == "conv1: 2 of 4 filters left\nconv2: 1 of 2 filters left")
    #expect(shown(Self.tiny, "epsilon off", "tiny.conv2.epsilon") == "None")
    #expect(shown(Self.tiny, "epsilon 0.5", "use tiny.conv2", "epsilon") == "0.5")
  }

  @Test func aStepMovesEveryLayer() throws {
    var notebook = Notebook()
    _ = notebook.run(Self.tiny + "; forward; cross_entropy target=1; backward")
    let before = try notebook.session.layer().parameters.map(\.tensor)
    #expect(notebook.run("step 0.1; zero_grad").failure == nil)
    let after = try notebook.session.layer().parameters.map(\.tensor)
    for (old, new) in zip(before, after) { #expect(!old.isIdentical(to: new)) }
    #expect(notebook.session.gradients.isEmpty)
  }

  /// Large enough for Winograd's way, whose rounding must not fill what no product reaches: the
  /// table that PyTorch 2.15.0's gradients give.
  @Test func zeroGradientsAreCountedAsPyTorchsAre() {
    let expected = """
      parameter       shape           largest |grad|   zero grads
      conv1.weight    [16, 3, 3, 3]           0.0555     0 of 432
      conv1.bias      [16]                    0.0330      0 of 16
      conv2.weight    [24, 16, 3, 3]          0.0645  136 of 3456
      conv2.bias      [24]                    0.0483      0 of 24
      linear1.weight  [10, 384]               0.0740  620 of 3840
      linear1.bias    [10]                    0.0924      0 of 10
      """
    let table = shown(
      "seed 1",
      "net conv(3,16,3,padding=1) relu maxpool(2) conv(16,24,3,padding=1) relu maxpool(2) "
        + "flatten linear(384,10) as n",
      "n.conv2.bias = full((24,), -0.05)", "input 8 3 16 16; forward",
      "cross_entropy target=[1, 8, 5, 2, 9, 6, 3, 0]", "backward")
    #expect(TextDifference(table, expected) == nil)
  }

  @Test func aCopySharesNoParameter() throws {
    var notebook = Notebook()
    _ = notebook.run(Self.tiny + "; mask 0.5; copy tiny as other")
    #expect(notebook.run("other.conv1.mask").text == notebook.run("tiny.conv1.mask").text)
    let names = ["tiny", "other"]
    let leaves = try names.map { name in
      Set(try notebook.session.layer(at: LayerPath(name: name)).parameters.map(\.leaf))
    }
    #expect(leaves[0].isDisjoint(with: leaves[1]) && leaves[0].count == 6)
  }

  @Test func errorsNameTheStageAndWhatReachedIt() {
    #expect(
      failure("net conv(1,2,3) relu linear(5,2)", "forward input=[[[[1,2,3],[4,5,6],[7,8,9]]]]")
        == "forward: linear1, which an input of shape [1, 2, 1, 1] reached: "
        + "the layer expects 5 features, but the input of shape [1, 2, 1, 1] has 1")
    #expect(
      failure("net maxpool(2) conv(2,2,3)", "forward input=[[[[1,2],[3,4]]]]")
        == "forward: conv1, which an input of shape [1, 1, 1, 1] reached: "
        + "the layer expects 2 channels, but the input of shape [1, 1, 1, 1] has 1")
  }

  @Test func whatHasNoFiltersTakesNoMask() {
    for cell in ["mask 0.5", "prune 0.5", "scores", "epsilon", "filters", "pruned", "mask"] {
      #expect(
        failure("batchnorm 2", cell)?.hasSuffix("a BatchNorm2d takes no mask") == true, "\(cell)")
      #expect(failure(Self.tiny, "use tiny.relu1", cell)?.hasSuffix("a ReLU takes no mask") == true)
    }
    #expect(failure(Self.tiny, "use tiny.relu1", "weight") == "weight: a ReLU has no weight")
    #expect(failure(Self.tiny, "weight")?.contains("the layer is a network") == true)
    #expect(failure("net relu linear(2,2)", "mask 0.5") == "mask: the network has no convolution")
    #expect(failure("conv 1 1 1", "running_mean") == "a Conv2d has no running statistics")
  }

  @Test(
    arguments: [
      ("net konv(1,2,3)", "net: a network has no stage 'konv'"),
      ("net conv(1,2)", "net: K is missing"),
      ("net conv(1,2,3,paddin=1)", "net: there is no key 'paddin'"),
      ("net relu(3)", "net: '3' is one argument too many"),
      ("net conv(1,2,0)", "net: K must be at least 1, not 0"),
      ("net conv(2,2,3,groups=3)", "net: groups must divide IN, and 3 does not divide 2"),
      ("net", "net: STAGE is missing"),
      ("net [1]", "net: a stage such as conv(1,20,5) or relu is needed, not a literal"),
      ("net conv(1,2", "the '(' is not closed"),
      ("net conv(1 2 3)", "unexpected '2'"),
      ("net conv(1,2,padding=)", "'padding=' has no value"),
      ("net residual()", "net: STAGE is missing"),
      ("net residual(relu", "the '(' is not closed"),
      ("net residual(conv(1,1,1) 3)", "net: a network has no stage '3'"),
      ("net residual(konv(1,1,1))", "net: a network has no stage 'konv'"),
      ("net residual(conv(1 2 3))", "unexpected '2'"),
      ("net residual(conv(1,2,padding=same relu))", "unexpected 'relu))'"),
      (
        "net " + String(repeating: "residual(", count: 65) + "relu"
          + String(repeating: ")", count: 65), "parentheses have at most 64 levels"
      ),
      ("conv(1,2,3)", "commands take no parentheses: 'conv('"),
      ("forward()", "commands take no parentheses: 'forward('"),
      ("relu conv(1)", "relu: commands take no parentheses: 'conv('"),
    ])
  func badSpecificationsAreExplained(cell: String, message: String) {
    #expect(failure(cell) == message)
  }

  @Test func argumentsMayGoOnToTheNextLine() {
    let text = shown("net conv( 1 , 2, 3,\n padding=1 ) relu")
    #expect(text.hasPrefix("Sequential(\n  (0): Conv2d(1, 2, "))
  }

  @Test func linearAndBatchNormRunOnOutput() {
    #expect(
      shown("conv 1 2 1; input ones 1 1 2 2; forward; flatten; linear 8 2; forward", "output.shape")
        == "torch.Size([1, 2])")
    #expect(shown("linear 5 2; forward", "input.shape") == "torch.Size([1, 5])")
    #expect(
      shown("conv 1 2 1; input ones 1 1 2 2; forward; batchnorm 2; forward", "running_mean.shape")
        == "torch.Size([2])")
  }

  @Test func modesAreOfLayersAndNetworks() throws {
    var notebook = Notebook()
    _ = notebook.run("net batchnorm(1) conv(1,1,1) batchnorm(1) as n; eval")
    func modes() throws -> [Bool] {
      try notebook.session.layer(at: LayerPath(name: "n")).children.map(\.layer.isTraining)
    }
    #expect(try modes() == [false, false, false])
    #expect(notebook.run("train n.batchnorm2").failure == nil)
    #expect(try modes() == [false, false, true])
    #expect(notebook.run("train").failure == nil)
    #expect(try modes() == [true, true, true])
  }

  @Test func summaryAddsUp() {
    #expect(
      shown(Self.tiny, "summary") == """
        layer     type     output        parameters  multiply-adds
                  input    [1, 1, 6, 6]
        conv1     Conv2d   [1, 4, 4, 4]          40            576
        relu1     ReLU     [1, 4, 4, 4]           0              0
        conv2     Conv2d   [1, 2, 2, 2]          74            288
        flatten1  Flatten  [1, 8]                 0              0
        linear1   Linear   [1, 3]                27             24
        total                                   141            888
        """)
  }
}
