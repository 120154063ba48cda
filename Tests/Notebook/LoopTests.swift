import Testing

@testable import Notebook

/// `repeat` and `for`: one cell, one value, one undo.
struct LoopTests {
  private static func run(_ cells: String...) -> CellResult {
    var notebook = Notebook()
    for cell in cells.dropLast() {
      let failure = notebook.run(cell).failure
      #expect(failure == nil, "\(cell): \(failure?.message ?? "")")
    }
    return notebook.run(cells[cells.count - 1])
  }

  @Test func aLoopEqualsItsTurnsTypedOneByOne() {
    let step = "zero_grad; forward; relu; backward; step 0.02"
    var looped = Notebook()
    var typed = Notebook()
    for source in ["conv 1 4 3 padding=1", "input 1 1 4 4", "mask 0.5"] {
      #expect(looped.run(source).failure == nil && typed.run(source).failure == nil)
    }
    #expect(looped.run("repeat 5 { \(step) }").failure == nil)
    for _ in 0..<5 { #expect(typed.run(step).failure == nil) }
    for reading in ["weight", "bias", "grad", "output", "scores"] {
      #expect(looped.run(reading).text == typed.run(reading).text)
    }
  }

  @Test func aForOverNumbersShowsATableAndKeepsATensor() {
    var notebook = Notebook()
    let table = notebook.run("for r in 0.25 0.5 0.75 { r * 4 } as curve")
    #expect(table.text == "r     curve\n0.25     1.\n0.5      2.\n0.75     3.")
    #expect(notebook.run("curve").text == "tensor([1., 2., 3.])")
    #expect(notebook.run("Out[1]").text == "tensor([1., 2., 3.])")
    #expect(notebook.run("r").text == "0.75")
  }

  @Test func aListOfATurnGivesColumns() {
    let table = Self.run("for i in range(3) { [i * 2, i / 4, i > 1] }")
    #expect(
      table.text
        == "i  i * 2   i / 4  i > 1\n0      0  0.0000  False\n1      2  0.2500  False\n"
        + "2      4  0.5000   True")
  }

  @Test(arguments: [
    ("for i in range(2, 8, 3) { i }", "tensor([2, 5])"),
    ("for i in range(3, 0, -1) { i }", "tensor([3, 2, 1])"),
    ("for row in tensor([[1., 2.], [3., 4.]]) { row.sum() }", "tensor([3., 7.])"),
    ("for x in tensor([1., 2.]) tensor([3., 4.]) { x }", "tensor([[1., 2.],\n        [3., 4.]])"),
    ("for s in \"a\" \"bc\" { 1 }", "tensor([1, 1])"),
    ("for i in range(40) { i }", nil),
    ("for i in range(2) { for j in range(2) { i * 2 + j } }", "tensor([[0, 1],\n        [2, 3]])"),
  ])
  func turnsAreStacked(loop: String, stacked: String?) {
    var notebook = Notebook()
    let result = notebook.run("\(loop) as all")
    #expect(result.failure == nil, "\(result.failure?.message ?? "")")
    let value = notebook.run("all")
    if let stacked { #expect(value.text == stacked) }
    #expect(notebook.run("all.requires_grad").text == "False")
  }

  @Test func whatCannotBeStackedIsTheLastWithANote() {
    let result = Self.run("for i in range(2) { zeros(i + 1) }")
    #expect(result.text == "tensor([0., 0.])")
    #expect(result.notes == [.turnsNotStacked])
  }

  @Test func noTurnsShowNothing() {
    for source in ["repeat 0 { 1 }", "for i in range(0) { i }"] {
      let result = Self.run(source)
      #expect(result.failure == nil && result.text == nil, "\(source)")
    }
  }

  @Test func layersOfANetworkAreTurns() {
    var notebook = Notebook()
    _ = notebook.run("net conv(1,2,3) relu conv(2,4,3) as n")
    let result = notebook.run("for m in n { mask 0.5 m; (m.mask == 0).sum() }")
    #expect(result.text == "m        value\nn.conv1      1\nn.conv2      2")
    #expect(notebook.run("n.conv2.mask").text?.contains("0.") == true)
  }

  @Test func numbersAndWordsOfTheLoopStandInCommands() {
    var notebook = Notebook()
    _ = notebook.run("conv 1 4 3")
    #expect(notebook.run("for r in 0.25 0.5 { mask r; (mask == 0).sum() }").failure == nil)
    #expect(
      notebook.run("for f in \"ones\" \"zeros\" { input f 1 1 4 4; input.sum() }").text
        == "f      value\nones     16.\nzeros     0.")
  }

