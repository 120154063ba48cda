import Foundation
import Testing
import TestSupport

/// A file's cells inside a person's session.
@Suite struct ReplayAtAPromptTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open() throws -> PseudoTerminal {
    try PseudoTerminal(
      Program.path, [], environment: ["HOME": folder.path, "TERM": "dumb"],
      directory: folder.path, rows: 60)
  }

  @Test func theNoteIsThereWhereTheStateIsNotFresh() throws {
    _ = try folder.write("# dpu session 1\ntensor [1]\nOut[1]\n", to: "f.dpu")
    let terminal = try open()
    try terminal.expect("In [1]: ")
    terminal.enter("replay f.dpu")
    #expect(!(try terminal.expect("In [4]: ")).contains("note:"))
    terminal.enter("seed 3")
    try terminal.expect("In [5]: ")
    terminal.enter("replay f.dpu")
    let shown = try terminal.expect("In [8]: ")
    #expect(shown.contains("note: the cells run on the session as it is"))
    // Cells are shown with the numbers that they have here.
    #expect(shown.contains("In [7]: Out[6]"))
  }

  @Test func aFilesUndoLeavesThePersonsCells() throws {
    _ = try folder.write("# dpu session 1\ntensor [1] as a;\nundo 3\n", to: "f.dpu")
    let terminal = try open()
    for (number, line) in zip(1..., ["conv 1 2 3 as mine;", "tensor [7] as x;", "replay f.dpu"]) {
      try terminal.expect("In [\(number)]: ")
      terminal.enter(line)
    }
    try terminal.expect("f.dpu:3:6: error: undo: there is 1 cell to undo, not 3")
    try terminal.expect("In [6]: ")
    terminal.enter("x")
    try terminal.expect("Out[6]: tensor([7.])")
    terminal.enter("undo 4")
    try terminal.expect("undid In [1] to In [6]")
  }

  @Test func controlCEndsTheReadingAndThePromptComesBack() throws {
    let lines = String(repeating: "#> 1\n", count: 12_000_000)
    _ = try folder.write("# dpu session 1\ntensor [1]\n" + lines, to: "long.dpu")
    let terminal = try open()
    try terminal.expect("In [1]: ")
    terminal.enter("replay long.dpu")
    usleep(500_000)
    terminal.send("\u{3}")
    try terminal.expect("interrupted")
    try terminal.expect("In [2]: ", within: 60)
    terminal.enter("tensor [2]")
    try terminal.expect("Out[2]: tensor([2.])")
  }
}
