import Language
import Foundation
import Testing
import TestSupport

/// Nothing is lost at a terminal: kill and resume, Ctrl-C in a command, pastes, every kind of exit.
@Suite struct SessionTerminalTests {
  let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  private func open(
    _ arguments: [String] = [], _ environment: [String: String] = [:], rows: UInt16 = 24,
    columns: UInt16 = 80
  ) throws -> PseudoTerminal {
    try PseudoTerminal(
      Program.path, arguments,
      environment: ["HOME": home.path].merging(environment) { $1 }, rows: rows, columns: columns)
  }

  private static let cells = [
    "conv 1 2 3", "mask 0.5", "input 1 1 4 4", "forward", "relu", "backward", "zero_grad",
    "mask 9", "undo", "scores",
  ]

  /// Every `Out[n]` in a text, with the lines that follow it.
  private static func outputs(_ text: String) -> [String] {
    text.components(separatedBy: "In [").flatMap { part -> [String] in
      guard let start = part.range(of: "Out[") else { return [] }
      return [part[start.lowerBound...].trimmingCharacters(in: .whitespacesAndNewlines)]
    }
  }

  @Test func killedSessionsComeBack() throws {
    let first = try open([], [:], rows: 200, columns: 200)
    for index in 0..<50 {
      try first.expect("In [\(index + 1)]: ")
      first.enter(Self.cells[index % Self.cells.count])
    }
    try first.expect("In [51]: ")
    first.send("weig")
    try first.expect("weig")
    first.kill(SIGKILL)
    _ = try first.wait()

    let second = try open(["--resume"], [:], rows: 200, columns: 200)
    try second.expect("50 cells, last: scores")
    try second.expect("Resume it?")
    second.enter("")
    try second.expect("In [51]: ")
    // Every value that the first one displayed is there under its number.
    second.enter("history -o")
    let history = try second.expect("In [52]: ")
    for output in Self.outputs(first.text) {
      for line in output.split(separator: "\n").dropFirst() where !line.contains("note:") {
        #expect(history.contains(line), "\(line)")
      }
    }
    second.enter("Out[46]")
    let value = try second.expect("In [53]: ")
    let expected = Self.outputs(first.text).first { $0.hasPrefix("Out[46]") }
    #expect(
      Self.outputs("In [" + value).first?.dropFirst(7).split(separator: "\n").dropFirst()
        == expected?.dropFirst(7).split(separator: "\n").dropFirst())
    second.enter("save \(home.path)/s.dpu")
    second.enter("quit")
    _ = try second.wait()
    let third = try open(["--resume"])
    try third.expect("there is no unfinished session")
  }

  /// A journal that an earlier run might have left.
  private func leaveJournal(_ bytes: [UInt8]) throws {
    let folder = home.path + "/.local/state/dpu/journal"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(filePath: folder + "/20260102-030405-1.dpu"))
  }

  @Test(arguments: [
    "mask 0.", "tensor [1, 2", "tensor [[1,\n", "tensor [[1,\n 2", "# caf\u{e9}", "",
  ])
  func aDamagedJournalComesBackWithoutWhatWasCutShort(rest: String) throws {
    // A byte that is not UTF-8 in the middle, and a write that ended anywhere.
    try leaveJournal(
      Array("# dpu session 1\nconv 1 2 3\n# caf".utf8) + [0xc3] + Array("\nmask 0.5\n".utf8)
        + Array(rest.utf8).dropLast(rest.hasPrefix("# ") ? 1 : 0))
    for count in 2...3 {
      let terminal = try open(["--resume"])
      try terminal.expect("2026-01-02 03:04  \(count) cells, last: ")
      terminal.enter("y")
      let start = try terminal.expect("In [\(count + 1)]: ")
      #expect(start.contains("cut short") == (count == 2 && !rest.isEmpty))
      terminal.enter(count == 2 ? "mask" : "forward; weight.shape")
      try terminal.expect(count == 2 ? "Out[3]: tensor([0., 1.])" : "torch.Size([2, 1, 3, 3])")
      try terminal.expect("In [\(count + 2)]: ")
      terminal.kill(SIGKILL)
      _ = try terminal.wait()
    }
  }

  @Test func onlyOneGoesOnWithASession() throws {
    try leaveJournal(Array("# dpu session 1\nconv 1 2 3\n".utf8))
    let (first, second) = (try open(["--resume"]), try open(["--resume"]))
    try first.expect("Resume it?")
    try second.expect("Resume it?")
    first.enter("")
    try first.expect("In [2]: ")
    second.enter("")
    try second.expect("this session is open in another dpu")
    #expect(try second.wait() == 1)
    let third = try open(["--resume"])
    try third.expect("there is no unfinished session")
    let fourth = try open(["--resume"])
    _ = try fourth.wait()
    first.enter("quit")
    _ = try first.wait()
  }

  @Test func aSessionFinishedMeanwhileIsNotResumed() throws {
    try leaveJournal(Array("# dpu session 1\nconv 1 2 3\n".utf8))
    let (first, second) = (try open(["--resume"]), try open(["--resume"]))
    try second.expect("Resume it?")
    try first.expect("Resume it?")
    first.enter("")
    try first.expect("In [2]: ")
    first.enter("save \(home.path)/s.dpu")
    first.enter("quit")
    _ = try first.wait()
    second.enter("")
    try second.expect("this session was finished meanwhile")
    #expect(try second.wait() == 1)
  }

  @Test func aFullDiskIsSaidOnceAndSpoilsNothing() throws {
    // The shell's limit, one block of 1,024 bytes, is what a full disk would be.
    let terminal = try PseudoTerminal(
      "/bin/bash", ["-c", "ulimit -f 1; exec \"$0\"", Program.path],
      environment: ["HOME": home.path], rows: 50, columns: 200)
    try terminal.expect("In [1]: ")
    terminal.enter("tensor [1]")
    try terminal.expect("In [2]: ")
    terminal.enter("tensor [" + String(repeating: "1, ", count: 400) + "2]")
    let shown = try terminal.expect("In [3]: ")
    #expect(shown.contains("note: after a crash this session could not be resumed ("))
    #expect(shown.contains("File too large"))
    terminal.enter("tensor [3]")
    #expect(!(try terminal.expect("In [4]: ")).contains("note:"))
    terminal.kill(SIGKILL)
    _ = try terminal.wait()
    let again = try open(["--resume"])
    try again.expect("1 cell, last: tensor [1]")
  }

  @Test(.disabled(if: Sanitizer.isOn))
  func whatMemoryCannotHoldIsAnErrorAndTheSessionGoesOn() throws {
    // The shell's limit, in kilobytes, is what a small machine would be.
    let terminal = try PseudoTerminal(
      "/bin/bash", ["-c", "ulimit -v 1700000; exec \"$0\"", Program.path],
      environment: ["HOME": home.path], rows: 50, columns: 200)
    let cells = [
      ("input 1 1 30000 30000", "input: 1 × 1 × 30000 × 30000 takes 3.6 GB, and "),
      ("conv 1 1 3; input 1 1 12000 12000; relu input;", ""),
      ("relu; relu", "relu: 1 × 1 × 12000 × 12000 takes 0.6 GB, and "),
      ("input 1 1 4 4; conv 1 40 3; forward;", ""),
    ]
    for (number, (cell, message)) in zip(1..., cells) {
      try terminal.expect("In [\(number)]: ")
      terminal.enter(cell)
      if !message.isEmpty {
        try terminal.expect(message)
        try terminal.expect(" of memory are free")
      }
    }
    try terminal.expect("In [5]: ")
  }

  /// A terminal without bracketed paste sends a paste line by line.
  @Test func aTranscriptMayComeLineByLine() throws {
    let terminal = try open([], ["TERM": "dumb"])
    try terminal.expect("In [1]: ")
    let transcript = [
      "In [1]: conv 1 2 3", "Out[1]: Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1))", "",
      "In [2]: tensor [[1],", "   ...:   [2]]", "Out[2]:", "tensor([[1.],", "        [2.]])",
      "In [3]: mask 0.5", "Out[3]: tensor([0., 1.])", "relu [-1]", "Out[4]:", "tensor([[[1.],",
      "", "         [2.]]], grad_fn=<AddBackward0>)", "", "layers",
    ]
    for line in transcript { terminal.enter(line) }
    let text = try terminal.expect("1 of 2") + terminal.expect("In [6]: ")
    #expect(!text.contains("error"))
    #expect(text.contains("Out[4]: tensor([0.])"))
    #expect(text.components(separatedBy: "note: taken for a transcript's output").count == 3)
    terminal.enter("Out[5]:")
    try terminal.expect("note: taken")
    terminal.send("\u{3}")
    try terminal.expect("In [6]: ")
    terminal.enter("tensor [6]")
    try terminal.expect("Out[6]: tensor([6.])")
  }

  @Test func aMissingJournalIsSaid() throws {
    let terminal = try open([], ["HOME": "/proc"])
    #expect(try terminal.expect("In [1]: ").contains("note: after a crash this session could not"))
    terminal.enter("tensor [1]")
    try terminal.expect("Out[1]: tensor([1.])")
  }

  @Test func controlDBehindAnOpenBracketEndsTheCellOnly() throws {
    let terminal = try open()
    try terminal.expect("In [1]: ")
    terminal.enter("tensor [1,")
    try terminal.expect("...: ")
    terminal.send("\u{4}")
    try terminal.expect("In[1]:1:8: error")
    try terminal.expect("In [2]: ")
    terminal.send("\u{4}")
    #expect(try terminal.wait() == 0)
  }

  @Test func controlCInACommandGivesThePromptBackAndTheStateAsBefore() throws {
    let terminal = try open()
    try terminal.expect("In [1]: ")
    terminal.enter("seed 5; conv 64 512 7; input 8 64 128 128;")
    try terminal.expect("In [2]: ", within: 120)
    terminal.enter("seed 9; forward")
    Thread.sleep(forTimeInterval: 1)
    #expect(!terminal.text.contains("In [3]: "), "the command runs for seconds")
    terminal.send("\u{3}")
    try terminal.expect("interrupted: the state is as before")
    try terminal.expect("In [3]: ")
    // The seed of the cancelled cell is forgotten: the next draw is the one that seed 5 leads to.
    terminal.enter("input 1 1 1 2")
    let value = try terminal.expect("In [4]: ")
    let direct = try Program.run(
      script: "seed 5; conv 64 512 7; input 8 64 128 128;\ninput 1 1 1 2\n")
    #expect(value.contains(direct.output.trimmingCharacters(in: .newlines)))
  }

  @Test func aPasteOfTwoHundredLines() throws {
    let terminal = try open()
    try terminal.expect("In [1]: ")
    let lines = (1...200).map { "tensor [\($0)] as t\($0)" }.joined(separator: "\n")
    terminal.send("\u{1b}[200~\(lines)\u{1b}[201~\r")
    try terminal.expect("Out[200]: tensor([200.])")
    terminal.enter("t117")
    try terminal.expect("Out[201]: tensor([117.])")
  }

  @Test func aPastedTranscriptIsStripped() throws {
    let terminal = try open()
    try terminal.expect("In [1]: ")
    terminal.send(
      "\u{1b}[200~In [3]: tensor [[1, 2],\n   ...:         [3, 4]] as a\nOut[3]: \n"
        + "tensor([[1., 2.],\n        [3., 4.]])\n\nIn [4]: a[1]\nOut[4]: tensor([9.])\u{1b}[201~\r"
    )
    try terminal.expect("Out[1]: \ntensor([[1., 2.],")
    try terminal.expect("Out[2]: tensor([3., 4.])")
  }

  @Test(arguments: [
    ["NO_COLOR": "1"], ["TERM": "dumb"], ["LC_ALL": "C", "NO_COLOR": "1"],
  ]) func withoutColourThereIsNoEscapeByte(_ environment: [String: String]) throws {
    let terminal = try open([], environment)
    try terminal.expect("In [1]: ")
    terminal.enter("conv 1 2 3; mask 0.5; forward; relu; backward")
    try terminal.expect("In [2]: ")
    terminal.enter("mask 7")
    try terminal.expect("In [3]: ")
    terminal.enter("filters")
    try terminal.expect("In [4]: ")
    terminal.send("\u{4}")
    #expect(try terminal.wait() == 0)
    #expect(!terminal.output.contains(0x1b))
  }

  @Test func colourMarksMaskedFiltersAndNeverDims() throws {
    let terminal = try open()
    try terminal.expect("In [1]: ")
    terminal.enter("conv 1 2 3; mask 0.5; forward; relu; backward")
    try terminal.expect("In [2]: ")
    let raw = String(decoding: terminal.output, as: UTF8.self)
    #expect(raw.contains("\u{1b}[35mtensor([[[[") || raw.contains("\u{1b}[35m        [[["))
    #expect(!raw.contains("\u{1b}[2m"))
    let never = try open(["--color", "never"])
    try never.expect("In [1]: ")
    never.enter("mask 7")
    try never.expect("In [2]: ")
    #expect(!never.output.contains(0x1b))
  }

  @Test(arguments: [(24, 80), (50, 200)]) func aLongValueShowsWhatFits(
    _ rows: Int, _ columns: Int
  ) throws {
    let terminal = try open([], [:], rows: UInt16(rows), columns: UInt16(columns))
    try terminal.expect("In [1]: ")
    terminal.enter("input arange 1 1 140 1; printoptions threshold=2000; input")
    let shown = try terminal.expect(" more lines: more shows them")
    #expect(shown.split(separator: "\n", omittingEmptySubsequences: false).count < rows)
    try terminal.expect("In [2]: ")
    terminal.enter("more all")
    try terminal.expect("[139.]]]])")
    #expect(try Program.run(script: "input arange 1 1 140 1\n").output.contains("[139.]"))
  }

  @Test func everyExitLeavesTheTerminalAsItWas() throws {
    for leave in ["\u{4}", "quit\r", "hang up", "terminate"] {
      let terminal = try open()
      let before = terminal.settings
      try terminal.expect("In [1]: ")
      switch leave {
      case "hang up": terminal.kill(SIGHUP)
      case "terminate": terminal.kill(SIGTERM)
      default: terminal.send(leave)
      }
      _ = try terminal.wait()
      #expect(terminal.settings.c_lflag == before.c_lflag, "\(leave)")
      #expect(terminal.settings.c_iflag == before.c_iflag, "\(leave)")
    }
  }

  @Test func aCrashLeavesTheTerminalAndTheJournalWhole() throws {
    let terminal = try open()
    let before = terminal.settings
    try terminal.expect("In [1]: ")
    terminal.enter("tensor [1]")
    try terminal.expect("In [2]: ")
    terminal.kill(SIGSEGV)
    #expect(try terminal.wait() == 70)
    #expect(terminal.settings.c_lflag == before.c_lflag)
    let again = try open(["--resume"])
    try again.expect("1 cell, last: tensor [1]")
  }

  @Test func stopAndContinue() throws {
    let terminal = try open()
    try terminal.expect("In [1]: ")
    terminal.send("tensor [4")
    try terminal.expect("tensor [4")
    terminal.kill(SIGTSTP)
    Thread.sleep(forTimeInterval: 0.3)
    terminal.kill(SIGCONT)
    Thread.sleep(forTimeInterval: 0.3)
    terminal.enter("2]")
    try terminal.expect("Out[1]: tensor([42.])")
  }

  /// The line being typed is drawn anew in its place, not once more.
  @Test func aWindowMayBeResized() throws {
    let terminal = try open()
    try terminal.expect("In [1]: ")
    terminal.send("tensor [1]\u{1b}\rtensor [2")
    try terminal.expectScreen("...: tensor [2")
    for columns in [60, 90, 70] as [UInt16] {
      terminal.resize(rows: 20, columns: columns)
      try terminal.expectScreen("...: tensor [2")
    }
    terminal.enter("]")
    try terminal.expect("Out[2]: tensor([2.])")
    #expect(terminal.screen.count { $0.contains("In [1]: tensor [1]") } == 1)
    #expect(terminal.screen.count { $0.contains("tensor [2]") } == 1)
  }

  @Test(arguments: [
    (["COLORTERM": "truecolor"], "\u{1b}[48;5;"), (["TERM": "xterm-256color"], "\u{1b}[48;5;"),
    (["TERM": "xterm"], "\u{1b}[4"),
  ]) func heatMapsUseTheTerminalsColours(_ environment: [String: String], _ code: String) throws {
    let terminal = try open([], environment)
    try terminal.expect("In [1]: ")
    terminal.enter("conv 1 2 3; view weight")
    try terminal.expect("In [2]: ")
    #expect(String(decoding: terminal.output, as: UTF8.self).contains(code))
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func shellsGetCompletion(_ shell: String) throws {
    let run = try Program.run(["--generate-completion-script", shell])
    #expect(run.status == 0 && run.output.contains("replay") && run.output.contains("check"))
  }

  @Test func inputrcKnowsDpu() throws {
    let inputrc = try home.write("$if dpu\n\"\\C-t\": \"tensor [8]\"\n$endif\n", to: "inputrc")
    let terminal = try open([], ["INPUTRC": inputrc])
    try terminal.expect("In [1]: ")
    terminal.send("\u{14}\r")
    try terminal.expect("Out[1]: tensor([8.])")
  }
}
