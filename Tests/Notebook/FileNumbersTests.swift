import Testing

@testable import Notebook

/// In a file that is run inside a session, numbers mean the file's own cells.
struct FileNumbersTests {
  /// A notebook in which the user has done something, and undone some of it.
  private static func outer() -> Notebook {
    var notebook = Notebook()
    for cell in [
      "conv 1 2 3 as mine;", "tensor [7] as x", "tensor [8] as x", "undo", "tensor [9] as y",
    ] {
      _ = notebook.run(cell)
    }
    return notebook
  }

  private static func message(_ result: CellResult) -> String? { result.failure?.message }

  @Test func undoStopsAtTheFilesBeginning() {
    let outer = Self.outer()
    var inner = outer.entering("f.dpu")
    #expect(Self.message(inner.run("undo")) == "undo: there is nothing to undo")
    #expect(Self.message(inner.run("redo")) == "redo: there is nothing to redo")
    #expect(
      Self.message(inner.run("diff")) == "diff: there is no earlier state to compare with")
    _ = inner.run("tensor [1] as a")
    #expect(Self.message(inner.run("undo 2")) == "undo: there is 1 cell to undo, not 2")
    #expect(inner.run("undo").failure == nil)
    #expect(inner.run("redo").failure == nil)
    #expect(inner.run("undo").failure == nil)
    _ = inner.run("tensor [2] as b")
    // All of the user's is still there, and can be undone afterwards.
    var after = inner.leaving(to: outer)
    #expect(after.run("y").text == "tensor([9.])")
    #expect(after.run("mine").failure == nil)
    #expect(after.run("undo 6").failure == nil)
    #expect(after.run("x").failure != nil && after.run("mine").failure != nil)
  }

  @Test func undoneCellsOfTheUserAreNotDoneAgain() {
    var outer = Notebook()
    for cell in ["tensor [1] as x", "tensor [2] as x", "undo"] { _ = outer.run(cell) }
    var inner = outer.entering("f.dpu")
    #expect(Self.message(inner.run("redo")) == "redo: there is nothing to redo")
    var after = inner.leaving(to: outer)
    #expect(after.run("redo").failure == nil)
    #expect(after.run("x").text == "tensor([2.])")
  }

  @Test func outAndRerunCountFromTheFilesFirstCell() {
    let outer = Self.outer()
    var inner = outer.entering("f.dpu")
    #expect(
      Self.message(inner.run("Out[2]")) == "there is no Out[2]: that cell has not been run")
    #expect(Self.message(inner.run("rerun 9")) == "rerun: there is no cell 9")
    let third = inner.run("tensor [5]")
    #expect(third.number == outer.nextNumber + 2)
    let fourth = inner.run("Out[3]")
    #expect(fourth.text == "tensor([5.])")
    #expect(fourth.source == "Out[\(third.number)]" && fourth.typed == "Out[3]")
    guard case .rerun(let sources)? = inner.run("rerun 4").reply else {
      Issue.record("rerun gave no cells")
      return
    }
    #expect(sources == [fourth.source])
    #expect(inner.run(again: fourth.source).text == "tensor([5.])")
    #expect(Self.message(inner.run("Out[0]")) == "there is no Out[0]: that cell has not been run")
    #expect(
      Self.message(inner.run("Out[1]")) == "there is no Out[1]: that cell failed")
    let history = inner.run("history").reply
    guard case .text(let text)? = history else { return }
    #expect(!text.contains("mine"))
  }

  /// What is saved afterwards, and what a journal holds, says the same in the session's numbers.
  @Test func theSessionCanBeSavedAfterwards() throws {
    let outer = Self.outer()
    var inner = outer.entering("f.dpu")
    for cell in ["tensor [4]", "Out[1]", "tensor [1, # Out[1]\n2]"] { _ = inner.run(cell) }
    let after = inner.leaving(to: outer)
    let file = try SessionFile(text: try Transcript.text(of: after.log), path: "s.dpu")
    var again = Notebook()
    for cell in file.cells { #expect(try again.run(cell.source).record == cell.record) }
    #expect(again.session.names.count == outer.session.names.count)
  }

  @Test func aFileWithinNothingMeansWhatItSays() {
    var fresh = Notebook()
    var inner = Notebook().entering("f.dpu")
    for cell in ["tensor [1]", "oops", "Out[1]", "Out[2]", "undo", "Out[3]", "rerun 9"] {
      let (one, two) = (fresh.run(cell), inner.run(cell))
      #expect(one.text == two.text && Self.message(one) == Self.message(two), "\(cell)")
    }
  }

  @Test func lecturesKeepToTheirOwnCells() throws {
    let outer = Self.outer()
    let file = try SessionFile(
      text: "# dpu session 1\ntensor [3]\nOut[1]\nrerun 2\nundo 9\n", path: "l.dpu")
    var lecture = Lecture(file, in: outer.entering("l.dpu"), outer: outer)
    _ = lecture.run()
    #expect(lecture.run()?.text == "tensor([3.])")
    _ = lecture.run()
    #expect(lecture.repeated.map(\.text) == ["tensor([3.])"])
    #expect(
      lecture.run()?.failure?.message == "undo: there are 3 cells to undo, not 9")
  }

  @Test func aSessionIsFreshUntilACellChangesIt() {
    var notebook = Notebook()
    #expect(notebook.isFresh)
    _ = notebook.run("help")
    _ = notebook.run("oops")
    #expect(notebook.isFresh)
    _ = notebook.run("seed 4")
    #expect(!notebook.isFresh)
    _ = notebook.run("undo")
    #expect(notebook.isFresh)
  }

  /// A file's `undo reset` knows the file's resets only, and its `undo prose` the file's lines.
  @Test func aFileTakesBackItsOwnResetsAndProse() {
    var outer = Notebook()
    for cell in ["tensor [1] as x", "reset"] { _ = outer.run(cell) }
    outer.note(prose: "# mine")
    _ = outer.run("tensor [2] as y")
    var inner = outer.entering("f.dpu")
    #expect(Self.message(inner.run("undo reset")) == "undo: there is no reset to undo")
    #expect(
      Self.message(inner.run("undo prose")) == "undo: there is no line of prose to take back")
    inner.note(prose: "# the file's")
    for cell in ["tensor [3] as z", "reset", "tensor [4] as w"] {
      #expect(inner.run(cell).failure == nil)
    }
    #expect(inner.run("undo reset").failure == nil)
    #expect(inner.run("z").text == "tensor([3.])" && inner.run("w").failure != nil)
    #expect(inner.run("undo prose").failure == nil)
    #expect(
      Self.message(inner.run("undo prose")) == "undo: there is no line of prose to take back")
    var after = inner.leaving(to: outer)
    #expect(after.run("y").text == "tensor([2.])")
    #expect(after.run("undo prose").failure == nil)
    #expect(after.run("undo reset").failure == nil)
    #expect(after.run("x").text == "tensor([1.])")
  }
}
