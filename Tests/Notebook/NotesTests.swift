import Testing

@testable import Notebook

/// Each note is said where it is due, and nowhere else.
struct NotesTests {
  private static func notes(_ cells: String...) -> [Note] {
    var notebook = Notebook()
    var notes: [Note] = []
    for cell in cells {
      let result = notebook.run(cell)
      if let failure = result.failure { Issue.record("\(cell): \(failure.message)") }
      notes = result.notes
    }
    return notes
  }

  @Test func anInputWasDrawn() {
    #expect(Self.notes("conv 2 1 3", "forward").contains(.inputDrawn(shape: "1 2 4 4")))
    #expect(
      Self.notes("conv 1 1 3 dilation=3", "forward").contains(.inputDrawn(shape: "1 1 7 7")))
    #expect(
      !Self.notes("conv 1 1 1", "input ones 1 1 1 1", "forward").contains {
        if case .inputDrawn = $0 { true } else { false }
      })
  }

  @Test func nothingIsMasked() {
    #expect(
      Self.notes("conv 1 2 3", "mask 0.25")
        == [.masked("0 filters", of: 2, rate: 0.25, rounding: .int)])
    #expect(
      Self.notes("conv 1 2 3", "prune 0.25")
        == [.nothingPruned(unit: "filter", of: 2, rate: 0.25)])
    #expect(Self.notes("conv 1 2 3", "mask 0").isEmpty)
    #expect(Self.notes("conv 1 2 3", "mask 0.5").isEmpty)
  }

  @Test func gradientsWereAdded() {
    let once = ["conv 1 2 3", "forward", "backward", "forward", "backward"]
    #expect(Self.notes(once[0], once[1], once[2]).isEmpty)
    #expect(Self.notes(once[0], once[1], once[2], once[3], once[4]) == [.gradientsAdded])
    #expect(Self.notes(once[0], once[1], once[2], "zero_grad", once[3], once[4]).isEmpty)
  }

  @Test(arguments: [
    ("mask 0.5", "the mask of conv1"), ("weight [[[[1]]], [[[2]]]]", "the weight of conv1"),
    ("bias [1, 2]", "the bias of conv1"), ("epsilon 0.5", "the epsilon of conv1"),
    ("input ones 1 1 2 2", "the input"), ("step 0.1", "the weight of conv1"),
  ])
  func theOutputIsOlder(change: String, cause: String) {
    // backward has a note of its own where PyTorch refuses.
    for use in ["relu", "output"] + (cause.contains("weight") ? [] : ["backward"]) {
      #expect(
        Self.notes("conv 1 2 1", "forward", change, use) == [.outputIsOlder(than: cause)],
        "\(change); \(use)")
    }
    #expect(Self.notes("conv 1 2 1", "forward", change, "forward", "output").isEmpty)
  }

  /// Where PyTorch has saved a parameter that was changed in place since, its backward refuses.
  @Test(
    arguments: [
      ("conv 1 2 1", "weight [[[[1]]], [[[2]]]]", "conv1.weight"),
      ("conv 1 2 1", "backward output; zero_grad; forward; step 0.1", nil),
      ("conv 1 2 1", "bias [1, 2]", nil),
      ("conv 1 2 1; mask 0.5", "weight [[[[1]]], [[[2]]]]", nil),
      ("conv 1 2 1; prune 0.5", "forward as y; backward; step 0.1; forward", nil),
      ("net conv(1,2,1) relu flatten linear(32,2) as n", "backward output; step 0.1", nil),
      ("linear 2 2; input [[1, 2]]", "weight [[1, 2], [3, 4]]", nil),
      (
        "linear 2 2; input [[1, 2]] requires_grad=true", "weight [[1, 2], [3, 4]]", "linear1.weight"
      ),
      ("batchnorm 1", "weight [2]", "batchnorm1.weight"), ("batchnorm 1", "bias [2]", nil),
      ("conv 1 1 1 as a; forward; batchnorm 1 as b", "use a; weight [[[[2]]]]", "a.weight"),
    ] as [(String, String, String?)])
  func pyTorchRefuses(make: String, change: String, name: String?) throws {
    var notebook = Notebook()
    for cell in [make, "forward", change] {
      if let failure = notebook.run(cell).failure { Issue.record("\(cell): \(failure.message)") }
    }
    let result = notebook.run("backward output")
    if result.failure != nil { #expect(change.contains("backward output")) }
    let found = result.notes.compactMap { note -> String? in
      if case .changedInPlace(let name) = note { name } else { nil }
    }
    #expect(found == [name].compactMap { $0 })
  }

  /// Which functions keep what they are applied to, as PyTorch 2.15.0 shows by refusing.
  @Test(arguments: [
    ("relu m.weight", false), ("leaky_relu m.weight", true), ("sigmoid m.weight", false),
    ("tanh m.weight", false), ("mse m.weight", true), ("maxpool 2 m.weight", true),
    ("avgpool 2 m.weight", true), ("mean m.weight", false),
  ])
  func functionsThatKeepTheirInput(cell: String, keeps: Bool) {
    var notebook = Notebook()
    _ = notebook.run("conv 1 1 2 bias=false as m; \(cell); weight [[[[1, 2], [3, 4]]]]")
    let result = notebook.run("backward")
    #expect(result.failure == nil)
    #expect(result.notes.contains(.changedInPlace("m.weight")) == keeps)
  }

  /// The gradient is computed all the same, from the values that forward used.
  @Test func theOldValuesGiveTheGradient() {
    var notebook = Notebook()
    _ = notebook.run("conv 1 1 1 bias=false; weight [[[[3]]]]; epsilon off")
    _ = notebook.run("input [[[[2]]]] requires_grad=true; forward; weight [[[[5]]]]; backward")
    #expect(notebook.shown("input.grad") == "tensor([[[[3.]]]])")
  }

  @Test func theTargetWasBroadcast() {
    #expect(
      Self.notes("mse [[1, 2], [3, 4]] target=[1, 2]")
        == [.targetWasBroadcast([2], value: [2, 2])])
    #expect(Self.notes("mse [[1, 2], [3, 4]] target=[[1, 2], [1, 2]]").isEmpty)
    #expect(Self.notes("mse [[1, 2], [3, 4]] target=1").isEmpty)
  }

  /// A new layer of the name is not the one that led to the output.
  @Test func theLayerOfTheNameIsAnother() {
    #expect(
      Self.notes("conv 1 1 1 as m", "forward", "conv 1 1 1 as m", "output")
        == [.outputIsOlder(than: "the layer m")])
  }

  @Test func weightIsDense() {
    #expect(Self.notes("conv 1 2 3", "mask 0.5", "weight") == [.weightIsDense])
    #expect(Self.notes("conv 1 2 3", "weight").isEmpty)
  }

  @Test func prunedAgain() {
    #expect(
      Self.notes("conv 1 4 3", "prune 0.5", "prune 0.5") == [.prunedAgain(left: 2, unit: "filter")])
  }

  /// 1.0000e-06 in an output would be a riddle.
  @Test func theConstantShows() {
    let notes = Self.notes("conv 1 2 1 bias=false", "mask 0.5", "input ones 1 1 2 2", "forward")
    #expect(notes == [.constantShows("1.0000e-06")])
    #expect(
      Self.notes("conv 1 2 1 bias=false", "input ones 1 1 2 2", "forward").isEmpty)
    #expect(
      Self.notes(
        "conv 1 2 1 bias=false", "mask 0.5", "epsilon off", "input ones 1 1 2 2", "forward"
      )
      .isEmpty)
  }

  @Test(arguments: [
    "relu x", "mean x", "mse x target=0", "maxpool 1 x", "cross_entropy x target=0",
  ])
  func aNamedValueReplacesTheOutput(cell: String) {
    let verb = cell.prefix { $0 != " " }
    let shape = cell.hasPrefix("cross") ? "[[1, 2]]" : "[[[[1, 2]]]]"
    #expect(
      Self.notes("tensor \(shape) as x", cell)
        == [.becameOutput(verb: String(verb), of: "x")])
    #expect(Self.notes("relu \(shape)").isEmpty)
    #expect(Self.notes("relu \(shape)", "relu").isEmpty)
    #expect(Self.notes("relu \(shape)", "relu output").isEmpty)
  }

  /// Which layer is meant is said where it was not plain: not after making or using one.
  @Test func theLayerMeantIsSaid() {
    let make = "conv 1 2 1 as a; conv 1 2 1 as b; input ones 1 1 2 2;"
    #expect(Self.notes(make, "bias").isEmpty)
    #expect(Self.notes(make, "use a", "bias").isEmpty)
    #expect(Self.notes(make, "forward a", "bias") == [.layerMeant("a")])
    #expect(Self.notes(make, "forward a", "bias", "weight").isEmpty)
    #expect(Self.notes(make, "forward a", "filters b").isEmpty)
    #expect(Self.notes("conv 1 2 1", "forward", "bias").isEmpty)
    #expect(
      Self.notes("net conv(1,2,1) relu as n", "forward", "use n.conv1", "forward n", "summary")
        .isEmpty)
  }

  /// These show nothing, so that the layer is said each time.
  @Test(arguments: ["train", "eval"]) func theModesLayerIsSaid(verb: String) {
    let make = "batchnorm 1 as a; batchnorm 1 as b;"
    #expect(Self.notes(make, verb) == [.layerMeant("b")])
    #expect(Self.notes(make, verb, verb) == [.layerMeant("b")])
    #expect(Self.notes(make, "\(verb) a").isEmpty)
    #expect(Self.notes("batchnorm 1", verb).isEmpty)
  }

  @Test func notesOffSilencesThem() {
    #expect(Self.notes("notes off", "conv 1 2 3", "mask 0.25").isEmpty)
    #expect(!Self.notes("notes off", "notes on", "conv 1 2 3", "mask 0.25").isEmpty)
  }

  @Test func everyNoteIsOneLine() {
    let notes: [Note] = [
      .inputDrawn(shape: "1 1 4 4"), .masked("0 filters", of: 2, rate: 0.25, rounding: .int),
      .gradientsAdded, .outputIsOlder(than: "the mask of m"), .weightIsDense,
      .constantShows("1.0000e-06"), .prunedAgain(left: 2, unit: "filter"),
      .becameOutput(verb: "relu", of: "x"), .layerMeant("n.conv1"), .drawnAnew,
    ]
    for note in notes { #expect(!note.text.isEmpty && !note.text.contains("\n")) }
    #expect(notes[1].text == "int(2 × 0.25) = 0 filters are masked")
  }
}
