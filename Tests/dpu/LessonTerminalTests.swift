import Foundation
import TestSupport
import Testing

/// Lessons at a real pseudo-terminal: found from anywhere, and made for a screen of 80 × 24.
@Suite struct LessonTerminalTests {
  let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  @Test func lessonsAreFoundFromAnyFolder() throws {
    let run = try Program.run(["lessons"], directory: home.path)
    #expect(run.status == 0)
    #expect(run.output.contains(/first-steps +26 cells  FIRST STEPS\n/))
    #expect(run.output.hasPrefix("dpu lesson NAME steps through one:\n"))
    let terminal = try PseudoTerminal(
      Program.path, environment: ["HOME": home.path], directory: home.path)
    try terminal.expect("In [1]: ")
    terminal.enter("lessons")
    try terminal.expect("\nlesson NAME steps through one:")
    // The list is higher than the screen.
    try terminal.expect("more shows them")
    terminal.enter("more")
    try terminal.expect("your-own-unit")
    terminal.enter("lesson first\t")
    try terminal.expect("cell 0 of 26")
    terminal.send("\r\r")
    try terminal.expect("FIRST STEPS")
    try terminal.expect("Out[5]: Conv2d(1, 2")
    let unknown = try Program.run(["lesson", "first-step"], directory: home.path)
    #expect(unknown.status == 4 && unknown.errors.contains("did you mean 'first-steps'?"))
  }

  /// The cells of lessons that ask something first.
  private static let asked = [
    "trained-network": ["#? expect right number": 10, "#? expect masked filters": 22]
  ]

  /// Every lesson to its end: each cell with the prose before it and its result on one screen.
  @Test(arguments: SessionFiles.names) func everyLessonFitsTheScreen(_ name: String) throws {
    let terminal = try PseudoTerminal(
      Program.path, ["lesson", name], environment: ["HOME": home.path])
    let start = try terminal.expect("? keys")
    let count = try #require(start.firstMatch(of: /of ([0-9]+)/)?.1)
    let cells = try #require(Int(count))
    #expect(cells > 15)
    let text = try String(contentsOfFile: SessionFiles.folder + "/\(name).dpu", encoding: .utf8)
    var questions = text.split(separator: "\n").filter { $0.hasPrefix("#? expect ") }[...]
    for cell in 1...cells {
      terminal.send(" ")
      // Whoever is asked may say nothing.
      if let question = questions.first, cell == Self.asked[name]?[String(question)] {
        try terminal.expect("expect \(question.split(separator: " ")[2]), ")
        terminal.enter("")
        questions.removeFirst()
      }
      let screen = try terminal.expect("cell \(cell) of \(cells)")
      try terminal.expect("? keys")
      #expect(!screen.contains("more line"), "\(name), cell \(cell)")
    }
    terminal.send("\r")
    try terminal.expect("cell \(cells) of \(cells) · the end")
    #expect(questions.isEmpty, "\(questions)")
  }

  /// As a lecturer does: the room predicts, a branch is opened and left, a cell taken back.
  @Test(arguments: SessionFiles.names) func everyLessonPredictsBranchesAndGoesBack(
    _ name: String
  ) throws {
    let terminal = try PseudoTerminal(
      Program.path, ["lesson", name], environment: ["HOME": home.path])
    try terminal.expect("? keys")
    for cell in 1...6 {
      terminal.send("\r")
      let prose = try terminal.expect("Enter runs it")
      #expect(prose.contains("In [\(cell)]: ") && !prose.contains("Out[\(cell)]"))
      try terminal.expect("? keys")
      terminal.enter(":tensor [\(cell)]")
      try terminal.expect("Out[\(cell)a]: tensor([\(cell).])")
      terminal.send("\u{4}")
      try terminal.expect("back in the lesson, as it was")
      try terminal.expect("In [\(cell)]: ")
      try terminal.expect("Enter runs it")
      try terminal.expect("? keys")
      terminal.send("\r")
      let first = try terminal.expect("? keys")
      terminal.send("b")
      try terminal.expect("back: the state is the one before cell \(cell)")
      try terminal.expect("? keys")
      terminal.send("\r")
      let second = try terminal.expect("? keys")
      // Times are never the same.
      let time = /note: forward on these inputs[^\n]*/
      #expect(first.replacing(time, with: "") == second.replacing(time, with: ""))
    }
    terminal.send("q")
    try terminal.expect("In [7]: ")
    #expect(!terminal.text.contains("error: "))
  }

