import Foundation
import TestSupport
import Testing

/// Stepping through a session file at a real pseudo-terminal.
@Suite struct PresenterTests: PresentingTests {
  let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  /// The next draw of a branch, which tells the state of the generator.
  private func draw(_ terminal: PseudoTerminal, _ label: String) throws -> String {
    terminal.enter(":input 1 1 1 2")
    try terminal.expect("Out[\(label)]: ")
    let value = try terminal.expect("\n\nIn [")
    terminal.send("\u{4}")
    try terminal.expect("back in the lesson")
    try terminal.expect("? keys")
    return value
  }

  @Test func enterShowsAndEnterAgainRuns() throws {
    let terminal = try open()
    try terminal.expect("cell 0 of 5 · Enter shows cell 1")
    terminal.send("\r")
    let prose = try terminal.expect("In [1]: conv 1 2 3 as m\n")
    #expect(prose.contains("  A LESSON\n  Its prose.\n"))
    try terminal.expect("cell 1 of 5 · Enter runs it")
    #expect(terminal.isQuiet() && !terminal.text.contains("Out[1]"), "a room can predict")
    terminal.send("\r")
    try terminal.expect("Out[1]: Conv2d(1, 2")
    try terminal.expect("cell 1 of 5 · Enter shows cell 2")
    terminal.send(" ")
    try terminal.expect("In [2]: mask 0.5\n")
    try terminal.expect("Out[2]: tensor([0., 1.])")
  }

  @Test func theEndStaysUntilQLeaves() throws {
    let terminal = try open()
    try terminal.expect("? keys")
    terminal.send("c")
    try terminal.expect("Out[5]: tensor([5.])")
    try terminal.expect("The end of it.")
    try terminal.expect("cell 5 of 5 · the end")
    terminal.send("\r\r q")
    try terminal.expect("In [6]: ")
    terminal.enter("four")
    try terminal.expect("Out[6]: tensor([4.])")
    terminal.enter("Out[5]")
    try terminal.expect("Out[7]: tensor([5.])")
    terminal.send("\u{4}")
    #expect(try terminal.wait() == 0)
  }

  @Test func backGivesTheStateBeforeTheCell() throws {
    let terminal = try open()
    try terminal.expect("? keys")
    terminal.send("  ")
    try terminal.expect("Out[2]: ")
    try terminal.expect("? keys")
    let before = try draw(terminal, "2a")
    terminal.send(" ")
    try terminal.expect("Out[3]: ")
    try terminal.expect("? keys")
    let after = try draw(terminal, "3a")
    #expect(before != after)
    terminal.send("b")
    try terminal.expect("back: the state is the one before cell 3")
    try terminal.expect("In [3]: input 1 1 3 3\n")
    try terminal.expect("cell 3 of 5 · Enter runs it")
    #expect(try draw(terminal, "3a") == before)
    terminal.send("\r")
    try terminal.expect("Out[3]: ")
    try terminal.expect("? keys")
    #expect(try draw(terminal, "3a") == after)
    terminal.send("bbb")
    try terminal.expect("cell 1 of 5 · Enter runs it")
    terminal.send("b")
    try terminal.expect("there is no cell to go back to")
  }

  @Test func goesToACellAndRunsSilentlyUpToIt() throws {
    let terminal = try open()
    try terminal.expect("? keys")
    terminal.send("g 9\r")
    try terminal.expect("there is no cell 9: they go from 1 to 5")
    terminal.send("g4\u{7f}3\r")
    try terminal.expect("cells 1 to 2 were run")
    try terminal.expect("In [3]: ")
    try terminal.expect("cell 3 of 5 · Enter runs it")
    #expect(!terminal.text.contains("Out["))
    terminal.send("g\u{1b}")
    try terminal.expect("cell 3 of 5")
    terminal.send("g 1\r")
    try terminal.expect("back: the state is the one before cell 1")
    try terminal.expect("In [1]: conv")
  }

  @Test func oneCellThatRanSilentlyIsSaidSo() throws {
    let terminal = try open()
    try terminal.expect("? keys")
    terminal.send("g2\r")
    try terminal.expect("cell 1 was run")
    try terminal.expect("In [2]: mask 0.5")
  }

  /// The failure belongs to its cell: elsewhere Enter does what it does.
  @Test func goingBackFromAFailureForgetsIt() throws {
    let terminal = try open("# dpu session 1\ntensor [1]\nnonsense\n")
    try terminal.expect("? keys")
    terminal.send("  ")
    try terminal.expect("Enter tries again · s passes over it")
    terminal.send("b")
    try terminal.expect("back: the state is the one before cell 1")
    try terminal.expect("cell 1 of 2 · Enter runs it")
    terminal.send("s")
    try terminal.expect("'s' is not a key here")
  }