  /// The whole cell fails, and says in which turn.
  @Test func anErrorTellsTheTurnAndChangesNothing() throws {
    var notebook = Notebook()
    _ = notebook.run("x = 1; seed 3")
    let failure = try #require(
      notebook.run("for r in 0.5 7 { x = r; rand(3); zeros(2).sum(dim=r) }").failure)
    #expect(
      failure.message
        == "dim must be a whole number, several in a tuple, or None, not a number (turn 1, r = 0.5)"
    )
    #expect(failure.range == 46..<51)
    #expect(notebook.run("x").text == "1")
    let drawn = notebook.run("rand(2)").text
    var fresh = Notebook()
    _ = fresh.run("seed 3")
    #expect(fresh.run("rand(2)").text == drawn)
  }

  @Test func oneUndoTakesTheLoopBack() {
    var notebook = Notebook()
    _ = notebook.run("x = 1")
    _ = notebook.run("repeat 3 { x = x * 2 }")
    #expect(notebook.run("x").text == "8")
    _ = notebook.run("undo")
    _ = notebook.run("undo")
    #expect(notebook.run("x").text == "1")
  }

  @Test func linesSeparateStatementsOfABlock() {
    var notebook = Notebook()
    let block = "repeat 2 {\n\n  x = 3  # a comment }\n  y = (x *\n    2);\n}"
    #expect(notebook.run(block).text == "6")
    #expect(notebook.run("y").text == "6")
  }

  /// A training loop keeps nothing of its turns.
  @Test func usedUpStepsAreForgotten() {
    var notebook = Notebook()
    _ = notebook.run("conv 1 2 3 padding=1 bias=false; mask 0.5; input 1 1 4 4")
    _ = notebook.run("repeat 3000 { zero_grad; forward; relu; backward; step 0.0001 }")
    #expect(notebook.session.usedUp.count < 5000)
    // What is held is still known to be used up.
    #expect(notebook.run("backward").failure?.message.contains("a second time") == true)
  }

  /// Layers and leaves that each turn makes anew leave nothing behind but the last.
  @Test func gradientsOfWhatIsGoneAreForgotten() {
    var notebook = Notebook()
    _ = notebook.run("conv 1 1 1 as k; input ones 1 1 1 1; forward; backward")
    _ = notebook.run(
      "repeat 3000 { conv 1 1 1 as c; forward; backward; "
        + "x = tensor([1., 2.], requires_grad=true); backward (x * 2).sum() }")
    #expect(notebook.session.gradients.count < 5000)
    #expect(notebook.session.losses.count < 5000)
    #expect(notebook.shown("x.grad") == "tensor([2., 2.])")
    #expect(notebook.shown("c.grad.flatten()") == "tensor([1.])")
    #expect(notebook.shown("k.grad.flatten()") == "tensor([1.])")
    #expect(notebook.shown("why k.grad[0, 0, 0, 0]")?.hasPrefix("k.weight.grad") == true)
  }

  /// Without zero_grad gradients add up for ever; what they came from is not kept as long.
  @Test func aHundredPassesAreExplained() {
    var notebook = Notebook()
    _ = notebook.run("x = tensor([1.], requires_grad=true)")
    _ = notebook.run("repeat 1000 { backward (x * 2).sum() }")
    #expect(notebook.shown("x.grad") == "tensor([2000.])")
    #expect(notebook.session.losses.first?.value.all.count == 100)
    #expect(
      notebook.shown("why x.grad[0]")?.hasPrefix(
        "x.grad[0] = 2000.\n200. of it is explained here; earlier passes are forgotten\n") == true)
  }

  @Test func eachNoteIsSaidOnce() {
    var notebook = Notebook()
    _ = notebook.run("conv 1 2 3 padding=1; input 1 1 4 4")
    let result = notebook.run("repeat 5 { forward; relu; backward }")
    #expect(result.notes.count { $0 == .gradientsAdded } == 1)
  }

  @Test func aValueMayTakeALayersName() {
    var notebook = Notebook()
    _ = notebook.run("conv 1 2 3 as m")
    let result = notebook.run("m = 3")
    #expect(result.failure == nil && result.notes == [.layerUnreachable("m")])
    #expect(notebook.run("m").text == "3")
    #expect(notebook.run("forward").failure?.message.contains("there is no layer") == true)
    _ = notebook.run("undo 2")
    #expect(notebook.run("m").text?.hasPrefix("Conv2d") == true)
  }

  @Test func aNameForAParameterKeepsItsValues() {
    var notebook = Notebook()
    _ = notebook.run("conv 1 1 1 bias=false; weight [[[[2]]]]; input ones 1 1 1 1")
    #expect(notebook.run("w = weight").notes == [.nameKeepsValues("w")])
    #expect(notebook.run("v = weight").notes.isEmpty)
    _ = notebook.run("forward; backward; step 1")
    #expect(notebook.run("w.item()").text == "2.0")
    #expect(notebook.run("w.grad.item()").text == "1.0")
    #expect(notebook.run("weight.item()").text == "1.0")
  }

  @Test func commandsThatStandAloneStandInNoBlock() {
    #expect(Self.run("repeat 2 { undo }").failure?.message == "undo must stand alone in its cell")
  }
}
