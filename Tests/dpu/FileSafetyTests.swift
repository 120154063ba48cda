import Foundation
import Testing
import TestSupport

/// Files are what the user left them, whatever runs, waits or ends the program.
@Suite struct FileSafetyTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let session = "# dpu session 1\ntensor [1]\n#> old\n"

  @Test func anEditWhileTheQuestionStandsIsKept() throws {
    let file = try folder.write(Self.session, to: "a.dpu")
    let terminal = try PseudoTerminal(
      Program.path, ["record", file], environment: ["HOME": folder.path])
    try terminal.expect("[y/N] ")
    let edited = Self.session + "# mine\n"
    _ = try folder.write(edited, to: "a.dpu")
    terminal.enter("y")
    try terminal.expect("was changed")
    #expect(try terminal.wait() == 5)
    #expect(try folder.read("a.dpu") == edited)
  }

  @Test func theAnswerYesRecordsAndCtrlCDoesNot() throws {
    let file = try folder.write(Self.session, to: "a.dpu")
    let first = try PseudoTerminal(Program.path, ["record", file])
    try first.expect("[y/N] ")
    first.send("\u{3}")
    #expect(try first.wait() == 130)
    #expect(try folder.read("a.dpu") == Self.session)
    let second = try PseudoTerminal(Program.path, ["record", file])
    try second.expect("[y/N] ")
    second.enter("y")
    #expect(try second.wait() == 0)
    #expect(try folder.read("a.dpu") == "# dpu session 1\ntensor [1]\n#> tensor([1.])\n")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.dpu"])
  }

  @Test func whatIsNotToBeReplacedIsRefused() throws {
    let file = try folder.write(Self.session, to: "a.dpu")
    try FileManager.default.linkItem(atPath: file, toPath: folder.path + "/b.dpu")
    let linked = try Program.run(["record", "--yes", file])
    #expect(linked.status == 5 && linked.errors.contains("has other names (hard links)"))
    try FileManager.default.removeItem(atPath: folder.path + "/b.dpu")
    chmod(file, 0o444)
    let readOnly = try Program.run(["record", "--yes", file])
    #expect(readOnly.status == 5 && readOnly.errors.contains("is read-only"))
    let outside = try TemporaryFolder()
    let target = try outside.write(Self.session, to: "x.dpu")
    let link = folder.path + "/link.dpu"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    let run = try Program.run(["record", "--yes", link])
    #expect(run.status == 5 && run.errors.contains("is a link that leads out of its folder"))
    #expect(try outside.read("x.dpu") == Self.session)
    #expect(try folder.read("a.dpu") == Self.session)
  }

  @Test(arguments: ["\n", "\u{feff}\u{feff}", " \n\u{feff}", "#!/usr/bin/dpu\n\n"])
  func recordsUnderAHeaderThatIsNotFirstAreLeft(start: String) throws {
    let file = try folder.write(start + Self.session, to: "a.dpu")
    let run = try Program.run(["record", "--yes", file])
    #expect(run.status == 4 && run.errors.contains("nothing above it"))
    #expect(try folder.read("a.dpu") == start + Self.session)
  }

  @Test func pipesAndDevicesKeepNobodyWaiting() throws {
    let lessons = folder.path + "/sessions"
    try FileManager.default.createDirectory(atPath: lessons, withIntermediateDirectories: true)
    for path in [folder.path + "/p.dpu", lessons + "/pipe.dpu"] {
      #expect(mkfifo(path, 0o600) == 0)
    }
    let pipe = folder.path + "/p.dpu"
    #expect(
      try Program.run(["lessons"], environment: ["DPU_SESSIONS": lessons], directory: folder.path)
        .status == 0)
    for arguments in [["check", pipe], ["replay", pipe], ["record", "--yes", pipe]] {
      #expect(try Program.run(arguments).status == 4)
    }
    for cell in ["replay \(pipe)", "save \(pipe)", "save \(pipe) overwrite=true"] {
      let run = try Program.run(["-c", cell])
      #expect(run.status == 1 && run.errors.contains("\(pipe)"), "\(cell)")
    }
    #expect(try Program.run(["check", "/dev/zero"]).status == 4)
  }

  @Test func aPipeThatAPersonNamesIsRead() throws {
    let terminal = try PseudoTerminal(
      "/bin/bash", ["-c", "\"$0\" replay <(sleep 0.3; echo 'tensor [5]')", Program.path])
    try terminal.expect("Out[1]: tensor([5.])")
    #expect(try terminal.wait() == 0)
  }

  @Test func whatIsTooLargeIsSaidWithItsLimit() throws {
    let file = folder.path + "/zeros.dpu"
    #expect(FileManager.default.createFile(atPath: file, contents: nil))
    // Three gigabytes that take no room.
    #expect(truncate(file, 3 << 30) == 0)
    for command in ["check", "replay", "record"] {
      let run = try Program.run([command, file])
      #expect(run.status == 4)
      #expect(
        run.errors == """
          dpu: error: '\(file)' is larger than 64 MiB, the most that is read
            DPU_MAX_FILE=128M dpu … raises the limit

          """)
    }
    let small = try folder.write("# dpu session 1\ntensor [1]\n", to: "small.dpu")
    #expect(try Program.run([small], environment: ["DPU_MAX_FILE": "10"]).status == 4)
    let line = try Program.run([small], environment: ["DPU_MAX_LINE": "12"])
    #expect(line.status == 4)
    #expect(
      line.errors.hasPrefix("\(small):1:1: error: '\(small)' has a line longer than 12 bytes"))
    let stream = try Program.run(
      [], input: Data(String(repeating: "1", count: 2000).utf8),
      environment: ["DPU_MAX_LINE": "1K"])
    #expect(stream.status == 4 && stream.errors.contains("<stdin>:1:1: error: "))
    let wrong = try Program.run([small], environment: ["DPU_MAX_FILE": "much"])
    #expect(wrong.status == 64 && wrong.errors.contains("DPU_MAX_FILE must be a number"))
  }

  @Test func rerunsOfRerunsEnd() throws {
    // Each runs again all that was run before it: twice as many cells each time.
    var (last, accepted) = (1, 1)
    let lines = (1...30).map { _ in
      defer { (last, accepted) = (last + 1 + accepted, 2 * accepted) }
      return "rerun 1-\(last)"
    }.joined(separator: "\n")
    let file = try folder.write("# dpu session 1\nseed 1\n\(lines)\n", to: "bomb.dpu")
    let run = try Program.run(["check", file], environment: ["DPU_MAX_RERUN": "1000"])
    #expect(run.status == 3)
    #expect(
      run.output.contains(
        "rerun: these are more cells than the reruns of a file run: the limit is 1000 cells"))
    let script = try Program.run(
      ["--keep-going"], input: Data("seed 1\n\(lines)\n".utf8),
      environment: ["DPU_MAX_RERUN": "1000"])
    #expect(script.status == 1)
    #expect(script.errors.contains("DPU_MAX_RERUN=2000 dpu … raises the limit"))
  }

  /// None of these is long, but all together are.
  @Test func allRerunsOfAFileCountTogether() throws {
    let lines = String(repeating: "rerun 1-40\n", count: 40)
    let cells = String(repeating: "seed 1\n", count: 40)
    let file = try folder.write("# dpu session 1\n" + cells + lines, to: "many.dpu")
    let run = try Program.run(["check", file], environment: ["DPU_MAX_RERUN": "1000"])
    #expect(run.status == 3 && run.output.contains("15 of 80 cells differ"))
    // What a person types is the person's own.
    let script = try Program.run(
      [], input: Data((cells + lines).utf8), environment: ["DPU_MAX_RERUN": "1000"])
    #expect(script.status == 0)
  }

  /// What each state remembers of the output's origin was a list of all steps before it.
  @Test(.disabled(if: Sanitizer.isOn)) func longChainsTakeMemoryAsLongAsTheyAre() throws {
    let script =
      "linear 1 1;\ninput [[1]];\nforward;\n" + String(repeating: "forward;\n", count: 8000)
    let file = try folder.write(script, to: "chain.txt")
    let terminal = try PseudoTerminal(
      "/bin/bash",
      ["-c", "ulimit -v 1400000; \"$0\" - < \"$1\"; echo ended with $?", Program.path, file],
      environment: ["HOME": folder.path])
    try terminal.expect("ended with 0", within: 120)
  }

  @Test func everyLineOfACellIsShownWithoutCommands() throws {
    let file = try folder.write("tensor [1, # \u{1b}[31m\n2 # \u{1b}[32m\u{202e}\n]\n", to: "a.dpu")
    let run = try Program.run(["replay", file])
    #expect(
      run.output.hasPrefix("In [1]: tensor [1, # ^[[31m\n   ...: 2 # ^[[32m\u{fffd}\n   ...: ]\n"))
  }

  @Test func namesCommandNoTerminal() throws {
    let name = "a\u{1b}[31m\u{202e}\u{200b}b.dpu"
    let file = try folder.write("# dpu session 1\nsave x.dpu\n", to: name)
    func isClean(_ run: Program.Run) -> Bool {
      !(run.output + run.errors).unicodeScalars.contains {
        ["\u{1b}", "\u{202e}", "\u{200b}"].contains($0)
      }
    }
    for arguments in [
      ["record", file], ["record", "--yes", file], ["check", file], ["replay", file],
      ["check", file + "x"], ["replay", folder.path + "/\u{1b}none"], ["--step", file],
      ["-c", "save \"\(folder.path)/s\(name)\"", "-c", "undo"], ["-c", "replay \"\(file)\""],
    ] {
      let run = try Program.run(arguments)
      #expect(isClean(run), "\(arguments)")
    }
    let terminal = try PseudoTerminal(
      Program.path, [], environment: ["HOME": folder.path, "TERM": "dumb"], directory: folder.path)
    try terminal.expect("In [1]: ")
    let saved = "\u{202e}\u{200b}s.dpu"
    terminal.enter("tensor [1]")
    try terminal.expect("In [2]: ")
    terminal.enter("save \(saved)")
    try terminal.expect("saved 1 cell to \u{fffd}\u{fffd}s.dpu")
    terminal.enter("undo")
    try terminal.expect("not undone: the file written to \u{fffd}\u{fffd}s.dpu")
  }
}
