import Layers
import Testing

@testable import Notebook

/// What `compare` and `ablate` run where a layer is part of a network; the numbers by hand.
struct NetworkTrialTests {
  /// The convolution has the weights 1 and 2 and the constant 1, the linear layer 5 and 7. On 3 the
  /// pruned one gives 0 + 1 and 6 + 1, the network 5 · 1 + 7 · 7 = 54.
  private static func network(_ more: String...) -> Notebook {
    var notebook = Notebook()
    for cell in [
      "net conv(1,2,1,bias=false) relu flatten linear(2,1,bias=false) as n; epsilon 1",
      "use n.conv1; weight [[[[1]]], [[[2]]]]; use n.linear1; weight [[5, 7]]; use n",
      "input [[[[3]]]]",
    ] + more { #expect(notebook.run(cell).failure == nil, "\(cell)") }
    return notebook
  }

  /// The gradients of the two filters under ordinary pruning and in the unit.
  private static func gradients(_ cell: String, in notebook: inout Notebook) -> [[String]] {
    let lines = (notebook.shown(cell) ?? "").split(separator: "\n")
    return lines.compactMap { line -> [String]? in
      let words = line.split(separator: " ").map(String.init)
      return words.count == 11 ? [words[3], words[7]] : nil
    }
  }

  /// The loss is 54², its slope 2 · 54 = 108: 108 · 5 · 3 and 108 · 7 · 3.
  @Test func theLossIsPartOfIt() {
    var notebook = Self.network("forward", "mse target=0")
    #expect(
      notebook.shown("compare 0.5 n.conv1")
        == """
                                     pruning:                    DPU:
        filter  mask  L1 norm  largest |grad|    zero  largest |grad|    zero
             0     0       1.              0.  1 of 1           1620.  0 of 1
             1     1       2.           2268.  0 of 1           2268.  0 of 1

        1 pruned: every gradient zero under ordinary pruning, up to 1620. in the DPU
        1 kept: the gradients are exactly equal
        """)
    #expect(notebook.run("compare 0.5").notes == [])
  }

  @Test(arguments: [
    // Nothing follows: the sum.
    (["forward"], ["0.", "15."], ["21.", "21."]),
    // The slope of the sigmoid is 0 at 54 in float32.
    (["forward", "sigmoid"], ["0.", "0."], ["0.", "0."]),
    // A value that was taken within the network: the mean of both filters, 3 / 2 each.
    (["forward", "mean n.relu1.output"], ["0.0000", "1.5000"], ["1.5000", "1.5000"]),
    // The network is the one of now: 2 · (1 + 7) · 3.
    (["forward", "mse", "weight [[1, 1]] n.linear1"], ["0.", "48."], ["48.", "48."]),
    // A mask, pruning or a constant that the layer has makes no difference, but for the constant.
    (
      ["mask 0.5", "prune 0.5", "forward", "epsilon 2 n.conv1", "relu"], ["0.", "15."],
      ["21.", "21."]
    ),
    // One layer within the network ran by itself.
    (["forward n.conv1"], ["0.", "3."], ["3.", "3."]),
  ])
  func whatFollowedIsRunAgain(cells: [String], pruned: [String], kept: [String]) {
    var notebook = Self.network()
    for cell in cells { #expect(notebook.run(cell).failure == nil, "\(cell)") }
    #expect(Self.gradients("compare 0.5 n.conv1", in: &notebook) == [pruned, kept])
  }

  /// A masked filter gives its constant, which only ReLU at exactly 0 keeps from the gradient: with
  /// 1e-6 the network gives 42, the slope of its square is 84, and 84 · 5 · 3 = 1260.
  @Test func ablateHasOneRow() {
    var notebook = Self.network("forward", "mse target=0")
    let lines = (notebook.shown("ablate 0.5 n.conv1") ?? "").split(separator: "\n")
    #expect(
      lines.dropLast() == [
        "largest |gradient| of the pruned filters (1 of 2: 0)",
        "gradient at the mask:    blocked    blocked     passed     passed",
        "epsilon:                       0      1e-06          0      1e-06",
      ])
    let row = (lines.last ?? "").split(separator: " ")
    #expect(row.prefix(4) == ["n", "0.0000", "0.0000", "0.0000"])
    #expect(((row.last.flatMap { Double($0) } ?? 0) - 1260).magnitude < 0.01)
  }