  @Test func aCopiedProgramHasAllLessons() throws {
    let copy = home.path + "/program"
    // By another process: a file that this one has open for writing, or another test's child has
    // inherited, cannot be run.
    let process = try Process.run(URL(filePath: "/bin/cp"), arguments: [Program.path, copy])
    process.waitUntilExit()
    let terminal = try PseudoTerminal(
      copy, ["lesson", "max-pooling"],
      environment: ["HOME": home.path, "DPU_SESSIONS": "/nowhere"],
      directory: "/")
    try terminal.expect("cell 0 of 24")
  }

  @Test func aFileIsOpenedByItsPath() throws {
    _ = try home.write("# dpu session 1\n# Mine.\ntensor [1]\n", to: "mine.dpu")
    let shell = try PseudoTerminal(
      Program.path, ["lesson", "./mine.dpu"], environment: ["HOME": home.path],
      directory: home.path)
    try shell.expect("cell 0 of 1")
    let prompt = try PseudoTerminal(
      Program.path, environment: ["HOME": home.path], directory: home.path)
    try prompt.expect("In [1]: ")
    prompt.enter("lesson ./mine.dpu")
    try prompt.expect("cell 0 of 1")
    // A file's name comes before a lesson's only where it is written with its suffix.
    _ = try home.write("# dpu session 1\n# Mine.\ntensor [1]\n", to: "first-steps.dpu")
    let file = try Program.run(["lesson", "first-steps.dpu"], directory: home.path)
    #expect(file.output.hasPrefix("# Mine.\n"))
    let lesson = try Program.run(["lesson", "first-steps"], directory: home.path)
    #expect(lesson.output.hasPrefix("# FIRST STEPS\n"))
    let missing = try Program.run(["lesson", "./none.dpu"], directory: home.path)
    #expect(missing.status == 4 && missing.errors.contains("there is no file './none.dpu'"))
    let unknown = try Program.run(["lesson", "none"], directory: home.path)
    #expect(
      unknown.status == 4
        && unknown.errors == """
          dpu: error: there is no lesson 'none'
            dpu lessons lists them; a file is named by its path: ./mine.dpu

          """
    )
  }

  /// The person's session is away while the lesson runs, and a step of undo brings it back.
  @Test func aLessonHasASessionOfItsOwn() throws {
    let terminal = try PseudoTerminal(
      Program.path, environment: ["HOME": home.path], directory: home.path)
    try terminal.expect("In [1]: ")
    terminal.enter("printoptions precision=1")
    try terminal.expect("In [2]: ")
    terminal.enter("tensor [0.55] as mine")
    try terminal.expect("Out[2]: tensor([0.6])")
    terminal.enter("lesson which-loss")
    try terminal.expect("cell 0 of 21")
    terminal.send("g6\r")
    try terminal.expect("cells 1 to 5 were run")
    try terminal.expect("? keys")
    terminal.send("\r")
    try terminal.expect("tensor(0.0827, grad_fn=<MeanBackward0>)")
    terminal.send("q")
    try terminal.expect("undo reset returns to your session")
    try terminal.expect("In [11]: ")
    terminal.enter("mine")
    try terminal.expect("there is no command and no name 'mine'")
    try terminal.expect("In [12]: ")
    terminal.enter("undo reset")
    try terminal.expect("the session before reset is back: undid In [4] to In [10] (7 cells)")
    try terminal.expect("In [13]: ")
    terminal.enter("mine")
    try terminal.expect("Out[13]: tensor([0.6])")
  }

  /// The journal holds the lesson's reset, so that the way back survives a crash.
  @Test func afterACrashTheWayBackIsStillThere() throws {
    let terminal = try PseudoTerminal(
      Program.path, environment: ["HOME": home.path], directory: home.path)
    try terminal.expect("In [1]: ")
    terminal.enter("tensor [7] as mine")
    try terminal.expect("In [2]: ")
    terminal.enter("lesson first-steps")
    try terminal.expect("? keys")
    terminal.send("   ")
    try terminal.expect("cell 3 of 26")
    try terminal.expect("? keys")
    terminal.kill(SIGKILL)
    _ = try terminal.wait()
    let resumed = try PseudoTerminal(
      Program.path, ["--resume"], environment: ["HOME": home.path])
    try resumed.expect("last: forward")
    resumed.enter("")
    try resumed.expect("In [7]: ")
    resumed.enter("mine")
    try resumed.expect("there is no command and no name 'mine'")
    resumed.enter("undo reset")
    try resumed.expect("the session before reset is back")
    resumed.enter("mine")
    try resumed.expect("tensor([7.])")
  }

  @Test func aFileThatResetsSaysHowOftenUndoResetIsNeeded() throws {
    _ = try home.write("# dpu session 1\ntensor [1]\nreset\ntensor [2]\n", to: "a.dpu")
    let terminal = try PseudoTerminal(
      Program.path, environment: ["HOME": home.path], directory: home.path)
    try terminal.expect("In [1]: ")
    terminal.enter("tensor [7] as mine")
    try terminal.expect("In [2]: ")
    terminal.enter("replay a.dpu step")
    try terminal.expect("? keys")
    terminal.send("c")
    try terminal.expect("the end")
    terminal.send("q")
    try terminal.expect("undo reset, 2 times, returns to your session")
    for _ in 1...2 {
      terminal.enter("undo reset")
      try terminal.expect("the session before reset is back")
    }
    terminal.enter("mine")
    try terminal.expect("tensor([7.])")
  }

  /// Prose that is typed wrong is taken back; its paragraphs are kept.
  @Test func proseIsTakenBackAndSavedWithItsParagraphs() throws {
    let terminal = try PseudoTerminal(
      Program.path, environment: ["HOME": home.path], directory: home.path)
    try terminal.expect("In [1]: ")
    for line in ["# One.", "", "# Two.", "# Wrong."] { terminal.enter(line) }
    terminal.enter("undo prose")
    try terminal.expect("took back the line: # Wrong.")
    terminal.enter("tensor [1]")
    try terminal.expect("tensor([1.])")
    terminal.enter("save s.dpu")
    try terminal.expect("saved 1 cell")
    let expected = "# dpu session 1\n# One.\n\n# Two.\ntensor [1]\n#> tensor([1.])\n"
    #expect(try home.read("s.dpu") == expected)
    terminal.kill(SIGKILL)
    _ = try terminal.wait()
    let resumed = try PseudoTerminal(
      Program.path, ["--resume"], environment: ["HOME": home.path], directory: home.path)
    try resumed.expect("last: ")
    resumed.enter("")
    try resumed.expect("In [4]: ")
    resumed.enter("save t.dpu")
    try resumed.expect("saved 1 cell")
    #expect(try home.read("t.dpu") == expected)
  }

  /// The same in a script, and for any file: all lessons in one session print what was recorded.
  @Test func allLessonsInOneScriptPrintTheirRecords() throws {
    let file = try home.write("# dpu session 1\nconv 1 1 1\n", to: "mine.dpu")
    var script = "printoptions precision=1\nconv 2 2 2;\nseed 5\ninput 1 2 3 3;\n"
    script += SessionFiles.names.map { "lesson \($0)\n" }.joined()
    script += "replay \(file) step\n"
    let run = try Program.run(script: script)
    var (expected, failures) = ("", [String]())
    for name in SessionFiles.names {
      let text = try String(
        contentsOfFile: SessionFiles.folder + "/\(name).dpu", encoding: .utf8)
      for line in text.split(separator: "\n") {
        if line.hasPrefix("#>") { expected += line.dropFirst(3) + "\n" }
        if line.hasPrefix("#!") { failures.append(String(line.dropFirst(3))) }
      }
    }
    expected += "Conv2d(1, 1, kernel_size=(1, 1), stride=(1, 1))\n"
    #expect(run.status == 0)
    #expect(TextDifference(run.output, expected) == nil)
    // What fails on purpose says so, and nothing else does.
    let errors = run.errors.split(separator: "\n").filter { $0.contains(": error: ") }
    #expect(errors.count == failures.count)
    for (error, failure) in zip(errors, failures) { #expect(error.hasSuffix(failure)) }
  }

  @Test func aReplayOnAUsedSessionSaysSo() throws {
    _ = try home.write("# dpu session 1\ntensor [3]\n", to: "a.dpu")
    let terminal = try PseudoTerminal(
      Program.path, environment: ["HOME": home.path], directory: home.path)
    try terminal.expect("In [1]: ")
    terminal.enter("replay a.dpu")
    #expect(!(try terminal.expect("In [3]: ").contains("note:")))
    terminal.enter("replay a.dpu")
    try terminal.expect("note: the cells run on the session as it is")
    try terminal.expect("In [5]: ")
    terminal.enter("reset")
    try terminal.expect("In [6]: ")
    terminal.enter("replay a.dpu")
    #expect(!(try terminal.expect("In [8]: ").contains("note:")))
  }
}

/// The session files of the package.
enum SessionFiles {
  static let folder = Program.packageFolder + "/sessions"
  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".dpu") }.sorted().map { String($0.dropLast(4)) }
  }()
}
