import Foundation
import TestSupport
import Testing

/// What stepping through a file does to the screen and the terminal.
@Suite struct PresenterScreenTests: PresentingTests {
  let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  @Test(arguments: [
    ["NO_COLOR": "1"], ["TERM": "dumb"],
  ]) func withoutColourThereIsNoEscapeByte(_ environment: [String: String]) throws {
    let terminal = try open(environment: environment)
    try terminal.expect("cell 0 of 5 · Enter shows cell 1, then runs it · : branch · q leave")
    terminal.send("  bg 4\r\r:")
    try terminal.expect("Out[4]: ")
    try terminal.expect("In [4a]: ")
    terminal.send("four\r\u{4}")
    try terminal.expect("back in the lesson")
    terminal.send("q")
    try terminal.expect("In [5]: ")
    terminal.send("\u{4}")
    #expect(try terminal.wait() == 0)
    #expect(!terminal.output.contains(0x1b))
  }

  @Test func colorNeverWritesNoEscapeByte() throws {
    let terminal = try open(Self.lesson, ["--color", "never"])
    try terminal.expect("? keys")
    terminal.send("  c")
    try terminal.expect("the end")
    #expect(!terminal.output.contains(0x1b))
  }

  @Test(arguments: [(24, 80), (50, 200), (10, 40)] as [(UInt16, UInt16)])
  func nothingIsWiderThanTheWindow(_ rows: UInt16, _ columns: UInt16) throws {
    let prose = "# " + Array(repeating: "word", count: 60).joined(separator: " ")
    let terminal = try open(
      "# dpu session 1\n\(prose)\ninput arange 60 1 1 1\n",
      ["--color", "never"], rows: rows, columns: columns)
    try terminal.expect("cell 0 of 1")
    terminal.send(" ")
    try terminal.expect("\ncell 1 of 1")
    if rows < 50 { #expect(terminal.text.contains(" more lines: :more shows them")) }
    for line in terminal.text.split(separator: "\n") where line.contains("word") {
      #expect(line.count < min(Int(columns), 81), "\(line)")
    }
  }

  @Test func theStatusFollowsTheWindow() throws {
    let terminal = try open()
    try terminal.expect("? keys")
    terminal.resize(rows: 24, columns: 30)
    try terminal.expect("cell 0 of 5 · Enter shows ce…")
    terminal.resize(rows: 50, columns: 200)
    try terminal.expect("cell 0 of 5 · Enter shows cell 1, then runs it · : branch · q leave · ?")
  }

  @Test func theTerminalIsAsBeforeAfterEveryWayOut() throws {
    func isOrdinary(_ terminal: PseudoTerminal) -> Bool {
      let flags = terminal.settings.c_lflag
      return flags & tcflag_t(ICANON) != 0 && flags & tcflag_t(ECHO) != 0
    }
    for signal in [SIGTERM, SIGHUP] {
      let terminal = try open()
      try terminal.expect("? keys")
      #expect(!isOrdinary(terminal), "keys are read one by one")
      terminal.kill(signal)
      #expect(try terminal.wait() == -signal)
      #expect(isOrdinary(terminal))
    }
    let terminal = try open()
    try terminal.expect("? keys")
    terminal.send("q\u{4}")
    #expect(try terminal.wait() == 0 && isOrdinary(terminal))
  }

  @Test func withoutATerminalItNeverWaits() throws {
    let file = try home.write(Self.lesson, to: "a.dpu")
    let plain = try Program.run(["replay", file])
    for arguments in [["replay", file, "--step"], [file, "--step", "--from", "3"]] {
      let run = try Program.run(arguments)
      #expect(run.status == 0 && run.output == plain.output)
    }
    let script = try Program.run(script: "lesson first-steps\nreplay \"\(file)\" step\n")
    #expect(script.status == 0 && script.output.contains("tensor([5.])"))
  }
}