  /// Where a rate prunes nothing in one of the layers, that is said in the place of its table.
  @Test func aRateMayPruneNothing() {
    var notebook = Notebook()
    _ = notebook.run("net conv(1,2,1) conv(2,4,1) as n; forward")
    let text = notebook.shown("ablate 0.25 n") ?? ""
    #expect(text.hasPrefix("conv1\n0.25 of 2 filters is none: nothing is pruned\n\nconv2\nlargest"))
    #expect(
      notebook.shown("ablate 0.1 n") == "ablate: 0.1 of 2 filters is none: nothing is pruned")
    #expect(notebook.run("compare 0.25 n").notes.count == 1)
  }

  @Test(arguments: ["compare", "ablate"]) func withoutForwardItIsTheSum(verb: String) {
    var notebook = Self.network()
    let result = notebook.run("\(verb) 0.5 n.conv1")
    #expect(result.notes == [.networkHasNotRun("n")])
    _ = notebook.run("forward")
    #expect(notebook.shown("\(verb) 0.5 n.conv1") == result.text)
    #expect(notebook.run("\(verb) 0.5 n.conv1").notes == [])
  }

  @Test func anInputIsDrawnAsForwardDrawsIt() {
    var notebook = Notebook()
    _ = notebook.run("net conv(1,4,3) relu conv(4,2,3) as n")
    let result = notebook.run("compare 0.5")
    #expect(result.notes == [.inputDrawn(shape: "1 1 5 5"), .networkHasNotRun("n")])
    #expect(notebook.session.input == nil)
    _ = notebook.run("forward")
    #expect(notebook.shown("compare 0.5") == result.text)
  }

  /// Another layer's value, or one of an earlier forward, says nothing about this network's last.
  @Test(arguments: [
    ["forward n", "mse", "conv 1 1 1 as m", "forward m"],
    ["forward n", "output as y", "forward n", "mse y"],
  ])
  func anotherOutputIsNotTaken(cells: [String]) {
    var notebook = Self.network()
    for cell in cells { #expect(notebook.run(cell).failure == nil, "\(cell)") }
    #expect(notebook.run("compare 0.5 n").notes == [.outputIsNotOf("n")])
    #expect(Self.gradients("compare 0.5 n", in: &notebook) == [["0.", "15."], ["21.", "21."]])
  }

  @Test func onlyWhatHasFiltersIsTried() {
    var notebook = Notebook()
    _ = notebook.run("net conv(1,4,3) relu flatten linear(16,3) as n; forward")
    #expect(notebook.shown("compare 0.5 n.relu1") == "compare: a ReLU takes no mask")
    #expect(notebook.shown("compare 0.5 n.linear1")?.contains("1 pruned") == true)
    #expect(notebook.shown("ablate 0.5 n.linear1")?.contains("(1 of 3") == true)
    _ = notebook.run("net flatten linear(16,3) as k")
    #expect(notebook.shown("compare 0.5 k") == "compare: the network has no convolution")
  }

  /// A network within another one runs as part of it.
  @Test func networksNest() throws {
    var notebook = Self.network()
    let inner = try notebook.session.layer()
    notebook.session.add(Network([inner]), as: "outer")
    for cell in ["forward outer", "mse"] { #expect(notebook.run(cell).failure == nil) }
    let expected = [["0.", "1620."], ["2268.", "2268."]]
    #expect(Self.gradients("compare 0.5 outer", in: &notebook) == expected)
    #expect(Self.gradients("compare 0.5 outer.net1", in: &notebook) == expected)
    #expect(Self.gradients("compare 0.5 outer.net1.conv1", in: &notebook) == expected)
    #expect(notebook.shown("compare 0.5 outer")?.hasPrefix("net1.conv1\n") == true)
  }

  @Test(arguments: ["compare 0.5", "compare 0.5 n full", "ablate 0.5", "ablate 0.5 n.conv2"])
  func theSessionStaysAsItWas(cell: String) {
    var notebook = Notebook()
    for cell in [
      "net conv(1,4,3) batchnorm(4) relu conv(4,2,3) flatten linear(8,3) as n",
      "input 2 1 6 6 requires_grad=true", "mask 0.5 n.conv1", "prune 0.5 n.conv2", "forward",
      "cross_entropy target=[0, 2]", "backward",
    ] { #expect(notebook.run(cell).failure == nil) }
    func state() -> [String?] {
      var copy = notebook
      return [
        "layers", "n.conv1.weight.grad", "n.conv1.mask", "n.conv2.weight_mask",
        "n.conv2.weight_orig.grad", "n.batchnorm1.running_mean", "n.batchnorm1.running_var",
        "n.linear1.weight.grad", "n.linear1.output", "output", "input", "input.grad",
        "input 1 1 2 2",
      ].map { copy.shown($0) }
    }
    let before = state()
    #expect(notebook.run(cell).failure == nil)
    #expect(state() == before)
  }
}
