import Testing

@testable import Notebook

/// `reset` begins anew; the session before it is one step of undo away.
@Suite struct ResetTests {
  /// Cells that leave nothing as it was.
  private static let dirt = [
    "conv 1 2 3 as m", "seed 9", "printoptions precision=2 sci_mode=true", "notes off",
    "input 2 1 5 5 requires_grad=true", "mask 0.5", "forward; relu as y; backward;",
    "batchnorm 2; eval", "conv 2 2 1; epsilon off",
  ]

  /// Cells whose results tell all that a person can find out about a state.
  private static let probes = [
    "_", "layers", "m", "y", "output", "input", "weight", "grad", "graph", "conv 1 2 3", "forward",
    "mask 0.5", "relu; backward", "output", "input 1 1 2 2", "batchnorm 2", "running_mean",
    "tensor [1000000, 0.12345678]",
  ]

  private func dirty(budget: Int? = nil) -> Notebook {
    var notebook = Notebook(undoBudget: budget)
    for cell in Self.dirt { #expect(notebook.run(cell).failure == nil, "\(cell)") }
    return notebook
  }

  private func answers(_ notebook: Notebook) -> [String] {
    var copy = notebook
    return Self.probes.map { probe in
      let result = copy.run(probe)
      return "\(probe): \(result.failure?.message ?? result.text ?? "") \(result.notes)"
    }
  }

  @Test func everythingIsAsDpuBegins() {
    var notebook = dirty()
    let fresh = answers(Notebook())
    #expect(answers(notebook) != fresh)
    let result = notebook.run("reset")
    #expect(result.failure == nil && result.text == nil && !result.isAside)
    #expect(answers(notebook) == fresh)
  }

  @Test func numbersGoOnAndEarlierOutputsAreGone() {
    var notebook = Notebook()
    _ = notebook.run("tensor [1]")
    let number = notebook.run("reset").number
    #expect(number == 2 && notebook.nextNumber == 3)
    #expect(
      notebook.run("Out[1]").failure?.message
        == "there is no Out[1]: reset came after that cell")
    #expect(notebook.run("_").failure?.message == "nothing was displayed yet")
    #expect(notebook.shown("tensor [3]") == "tensor([3.])" && notebook.shown("Out[5]") != nil)
  }

  @Test(arguments: ["reset; seed 1", "seed 1; reset", "reset 3", "reset as x"])
  func itStandsAlone(cell: String) {
    var notebook = dirty()
    let before = answers(notebook)
    #expect(notebook.run(cell).failure != nil)
    #expect(answers(notebook) == before && notebook.log.lastReset == nil)
  }

  /// With a budget of nothing every state but the last has to be rebuilt.
  @Test(arguments: [nil, 0]) func undoBringsEverythingBack(budget: Int?) {
    var notebook = dirty(budget: budget)
    let (before, fresh) = (answers(notebook), answers(Notebook()))
    _ = notebook.run("reset")
    #expect(notebook.run("undo").failure == nil)
    #expect(answers(notebook) == before)
    #expect(notebook.run("redo").failure == nil)
    #expect(answers(notebook) == fresh)
  }

  @Test(arguments: [nil, 0]) func undoResetIsOneStepThatRedoRepeats(budget: Int?) {
    var notebook = dirty(budget: budget)
    let before = answers(notebook)
    for cell in ["reset", "conv 1 1 2 as after", "mask 7", "input 1 1 2 2", "forward"] {
      _ = notebook.run(cell)
    }
    let after = answers(notebook)
    guard case .message(let text)? = notebook.run("undo reset").reply else {
      Issue.record("undo reset says nothing")
      return
    }
    #expect(text == "the session before reset is back: undid In [10] to In [14] (4 cells)")
    #expect(answers(notebook) == before)
    #expect(notebook.run("redo").failure == nil)
    #expect(answers(notebook) == after)
    // From there it is cell by cell again.
    _ = notebook.run("undo 2")
    #expect(notebook.run("input").failure != nil && notebook.run("after").failure == nil)
  }

  @Test func undoStepsAcrossAResetAndBack() {
    var notebook = Notebook()
    for cell in ["tensor [1] as a", "tensor [2] as b", "reset", "tensor [3] as c"] {
      _ = notebook.run(cell)
    }
    _ = notebook.run("undo 3")
    #expect(notebook.shown("history")?.isEmpty != false)
    #expect(notebook.timeline.position == 1)
    _ = notebook.run("redo 3")
    #expect(notebook.timeline.position == 4)
    #expect(notebook.shown("c") == "tensor([3.])" && notebook.run("a").failure != nil)
  }

  @Test func resetsNest() {
    var notebook = Notebook()
    for cell in ["tensor [1] as a", "reset", "tensor [2] as b", "reset", "tensor [3] as c"] {
      _ = notebook.run(cell)
    }
    _ = notebook.run("undo reset")
    #expect(notebook.shown("Out[3]") == "tensor([2.])" && notebook.run("Out[1]").failure != nil)
    _ = notebook.run("undo")
    _ = notebook.run("undo reset")
    #expect(notebook.shown("Out[1]") == "tensor([1.])")
    _ = notebook.run("undo")
    let refused = notebook.run("undo reset").failure
    #expect(refused?.message == "undo: there is no reset to undo")
  }

