import Foundation
import TestSupport
import Testing

/// Ctrl-C stops all that was entered, whichever moment it comes at.
@Suite struct InterruptTests {
  let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  private func open() throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      Program.path, environment: ["HOME": home.path], directory: home.path)
    try terminal.expect("In [1]: ")
    return terminal
  }

  /// A value that takes long to write and no time to compute: Ctrl-C comes between two cells.
  private static let cell = "input arange 1 1 60 9"
  private static let count = 2000

  /// Waits for the prompt after an interruption.
  ///
  /// - Returns: the number of the cell that it waits for.
  private func stopped(_ terminal: PseudoTerminal) throws -> Int {
    terminal.send("\u{3}")
    try terminal.expect("interrupted")
    terminal.enter("tensor [4711]")
    try terminal.expect("tensor([4711.])")
    terminal.enter("nonsense")
    try terminal.expect("In[")
    return try #require(Int(try terminal.expect("]:1:1: error")))
  }

  @Test func aRerunStops() throws {
    let file = String(repeating: "seed 1\n", count: Self.count)
    _ = try home.write(file, to: "many.dpu")
    let terminal = try open()
    terminal.enter("replay many.dpu")
    try terminal.expect("In [\(Self.count + 2)]: ", within: 120)
    terminal.enter("rerun 2-\(Self.count)")
    try terminal.expect("In [\(Self.count + 40)]: seed 1")
    #expect(try stopped(terminal) < 2 * Self.count)
    #expect(terminal.text.contains(" cells were not run"))
  }

  @Test func aPasteStops() throws {
    let terminal = try open()
    let lines = Array(repeating: Self.cell, count: Self.count).joined(separator: "\n")
    terminal.send("\u{1b}[200~\(lines)\u{1b}[201~\r")
    try terminal.expect("In [20]: input", within: 60)
    #expect(try stopped(terminal) < Self.count)
    #expect(terminal.text.contains(" pasted lines were not run"))
  }

  @Test func aReplayStops() throws {
    _ = try home.write(
      Array(repeating: Self.cell + "\n", count: Self.count).joined(), to: "many.dpu")
    let terminal = try open()
    terminal.enter("replay many.dpu")
    try terminal.expect("In [20]: input", within: 60)
    #expect(try stopped(terminal) < Self.count)
  }

  @Test func aLectureThatRunsToItsEndStops() throws {
    let cells = Array(repeating: Self.cell + "\n", count: Self.count).joined()
    let path = try home.write("# dpu session 1\n" + cells, to: "many.dpu")
    let terminal = try PseudoTerminal(
      Program.path, ["replay", "--step", path], environment: ["HOME": home.path])
    try terminal.expect("? keys")
    terminal.send("c")
    try terminal.expect("In [20]: input", within: 60)
    terminal.send("\u{3}")
    try terminal.expect("interrupted: the state is as before")
    try terminal.expect(" of \(Self.count) · ")
    #expect(!terminal.text.contains("In [\(Self.count)]: "))
    terminal.send("q")
    try terminal.expect("]: ")
  }

  /// A loop of 10^9 turns is taken back whole, the turn is said, and how far it is while it runs.
  @Test(arguments: [
    ("repeat 1000000000 { x = x + 1 }", "interrupted (turn "),
    ("for i in range(1000000000) { x = i; seed i }", ", i = "),
    ("for s in \"a\" \"b\" { repeat 1000000000 { x = s } }", "interrupted (turn 1, s = a, turn "),
  ])
  func aLoopStops(loop: String, place: String) throws {
    let terminal = try open()
    terminal.enter("x = 4711; seed 5")
    try terminal.expect("In [2]: ")
    terminal.enter(loop)
    try terminal.expect(loop.hasPrefix("repeat") ? "repeat: 0 %" : "for: 0 %", within: 60)
    terminal.send("\u{3}")
    try terminal.expect(place)
    try terminal.expect("): the state is as before")
    try terminal.expect("In [3]: ")
    terminal.enter("x; rand(2)")
    // PyTorch's after manual_seed(5).
    try terminal.expect("tensor([0.8303, 0.1261])")
    terminal.enter("x")
    try terminal.expect("Out[4]: 4711")
  }

  /// What is shown stops too, and what the cell has done is done.
  @Test func aLongValueStops() throws {
    let terminal = try open()
    terminal.enter("more off")
    try terminal.expect("In [2]: ")
    terminal.enter("printoptions threshold=1000000")
    try terminal.expect("In [3]: ")
    terminal.enter("input arange 1 1 300 300")
    try terminal.expect("tensor([[[[")
    terminal.send("\u{3}")
    try terminal.expect("In [4]: ")
    #expect(!terminal.text.contains("8.9999e+04"))
    terminal.enter("input.shape")
    try terminal.expect("torch.Size([1, 1, 300, 300])")
  }

  /// A replay shows a cell before it runs it.
  @Test func aLongLiteralStops() throws {
    let numbers = Array(repeating: "0.25", count: 100_000).joined(separator: ",")
    _ = try home.write("tensor [\(numbers)] as t\ntensor [9]\n", to: "long.dpu")
    let terminal = try open()
    terminal.enter("replay long.dpu")
    try terminal.expect("0.25,0.25,")
    terminal.send("\u{3}")
    try terminal.expect("interrupted")
    try terminal.expect("In [3]: ")
    #expect(terminal.output.count < numbers.utf8.count)
    terminal.enter("t")
    try terminal.expect("In[3]:1:1: error: there is no command and no name 't'")
  }

  /// Pressed while nothing runs it drops the line, and the next cell knows nothing of it.
  @Test func atThePromptItStopsNothing() throws {
    let terminal = try open()
    terminal.send("rubb\u{3}")
    try terminal.expect("In [1]: ")
    terminal.enter("tensor [1]")
    try terminal.expect("Out[1]: tensor([1.])")
  }
}