  @Test func fromBeginsAtACell() throws {
    let terminal = try open(Self.lesson, ["--from", "4"])
    try terminal.expect("cells 1 to 3 were run")
    try terminal.expect("In [4]: tensor [4] as four\n")
    terminal.send("\r")
    try terminal.expect("Out[4]: tensor([4.])")
    let outside = try open(Self.lesson, ["--from", "6"])
    try outside.expect("there is no cell 6")
    #expect(try outside.wait() == 64)
  }

  @Test func aBranchLastsUntilControlDAndChangesNothing() throws {
    let terminal = try open()
    try terminal.expect("? keys")
    terminal.send("  \r")
    try terminal.expect("In [3]: input 1 1 3 3\n")
    try terminal.expect("Enter runs it")
    terminal.send(":")
    try terminal.expect("In [3a]: ")
    terminal.enter("mask off")
    try terminal.expect("In [3b]: ")
    terminal.enter("seed 9; tensor [1] as mine")
    try terminal.expect("Out[3b]: tensor([1.])")
    try terminal.expect("In [3c]: ")
    terminal.enter("Out[3b]")
    try terminal.expect("Out[3c]: tensor([1.])")
    terminal.enter("nonsense")
    try terminal.expect("In[3d]:1:1: error")
    try terminal.expect("In [3e]: ")
    terminal.enter("undo")
    try terminal.expect("undid In [3c]")
    try terminal.expect("In [3f]: ")
    terminal.enter("rerun 3b")
    try terminal.expect("In [3g]: seed 9; tensor [1] as mine")
    try terminal.expect("Out[3g]: tensor([1.])")
    terminal.send("\u{3}\u{3}\u{4}")
    try terminal.expect("back in the lesson, as it was")
    try terminal.expect("In [3]: input 1 1 3 3\n")
    try terminal.expect("cell 3 of 5 · Enter runs it")
    terminal.enter(":mask")
    try terminal.expect("Out[3a]: tensor([0., 1.])")
    terminal.enter("mine")
    try terminal.expect("no name 'mine'")
    terminal.enter("quit")
    try terminal.expect("back in the lesson")
    try terminal.expect("Enter runs it")
    terminal.send("\r")
    try terminal.expect("Out[3]: ")
  }

  @Test func leavingABranchWithControlDLeavesNoBlankLinesBehind() throws {
    let terminal = try open()
    try terminal.expect("? keys")
    terminal.send(":")
    try terminal.expect("In [1a]: ")
    terminal.send("\u{4}")
    try terminal.expect("back in the lesson")
    try terminal.expect("? keys")
    terminal.send("q")
    try terminal.expect("In [1]: ")
    terminal.enter("tensor [1]")
    let shown = try terminal.expect("Out[1]: tensor([1.])")
    #expect(shown == "tensor [1]\n")
  }

  @Test func onlyDigitsCountWhereANumberIsAsked() throws {
    let terminal = try open()
    try terminal.expect("? keys")
    terminal.send("  g")
    try terminal.expect("go to cell: ")
    terminal.send("abcq1")
    try terminal.expect("go to cell: 1")
    terminal.send("\r")
    try terminal.expect("back: the state is the one before cell 1")
  }

  @Test func leavingGoesOnWithTheStateAndThePersonsRights() throws {
    let terminal = try open()
    try terminal.expect("? keys")
    terminal.send("  \u{4}")
    try terminal.expect("In [3]: ")
    terminal.enter("mask")
    try terminal.expect("Out[3]: tensor([0., 1.])")
    terminal.enter("save \(home.path)/saved.dpu")
    try terminal.expect("saved 3 cells")
    #expect(try home.read("saved.dpu").contains("# A LESSON\n# Its prose.\nconv 1 2 3 as m\n"))
  }

  @Test func replayStepAtThePromptHasASessionOfItsOwn() throws {
    let file = try home.write(Self.lesson, to: "a.dpu")
    let terminal = try PseudoTerminal(Program.path, environment: ["HOME": home.path])
    try terminal.expect("In [1]: ")
    terminal.enter("tensor [7] as seven;")
    try terminal.expect("In [2]: ")
    terminal.enter("replay \"\(file)\" step")
    try terminal.expect("cell 0 of 5")
    terminal.send("\r")
    try terminal.expect("In [4]: conv")
    try terminal.expect("cell 1 of 5")
    terminal.send("\r q")
    try terminal.expect("Out[5]: tensor([0., 1.])")
    try terminal.expect("undo reset returns to your session")
    try terminal.expect("In [6]: ")
    terminal.enter("m.mask")
    try terminal.expect("Out[6]: tensor([0., 1.])")
    terminal.enter("seven")
    try terminal.expect("there is no command and no name 'seven'")
    terminal.enter("undo reset")
    try terminal.expect("undid In [3] to In [6] (4 cells)")
    terminal.enter("seven")
    try terminal.expect("Out[9]: tensor([7.])")
    terminal.enter("history")
    try terminal.expect("conv 1 2 3 as m")
  }

