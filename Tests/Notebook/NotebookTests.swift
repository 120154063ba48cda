import Testing

@testable import Notebook

struct NotebookTests {
  /// The five commands of a first visit, and what they are to show.
  @Test func theFirstVisitWorksAsItStands() throws {
    var notebook = Notebook()
    for cell in ["conv 1 2 3", "mask 0.5", "forward", "relu", "backward"] {
      #expect(notebook.run(cell).failure == nil)
    }
    for filter in 0..<2 {
      guard case .tensor(let gradient)? = notebook.run("grad[\(filter)]").value else {
        Issue.record("no gradient")
        return
      }
      #expect(gradient.tensor.elements.contains { $0 != 0 })
    }
    let table = try #require(notebook.run("filters").text)
    #expect(table.contains("1 masked: "))
    #expect(table.contains("1 kept: "))
    #expect(!table.contains("not computed"))
  }

  @Test func everyCellTakesANumber() {
    var notebook = Notebook()
    #expect(notebook.nextNumber == 1)
    #expect(notebook.run("conv 1 2 3").number == 1)
    #expect(notebook.run("oops").number == 2)
    notebook.note(prose: "# no number")
    #expect(notebook.run("help").number == 3)
    #expect(notebook.nextNumber == 4)
  }

  @Test func aTrailingSemicolonHidesTheValue() {
    var notebook = Notebook()
    #expect(notebook.run("tensor [1];").text == nil)
    #expect(notebook.run("tensor [1]; tensor [2]").text == "tensor([2.])")
    #expect(notebook.run("tensor [1]; seed 1").text == nil)
  }

  /// Whatever its first commands did, a cell that fails did nothing.
  @Test func aCellFailsWhole() throws {
    var notebook = Notebook()
    _ = notebook.run("seed 4; conv 1 1 1 as m; input ones 1 1 1 1")
    var other = notebook
    let cell =
      "seed 9; conv 2 2 2 as n; tensor [1] as t; input 1 1 2 2; printoptions precision=1; "
      + "epsilon 5; oops"
    #expect(notebook.run(cell).failure != nil)
    for probe in ["n", "t", "input", "layers", "epsilon", "weight", "input 1 1 2 2"] {
      let (found, expected) = (notebook.run(probe), other.run(probe))
      #expect(found.text == expected.text, "\(probe)")
      #expect(found.failure?.message == expected.failure?.message)
    }
  }

  @Test func aUsedUpGraphIsAnErrorThatChangesNothing() throws {
    var notebook = Notebook()
    _ = notebook.run("conv 1 1 1; input ones 1 1 2 2; forward; relu; backward")
    let before = notebook.run("grad").text
    let failure = try #require(notebook.run("backward").failure)
    #expect(failure.message == "backward: trying to backward through the graph a second time")
    #expect(failure.remedy?.hasPrefix("run forward again") == true)
    #expect(notebook.run("grad").text == before)
    #expect(notebook.run("forward; backward").failure == nil)
    #expect(notebook.run("grad").text != before)
  }

  /// Steps that kept nothing may be walked again, as in PyTorch: `(x + 0).sum()` twice.
  @Test func backwardOverALeafAlone() {
    var notebook = Notebook()
    _ = notebook.run("input [[1, 2]] requires_grad=true")
    #expect(notebook.run("backward input").failure == nil)
    #expect(notebook.run("backward input").failure == nil)
    #expect(notebook.run("input.grad").text == "tensor([[2., 2.]])")
  }

  @Test func notebookCommandsStandAlone() throws {
    var notebook = Notebook()
    let failure = try #require(notebook.run("tensor [1] as t; help").failure)
    #expect(failure.message == "help must stand alone in its cell")
    #expect(notebook.run("t").failure != nil)
    let result = notebook.run("quit")
    guard case .quit? = result.reply else {
      Issue.record("quit does not quit")
      return
    }
    #expect(result.isAside)
  }

  @Test func saveAndReplayMeetAgain() throws {
    let scratch = try Scratch()
    let path = scratch.file("a b.dpu")
    var notebook = Notebook()
    _ = notebook.run("seed 5; conv 1 2 3")
    _ = notebook.run("oops")
    let result = notebook.run("save \"\(path)\"")
    guard case .message(let message)? = result.reply else {
      Issue.record("\(result.failure?.message ?? "nothing")")
      return
    }
    #expect(message == "saved 1 cell to \(path)")
    var second = Notebook()
    guard case .replay(let file, _)? = second.run("replay \"\(path)\"").reply else {
      Issue.record("no replay")
      return
    }
    #expect(file.cells.map(\.source) == ["seed 5; conv 1 2 3"])
    let refused = second.run("save \"\(path)\"").failure
    #expect(refused?.message == "save: '\(path)' exists, and is not what was written from here")
    #expect(second.run("save \"\(path)\" overwrite=true").failure == nil)
    // The other one has replaced what this one saved.
    #expect(notebook.run("save \"\(path)\"").failure?.message == refused?.message)
  }
}
