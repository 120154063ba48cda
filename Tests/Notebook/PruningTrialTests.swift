import Testing

@testable import Notebook

/// `compare` and `ablate`.
struct PruningTrialTests {
  @Test func bothPartsAreNeeded() {
    var notebook = PublishedSetup.notebook()
    #expect(
      notebook.shown("ablate 0.5")
        == """
        largest |gradient| of the pruned filters (1 of 2: 0)

        gradient at the mask:  blocked  blocked  passed  passed
        epsilon:                     0    1e-06       0   1e-06
        ReLU                    0.0000   0.0000  0.0000  4.7680
        ReLU, 1 at 0            0.0000   0.0000  4.7680  4.7680
        leaky ReLU              0.0000   0.0000  0.0477  4.7680
        none                    0.0000   0.0000  4.7680  4.7680
        """)
  }

  @Test func ablatingNothingIsAnError() {
    var notebook = PublishedSetup.notebook()
    #expect(notebook.shown("ablate 0.25") == "ablate: 0.25 of 2 filters is none: nothing is pruned")
  }

  @Test func compareSetsBothSideBySide() {
    var notebook = PublishedSetup.notebook()
    let text = """
                                   pruning:                    DPU:
      filter  mask  L1 norm  largest |grad|    zero  largest |grad|    zero
           0     0   1.5058          0.0000  9 of 9          4.7680  0 of 9
           1     1   1.8242          5.1519  0 of 9          5.1519  0 of 9

      1 pruned: every gradient zero under ordinary pruning, up to 4.7680 in the DPU
      1 kept: the gradients are exactly equal
      """
    #expect(notebook.shown("compare 0.5") == text)
    #expect(notebook.shown("compare 0.5 demo") == text)
    // round(2 · 0.6) and int(2 · 0.6) are the same, 0.8 tells them apart.
    #expect(notebook.shown("compare 0.6 round=even") == text)
    #expect(notebook.shown("compare 0.8 round=even")?.contains("2 pruned") == true)
    #expect(notebook.shown("compare 0.8")?.contains("1 pruned") == true)
    #expect(notebook.shown("compare 0")?.contains("0 pruned") == true)
  }

  /// `full` shows the tensors that the layers themselves would.
  @Test func fullAddsBothTensors() {
    var notebook = PublishedSetup.notebook("mask 0.5", "forward; relu; backward")
    let passed = notebook.shown("grad") ?? "no gradient"
    _ = notebook.run("copy demo as p; mask off; prune 0.5; forward; relu; backward")
    let blocked = notebook.shown("grad") ?? "no gradient"
    for cell in ["compare 0.5 full", "compare 0.5 demo full"] {
      let text = notebook.shown(cell) ?? ""
      #expect(
        text.hasSuffix(
          "weight_orig.grad:\n\(blocked)\n\nDynamic Pruning Unit, weight.grad:\n\(passed)"))
    }
  }

  /// With a bias the unit masks it and ordinary pruning does not: kept filters still agree.
  @Test func aLayerThatIsMaskedOrPrunedIsComparedDense() {
    var notebook = PublishedSetup.notebook()
    let text = notebook.shown("compare 0.5")
    _ = notebook.run("mask 0.5")
    #expect(notebook.shown("compare 0.5") == text)
    _ = notebook.run("mask off; prune 0.5")
    #expect(notebook.shown("compare 0.5") == text)
  }

  @Test(arguments: ["compare 0.5", "compare 0.5 other full", "ablate 0.5", "ablate 0.5 other"])
  func theSessionStaysAsItWas(cell: String) {
    var notebook = Notebook()
    for cell in [
      "conv 1 4 3 as other", "conv 1 2 3 padding=1 as m", "mask 0.5", "forward; relu; backward",
    ] {
      _ = notebook.run(cell)
    }
    func state() -> [String?] {
      var copy = notebook
      return ["layers", "grad", "bias.grad", "mask", "weight", "epsilon", "output", "input"].map {
        copy.shown($0)
      } + [copy.shown("input 1 1 2 2"), copy.shown("conv 1 1 1")]
    }
    let before = state()
    let serial = notebook.session.layersMade
    #expect(notebook.run(cell).failure == nil)
    #expect(state() == before)
    #expect(notebook.session.layersMade == serial)
  }

  /// Without an input one is drawn for the trial, and the generator does not move.
  @Test func aDrawnInputIsNotKept() {
    var (tried, untried) = (Notebook(), Notebook())
    _ = tried.run("conv 1 2 3")
    _ = untried.run("conv 1 2 3")
    let result = tried.run("compare 0.5")
    #expect(result.notes == [.inputDrawn(shape: "1 1 4 4")])
    #expect(tried.session.input == nil)
    #expect(tried.shown("forward") == untried.shown("forward"))
  }
}
