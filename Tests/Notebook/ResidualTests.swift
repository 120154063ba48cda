import Layers
import Tensors
import TestSupport
import Testing

@testable import Notebook

/// Residual blocks within networks and alone; their numbers are in `NetFixtureTests`.
struct ResidualTests {
  private static let net =
    "net conv(1,2,3) residual(conv(2,2,3,padding=1) relu) flatten linear(8,2) as n"

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

  /// What PyTorch 2.15.0 prints for the class that help shows.
  @Test func printsAsPyTorch() {
    #expect(
      shown(Self.net) == """
        Sequential(
          (0): Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1))
          (1): Residual(
            (0): Conv2d(2, 2, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
            (1): ReLU()
          )
          (2): Flatten(start_dim=1, end_dim=-1)
          (3): Linear(in_features=8, out_features=2, bias=True)
        )
        """)
  }

  @Test func itsStagesAreReachedByNameAndByPlace() {
    #expect(shown(Self.net, "n.residual1.conv1.weight.shape") == "torch.Size([2, 2, 3, 3])")
    #expect(shown(Self.net, "n[1][0]") == shown(Self.net, "n.1.0"))
    #expect(shown(Self.net, "n[1][-1]") == "ReLU()")
    #expect(shown(Self.net, "mask [0, 1] n.residual1.conv1", "n[1][0].mask") == "tensor([0., 1.])")
    #expect(shown(Self.net, "use n.residual1", "mask 0.5") == "conv1\ntensor([1., 0.])")
  }

  /// A silent body passes on what the block took, and its gradient.
  @Test func whatTheStagesDoNotChangeGoesThrough() {
    let silent = "weight [[0, 0], [0, 0]] r.linear1; bias [0, 0] r.linear1"
    #expect(
      shown("residual linear(2,2) as r", silent, "forward input=[[1, -2]]")
        == "tensor([[ 1., -2.]], grad_fn=<AddBackward0>)")
    // Twice the input where the stages give it back.
    #expect(shown("residual relu as r", "forward input=[3, -1]") == "tensor([ 6., -1.])")
  }

  /// The gradient of what a block takes is what its result got and what comes back through its
  /// stages: with y = x + w · x the derivative is 1 + w.
  @Test func bothWaysAddUpInTheGradient() {
    let cells = "residual linear(1,1,bias=false) as r; weight 4 r.linear1;"
      .replacing("weight 4", with: "weight [[4]]")
    #expect(
      shown(cells, "tensor [[3]] requires_grad=true as x; forward input=x; backward", "x.grad")
        == "tensor([[5.]])")
    #expect(
      shown(
        cells, "tensor [[3]] requires_grad=true as x; forward input=x; backward;",
        "why x.grad[0, 0]")
          == """
          x.grad[0, 0] = 5.

          5. = sum of 1 term through AddBackward0, one of 2 uses
            upstream of  upstream     factor     term
            [0, 0]             1.  *      1.  =    1.
          5. = sum of 1 term through MmBackward0, one of 2 uses
            upstream of  upstream     factor     term
            [0, 0]             1.  *      4.  =    4.
          """)
  }

  @Test func aChangedShapeIsRefusedWithBothShapes() {
    func failure(_ cells: String...) -> Diagnostic? {
      var notebook = Notebook()
      return cells.map { notebook.run($0) }.last?.failure
    }
    let inNet = failure("net residual(conv(2,3,3)) flatten linear(12,2) as n", "forward")
    #expect(
      inNet?.message
        == "forward: residual1, which an input of shape [1, 2, 4, 4] reached: x + body(x) needs one "
        + "shape, but x has [1, 2, 4, 4] and body(x) has [1, 3, 2, 2]")
    #expect(
      inNet?.remedy
        == "make the network anew with stages in residual1 that keep the shape, as "
        + "conv(2,2,3,padding=1) does")
    let alone = failure("residual linear(2,1)", "forward input=[[1, 2]]")
    #expect(alone?.range == 8..<22)
    #expect(
      alone?.message
        == "forward: x + body(x) needs one shape, but x has [1, 2] and body(x) has [1, 1]")
  }

  @Test func summaryCountsWhatIsWithinOnce() {
    #expect(
      shown(Self.net, "summary") == """
        layer            type      output        parameters  multiply-adds
                         input     [1, 1, 4, 4]
        conv1            Conv2d    [1, 2, 2, 2]          20             72
        residual1.conv1  Conv2d    [1, 2, 2, 2]          38            144
        residual1.relu1  ReLU      [1, 2, 2, 2]           0              0
        residual1        Residual  [1, 2, 2, 2]           0              0
        flatten1         Flatten   [1, 8]                 0              0
        linear1          Linear    [1, 2]                18             16
        total                                            76            232
        """)
  }

  @Test func everyGradientIsRight() {
    let text = shown(Self.net, "mask 0.5; forward; cross_entropy target=1; backward; gradcheck")
    #expect(!text.isEmpty && !text.contains("defect"))
  }

  @Test func graphDrawsTheWayAround() {
    #expect(
      shown("net residual(linear(1,1,bias=false)) as n", "forward input=[[2]]; graph") == """
        value                           shape   zero  grad zero  grad norm
        o constant                      [1, 1]    0%          -          -
        | o n.residual1.linear1.weight  [1, 1]    0%          -          -
        |/
        * MmBackward0                   [1, 1]    0%          -          -
        | o constant                    [1, 1]    0%          -          -
        |/
        * AddBackward0                  [1, 1]    0%          -          -
        """)
  }

  @Test func trialsReachWithinABlock() {
    let cells = Self.net + "; forward; cross_entropy target=1"
    #expect(shown(cells, "compare 0.5").contains("residual1.conv1\n"))
    #expect(shown(cells, "ablate 0.5 n.residual1.conv1").contains("\nn  "))
  }

  @Test func undoAndCopyKnowBlocks() {
    var notebook = Notebook()
    _ = notebook.run(Self.net)
    let before = notebook.run("n.residual1.conv1.bias").text
    _ = notebook.run("copy n as m; bias [0, 0] m.residual1.conv1")
    #expect(notebook.run("n.residual1.conv1.bias").text == before)
    #expect(notebook.run("m.residual1.conv1.bias").text?.contains("tensor([0., 0.]") == true)
    _ = notebook.run("bias [1, 1] n.residual1.conv1")
    #expect(notebook.run("diff 1").failure == nil)
    _ = notebook.run("undo 1")
    #expect(notebook.run("n.residual1.conv1.bias").text == before)
  }

  @Test func tabOffersStagesWithinABlock() {
    func offered(_ text: String) -> [String] {
      Completer(Notebook()).completion(of: text, cursor: text.utf8.count).candidates.map(\.text)
    }
    #expect(offered("net residual(con") == ["conv"])
    #expect(offered("net residual(conv(1,1,1) max") == ["maxpool"])
    #expect(offered("net residual(conv(1,1,1,str") == ["stride="])
  }
}
