import Foundation
import TestSupport
import Testing

/// What is said and asked about sessions that were not finished.
@Suite struct ResumeTests {
  let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  private func open(_ arguments: [String] = []) throws -> PseudoTerminal {
    try PseudoTerminal(Program.path, arguments, environment: ["HOME": home.path])
  }

  private func leaveJournal(_ cells: [String], day: Int = 2, pid: Int = 1) throws {
    let folder = home.path + "/.local/state/dpu/journal"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let text = (["# dpu session 1"] + cells).joined(separator: "\n") + "\n"
    try Data(text.utf8).write(to: URL(filePath: folder + "/2026010\(day)-030405-\(pid).dpu"))
  }

  private static let cells = [
    "seed 1", "conv 1 2 3 as demo", "mask 9", "#! mask: no", "input 1 1 4 4", "mask 0.5", "forward",
    "undo",
  ]

  @Test func resumingSaysWhatCameBack() throws {
    try leaveJournal(Self.cells)
    let terminal = try open(["--resume"])
    try terminal.expect("2026-01-02 03:04  7 cells, last: undo")
    terminal.enter("")
    let said = try terminal.expect("In [8]: ")
    #expect(said.contains("the session of 2026-01-02 03:04 is back, 7 cells, the last ones:"))
    #expect(
      said.contains(
        """
          3  mask 9   (failed)
          4  input 1 1 4 4
          5  mask 0.5
          6  forward   (undone)
          7  undo
        the layer is demo, input [1, 1, 4, 4]

        """))
    #expect(!said.contains("seed 1"))
  }

  /// A file that has changed since, or is gone, gives another state: that is said.
  @Test(arguments: [true, false]) func anotherFileIsNoticed(isThere: Bool) throws {
    let path = home.path + "/w.csv"
    try Data("1,2\n".utf8).write(to: URL(filePath: path))
    let first = try open()
    try first.expect("In [1]: ")
    first.enter("load \(path) as w;")
    try first.expect("In [2]: ")
    first.enter("w.sum()")
    try first.expect("tensor(3)")
    first.kill(SIGKILL)
    _ = try? first.wait()
    if isThere {
      try Data("1,3\n".utf8).write(to: URL(filePath: path))
    } else {
      try FileManager.default.removeItem(atPath: path)
    }
    let terminal = try open(["--resume"])
    try terminal.expect("Resume it? ")
    terminal.enter("")
    let said = try terminal.expect("In [3]: ")
    #expect(
      said.contains(
        isThere
          ? "but In [1] read another file than before"
          : "but In [1], In [2] failed this time"), "\(said)")
  }

  @Test func noStartsAfresh() throws {
    try leaveJournal(Self.cells)
    let terminal = try open(["--resume"])
    try terminal.expect("Resume it? ")
    terminal.enter("n")
    try terminal.expect("In [1]: ")
    terminal.enter("tensor [1]")
    try terminal.expect("Out[1]: tensor([1.])")
    terminal.enter("quit")
    #expect(try terminal.wait() == 0)
    // The session is still there.
    let again = try open(["--resume"])
    try again.expect("7 cells")
    again.enter("q")
    #expect(try again.wait() == 0)
  }

  @Test func ctrlCLeavesTheQuestion() throws {
    try leaveJournal(Self.cells)
    let terminal = try open(["--resume"])
    try terminal.expect("Resume it? ")
    terminal.send("\u{3}")
    #expect(try terminal.wait() == 130)
    // The session is still there.
    let again = try open(["--resume"])
    try again.expect("7 cells")
    again.enter("q")
    #expect(try again.wait() == 0)
  }

  /// A session that is not back whole is not gone on with.
  @Test func ctrlCWhileASessionComesBackLeavesItAsItWas() throws {
    let long = [
      "conv 64 128 3 padding=1", "input 8 64 128 128;", "forward;", "gradcheck", "tensor [4711]",
    ]
    try leaveJournal(long)
    let terminal = try open(["--resume"])
    try terminal.expect("Resume it? ")
    terminal.enter("y")
    try terminal.expect("gradcheck: ", within: 120)
    terminal.send("\u{3}")
    #expect(try terminal.wait(within: 60) == 130)
    let again = try open(["--resume"])
    try again.expect("5 cells, last: tensor [4711]")
  }

  @Test func anEntryCanBeDropped() throws {
    try leaveJournal(["tensor [1]"], day: 1)
    try leaveJournal(["tensor [2]"], day: 2)
    try leaveJournal(["tensor [3]"], day: 3)
    let terminal = try open(["--resume"])
    try terminal.expect("Resume which one?")
    terminal.enter("d2")
    try terminal.expect("dropped: 2026-01-02 03:04  1 cell, last: tensor [2]")
    try terminal.expect("Resume which one?")
    terminal.enter("d 7")
    try terminal.expect("a number from 1 to 2, n, d and a number, or q")
    terminal.enter("d 1")
    try terminal.expect("Resume it?")
    terminal.enter("d")
    // With the last one gone a fresh notebook opens.
    try terminal.expect("In [1]: ")
    let third = try open(["--resume"])
    try third.expect("there is no unfinished session")
  }

  @Test func aStartAfterACrashMentionsIt() throws {
    try leaveJournal(["tensor [1]"])
    let first = try open()
    let line = "note: unfinished session of 2026-01-02 03:04: dpu --resume resumes or drops it"
    #expect(try first.expect("In [1]: ").contains("\n\(line)\n"))
    #expect(line.count <= 80)
    // Nor is the one that is open now unfinished.
    let second = try open()
    first.enter("tensor [2]")
    try first.expect("In [2]: ")
    let third = try open()
    #expect(try third.expect("In [1]: ").contains("2026-01-02"))
    _ = try second.expect("In [1]: ")
    let piped = try Program.run([], input: Data(), environment: ["HOME": home.path])
    #expect(piped.output.isEmpty && piped.errors.isEmpty)
  }

  /// Ctrl-D asks nothing; it says how what was typed comes back, and no later start speaks of it.
  @Test(arguments: ["\u{4}", "quit\r", "exit\r"])
  func whatWasNotSavedComesBack(leaving: String) throws {
    let first = try open()
    try first.expect("In [1]: ")
    first.enter("tensor [1] as x")
    try first.expect("In [2]: ")
    first.enter("mask 9")
    try first.expect("In [3]: ")
    first.enter("x + 1")
    try first.expect("In [4]: ")
    first.send(leaving)
    try first.expect("note: 2 cells were not saved; dpu --resume brings the session back\n")
    #expect(try first.wait() == 0)
    let second = try open()
    #expect(!(try second.expect("In [1]: ")).contains("note"))
    second.send("\u{4}")
    #expect(try second.wait() == 0)
    #expect(!second.text.contains("not saved"))
    for count in 3...4 {
      let third = try open(["--resume"])
      // A quit has a number, too.
      let cells = leaving == "\u{4}" ? count : count + 1
      #expect(try third.expect("  (left, not saved)").contains("\(cells) cells, last: "))
      third.enter("")
      #expect(!(try third.expect("In [\(cells + 1)]: ")).contains("cut short"))
      third.enter("x + 1")
      try third.expect("tensor([2.])")
      third.send("\u{4}")
      try third.expect("note: \(count) cells were not saved")
      #expect(try third.wait() == 0)
    }
  }

  /// What is in a file, was undone or was never typed is nothing to come back to.
  @Test func whatWasSavedIsNotMentioned() throws {
    for cells in [
      ["tensor [1]", "save \(home.path)/s.dpu"], ["tensor [1]", "undo"], ["mask 9", "help mask"],
      ["replay \(home.path)/s.dpu"], [],
    ] {
      let terminal = try open()
      for cell in cells {
        try terminal.expect("]: ")
        terminal.enter(cell)
      }
      try terminal.expect("]: ")
      terminal.send("\u{4}")
      #expect(try terminal.wait() == 0)
      #expect(!terminal.text.contains("not saved"), "\(cells)")
    }
    let terminal = try open(["--resume"])
    try terminal.expect("there is no unfinished session")
  }

  /// Sessions that crashed come first, whatever was left since.
  @Test func whatWasLeftStandsBelow() throws {
    try leaveJournal(["tensor [1]"], day: 1)
    try leaveJournal(["tensor [2]", "# dpu session left"], day: 2)
    for pid in 1...12 {
      try leaveJournal(["tensor [3]", "# dpu session left"], day: 3, pid: pid)
    }
    let terminal = try open(["--resume"])
    let said = try terminal.expect("Resume which one?")
    #expect(said.contains("1  2026-01-01 03:04  1 cell, last: tensor [1]\n"))
    #expect(said.contains("10  2026-01-03") && !said.contains("2026-01-02"))
    terminal.enter("1")
    try terminal.expect("In [2]: ")
    terminal.enter("notes off")
    try terminal.expect("In [3]: ")
    terminal.send("\u{4}")
    #expect(try terminal.wait() == 0)
    #expect(!terminal.text.contains("not saved; "))
  }

  @Test func whatWasFinishedIsNotMentioned() throws {
    try leaveJournal(["tensor [1]", "# dpu session finished"])
    let terminal = try open()
    #expect(!(try terminal.expect("In [1]: ")).contains("note"))
  }
}