  @Test func whatWasRunIsInTheJournalAndWhatWasTakenBackIsNot() throws {
    let terminal = try open()
    try terminal.expect("? keys")
    terminal.send("   b")
    try terminal.expect("back: the state is the one before cell 3")
    try terminal.expect("Enter runs it")
    terminal.enter(":mask off")
    try terminal.expect("In [3b]: ")
    terminal.kill(SIGKILL)
    _ = try terminal.wait()
    let resumed = try PseudoTerminal(
      Program.path, ["--resume"], environment: ["HOME": home.path])
    try resumed.expect("2 cells, last: mask 0.5")
    resumed.enter("")
    try resumed.expect("In [3]: ")
    resumed.enter("m.mask")
    try resumed.expect("Out[3]: tensor([0., 1.])")
  }

  @Test func anUnrecordedFailureStaysAndARecordedOneGoesOn() throws {
    let terminal = try open(
      "# dpu session 1\nmask 7\n#! mask: the rate must be at least 0 and below 1, not 7\n"
        + "nonsense\ntensor [3]\n")
    try terminal.expect("? keys")
    terminal.send(" ")
    try terminal.expect("error: mask")
    try terminal.expect("cell 1 of 3 · Enter shows cell 2")
    terminal.send(" ")
    try terminal.expect("a.dpu:4:1: error: ")
    try terminal.expect("'nonsense'")
    try terminal.expect("cell 2 of 3 · Enter tries again · s passes over it")
    terminal.send("\r")
    try terminal.expect("a.dpu:4:1: error: ")
    try terminal.expect("cell 2 of 3")
    terminal.send("c")
    try terminal.expect("a.dpu:4:1: error: ")
    try terminal.expect("cell 2 of 3")
    terminal.send("s ")
    try terminal.expect("Out[3]: tensor([3.])")
  }

  @Test func controlCStopsACellAndStays() throws {
    let terminal = try open(
      "# dpu session 1\ntensor [1] as one\nconv 512 512 5\n"
        + "input 8 512 128 128; forward; forward; forward; forward; forward; forward\n"
        + "tensor [2]\n")
    try terminal.expect("? keys")
    terminal.send("  \r")
    try terminal.expect("cell 3 of 4 · Enter runs it", within: 60)
    terminal.send("\r")
    Thread.sleep(forTimeInterval: 0.5)
    terminal.send("\u{3}")
    try terminal.expect("interrupted", within: 5)
    try terminal.expect("cell 3 of 4")
    terminal.send("\u{3}\u{3}")
    terminal.enter(":one")
    try terminal.expect("Out[3a]: tensor([1.])")
    terminal.send("\u{4}")
    try terminal.expect("Enter runs it")
    terminal.send("g4\r")
    Thread.sleep(forTimeInterval: 0.5)
    terminal.send("\u{3}")
    try terminal.expect("cell 3 of 4 · interrupted: nothing has changed", within: 5)
  }

  @Test func otherKeysAreNoCommands() throws {
    let terminal = try open()
    try terminal.expect("? keys")
    terminal.send("x")
    try terminal.expect("'x' is not a key here: ? lists the keys")
    terminal.send("\u{1b}[1;5q\u{1b}OPé\u{1b}[3~日q".replacingOccurrences(of: "日q", with: "日"))
    #expect(terminal.isQuiet(for: 400) || !terminal.text.contains("In ["))
    terminal.send("?")
    try terminal.expect("g K Enter    go to cell K")
    terminal.send("\u{1b}[C")
    try terminal.expect("In [1]: conv")
    terminal.send("\u{1b}[6~")
    try terminal.expect("Out[1]: ")
    terminal.send("\u{1b}[D")
    try terminal.expect("back: the state is the one before cell 1")
  }

  @Test func wrongUsageIsSaid() throws {
    for arguments in [
      ["replay", "a.dpu", "--from", "2"], ["replay", "a.dpu", "b.dpu", "--step"], ["--step"],
      ["replay", "a.dpu", "--step", "--from", "0"],
    ] {
      #expect(try Program.run(arguments).status == 64)
    }
  }
}
