import Foundation
import Testing
import TestSupport

/// The notebook at a real pseudo-terminal.
@Suite struct TerminalTests {
  let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  private func open(rows: UInt16 = 24) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(Program.path, environment: ["HOME": home.path], rows: rows)
    try terminal.expect("In [1]: ")
    return terminal
  }

  @Test func startsWithTwoLinesAndAPrompt() throws {
    let terminal = try open()
    let lines = terminal.text.split(separator: "\n").map(String.init)
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("dpu "))
    #expect(lines[1].contains("conv 1 2 3") && lines[1].contains("help"))
    #expect(lines.allSatisfy { $0.count <= 80 })
  }

  @Test func valuesHaveThePromptsOfIPython() throws {
    let terminal = try open()
    terminal.enter("tensor [1]")
    try terminal.expect("Out[1]: tensor([1.])\n\nIn [2]: ")
    terminal.enter("tensor [[1], [2]]")
    try terminal.expect("Out[2]: \ntensor([[1.],\n        [2.]])\n\nIn [3]: ")
    terminal.enter("seed 1")
    try terminal.expect("In [4]: ")
    #expect(!terminal.text.contains("Out[3]"))
  }

  @Test func controlDLeavesAndTheTerminalIsAsBefore() throws {
    let terminal = try open()
    let raw = terminal.settings
    terminal.send("\u{4}")
    #expect(try terminal.wait() == 0)
    let after = terminal.settings
    #expect(raw.c_lflag & tcflag(ICANON) == 0, "readline reads key by key")
    #expect(after.c_lflag & tcflag(ICANON) != 0 && after.c_lflag & tcflag(ECHO) != 0)
  }

  @Test(arguments: ["quit", "exit"]) func quitLeaves(_ word: String) throws {
    let terminal = try open()
    terminal.enter(word)
    #expect(try terminal.wait() == 0)
  }

  @Test func controlCDropsTheLineAndKeepsTheSession() throws {
    let terminal = try open()
    terminal.enter("tensor [1] as kept;")
    try terminal.expect("In [2]: ")
    for _ in 0..<50 {
      terminal.send("rubbish")
      try terminal.expect("rubbish")
      terminal.send("\u{3}")
      try terminal.expect("In [2]: ")
    }
    terminal.send("tensor [[1],\r")
    try terminal.expect("...: ")
    terminal.send("\u{3}")
    try terminal.expect("In [2]: ")
    terminal.enter("kept")
    try terminal.expect("Out[2]: tensor([1.])")
  }

  @Test func anOpenBracketGoesOn() throws {
    let terminal = try open()
    terminal.enter("tensor [[1, 2],")
    try terminal.expect("   ...: ")
    terminal.enter("[3, 4]]")
    try terminal.expect("Out[1]: \ntensor([[1., 2.],\n        [3., 4.]])")
  }

  @Test func aPastedTensorArrivesWhole() throws {
    let terminal = try open()
    terminal.send(
      "\u{1b}[200~tensor tensor([[1., 2.],\n        [3., 4.]])\ntensor [7]\u{1b}[201~\r")
    try terminal.expect("Out[1]: \ntensor([[1., 2.],\n        [3., 4.]])")
    try terminal.expect("Out[2]: tensor([7.])")
  }

  @Test func aPasteStopsAtItsFirstError() throws {
    let terminal = try open()
    terminal.send("\u{1b}[200~tensor [1]\nnonsense\ntensor [2] as x\u{1b}[201~\r")
    try terminal.expect("error: there is no command and no name 'nonsense'")
    try terminal.expect("1 pasted line was not run")
    terminal.enter("x")
    try terminal.expect("no name 'x'")
  }

  @Test func historyOutlivesTheRun() throws {
    let first = try open()
    first.enter("tensor [41]")
    try first.expect("Out[1]: ")
    first.enter("quit")
    _ = try first.wait()
    let second = try open()
    second.send("\u{1b}[A\u{1b}[A")
    try second.expect("tensor [41]")
    second.send("\r")
    try second.expect("Out[1]: tensor([41.])")
  }

  @Test func twoNotebooksLoseNoHistory() throws {
    let (first, second) = (try open(), try open())
    first.enter("tensor [1]")
    try first.expect("Out[1]: ")
    second.enter("tensor [2]")
    try second.expect("Out[1]: ")
    first.enter("tensor [3]")
    try first.expect("Out[2]: ")
    second.enter("quit")
    first.enter("quit")
    _ = (try first.wait(), try second.wait())
    let lines = try home.read(".local/state/dpu/history").split(separator: "\n")
    #expect(lines.prefix(3) == ["tensor [1]", "tensor [2]", "tensor [3]"])
  }

  @Test func tabCompletesVerbsKeysAndNames() throws {
    let terminal = try open()
    terminal.send("forw\t")
    try terminal.expect("forward ")
    terminal.send("\u{3}")
    try terminal.expect("In [1]: ")
    terminal.send("conv 1 2 3 pad\t")
    try terminal.expect("padding=")
    terminal.send("1 as layer_one\r")
    try terminal.expect("Out[1]: ")
    terminal.send("use la\t\r")
    try terminal.expect("Out[2]: Conv2d(1, 2")
  }

  @Test func tabShowsTheUsageWhereNothingCompletes() throws {
    let terminal = try open()
    terminal.send("seed \t")
    try terminal.expect("\nseed N\n")
    try terminal.expect("In [1]: seed ")
    terminal.send("4\r")
    try terminal.expect("In [2]: ")
  }

  @Test(arguments: ["mask?", "?mask", "help mask"]) func helpIsWhereTheFingersAre(
    _ question: String
  ) throws {
    let terminal = try open(rows: 60)
    terminal.enter(question)
    try terminal.expect("mask RATE")
    try terminal.expect("passed straight through")
    try terminal.expect("#> tensor([")
    try terminal.expect("conv1.calculate_mask(0.5)")
  }

  @Test func notesAppearAtATerminalOnly() throws {
    let terminal = try open()
    terminal.enter("conv 1 2 3;")
    terminal.enter("forward;")
    try terminal.expect("note: there was no input: one was drawn (input 1 1 4 4)")
    terminal.enter("notes off")
    terminal.enter("conv 1 2 3; mask 0.25;")
    try terminal.expect("In [5]: ")
    #expect(!terminal.text.contains("0 filters are masked"))
    let piped = try Program.run(script: "conv 1 2 3;\nforward;\n")
    #expect(piped.output.isEmpty && piped.errors.isEmpty)
  }

  @Test func anErrorShowsItsPlace() throws {
    let terminal = try open()
    terminal.enter("mask 7")
    try terminal.expect("error: mask: the rate must be at least 0 and below 1, not 7")
    try terminal.expect("  mask 7\n       ^\n")
    try terminal.expect("In [2]: ")
  }
}

/// Flags have another type on each system.
private func tcflag(_ flag: Int32) -> UInt32 { UInt32(bitPattern: flag) }
private func tcflag(_ flag: UInt32) -> UInt32 { flag }