  @Test func bothStepsOfNestedResetsCanBeRepeated() {
    var notebook = Notebook()
    for cell in ["tensor [1]", "reset", "tensor [2]", "reset", "tensor [3]"] {
      _ = notebook.run(cell)
    }
    for cell in ["undo reset", "undo reset"] { _ = notebook.run(cell) }
    #expect(notebook.timeline.position == 1)
    #expect(notebook.run("redo 3").failure?.message == "redo: there are 2 cells to redo, not 3")
    _ = notebook.run("redo")
    #expect(notebook.timeline.position == 3)
    _ = notebook.run("redo")
    #expect(notebook.timeline.position == 5)
  }

  @Test func whatWasRepeatedAsOneStepIsRepeatedCellByCellAfterwards() {
    var notebook = Notebook()
    for cell in ["tensor [1]", "reset", "tensor [2]", "tensor [3]", "undo reset", "redo"] {
      _ = notebook.run(cell)
    }
    _ = notebook.run("undo 3")
    #expect(notebook.timeline.position == 1)
    _ = notebook.run("redo")
    #expect(notebook.timeline.position == 2)
  }

  /// Undone resets do not count, nor do those before the cell that is meant.
  @Test func howOftenUndoResetMustBeTypedIsCounted() {
    var notebook = Notebook()
    _ = notebook.run("reset")
    let own = notebook.reset().number
    #expect(notebook.resets(since: own) == 1)
    for cell in ["tensor [1]", "reset", "tensor [2]"] { _ = notebook.run(cell) }
    #expect(notebook.resets(since: own) == 2)
    _ = notebook.run("undo reset")
    #expect(notebook.resets(since: own) == 1)
    _ = notebook.run("undo reset")
    #expect(notebook.resets(since: own) == 0)
  }

  @Test func aNewCellEndsWhatCouldBeRepeated() {
    var notebook = Notebook()
    for cell in ["tensor [1]", "reset", "tensor [2]", "undo reset", "tensor [4]"] {
      _ = notebook.run(cell)
    }
    #expect(notebook.run("redo").failure != nil)
    _ = notebook.run("undo")
    _ = notebook.run("redo")
    #expect(notebook.timeline.position == 2)
  }

  @Test func saveWritesFromTheLastResetOn() throws {
    var notebook = Notebook()
    notebook.note(prose: "# Before.")
    for cell in ["tensor [1]", "reset"] { _ = notebook.run(cell) }
    notebook.note(prose: "# After.")
    for cell in ["tensor [2]", "Out[3]"] { _ = notebook.run(cell) }
    #expect(
      try Transcript.text(of: notebook.log)
        == "# dpu session 1\n# After.\ntensor [2]\n#> tensor([2.])\nOut[1]\n#> tensor([2.])\n")
    #expect(notebook.log.savedCells == 2)
    _ = notebook.run("undo reset")
    #expect(
      try Transcript.text(of: notebook.log)
        == "# dpu session 1\n# Before.\ntensor [1]\n#> tensor([1.])\n# After.\n")
  }

  /// The journal keeps every cell; what it gives back is the state, and undo.
  @Test func aJournalGivesItBack() {
    var notebook = Notebook()
    let cells = [
      "tensor [1] as a", "reset", "tensor [2] as b", "undo reset", "a", "reset", "tensor [3] as c",
    ]
    for cell in cells { notebook.restore(SessionFile.Cell(source: cell, line: 1)) }
    #expect(notebook.shown("c") == "tensor([3.])" && notebook.run("a").failure != nil)
    _ = notebook.run("undo reset")
    #expect(notebook.shown("a") == "tensor([1.])" && notebook.run("b").failure != nil)
  }
}

/// Prose is no state, but a line of it can be taken back, and its paragraphs are kept.
@Suite struct ProseUndoTests {
  private func notebook() -> Notebook {
    var notebook = Notebook()
    notebook.note(prose: "# One.")
    notebook.note(prose: "# Two.")
    _ = notebook.run("tensor [1]")
    notebook.note(prose: "# Three.")
    return notebook
  }

  @Test func linesAreTakenBackFromTheLastOn() throws {
    var notebook = notebook()
    guard case .message(let text)? = notebook.run("undo prose").reply else {
      Issue.record("undo prose says nothing")
      return
    }
    #expect(text == "took back the line: # Three.")
    _ = notebook.run("undo prose")
    #expect(
      try Transcript.text(of: notebook.log)
        == "# dpu session 1\n# One.\ntensor [1]\n#> tensor([1.])\n")
    _ = notebook.run("undo prose")
    #expect(
      notebook.run("undo prose").failure?.message
        == "undo: there is no line of prose to take back")
  }

  @Test func undoWithoutTheWordLeavesProseAlone() throws {
    var notebook = notebook()
    _ = notebook.run("undo")
    #expect(
      try Transcript.text(of: notebook.log) == "# dpu session 1\n# One.\n# Two.\n# Three.\n")
  }

  @Test func blankLinesBetweenParagraphsAreKept() throws {
    var notebook = Notebook()
    for line in ["", "# One.", "", "", "# Two.", "# Three.", ""] { notebook.note(prose: line) }
    _ = notebook.run("tensor [1]")
    notebook.note(prose: "")
    notebook.note(prose: "# Four.")
    #expect(
      try Transcript.text(of: notebook.log)
        == """
        # dpu session 1
        # One.

        # Two.
        # Three.
        tensor [1]
        #> tensor([1.])
        # Four.

        """)
  }
}
