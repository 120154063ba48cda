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
    let terminal = try PseudoTerminal(
      Program.path, environment: ["HOME": home.path], directory: home.path)
    try terminal.expect("In [1]: ")
    terminal.enter("lessons")
    try terminal.expect("published-notebook")
    terminal.enter("lesson first\t")
    try terminal.expect("cell 0 of 26")
    terminal.send("\r\r")
    try terminal.expect("FIRST STEPS")
    try terminal.expect("Out[3]: Conv2d(1, 2")
    let unknown = try Program.run(["lesson", "first-step"], directory: home.path)
    #expect(unknown.status == 4 && unknown.errors.contains("did you mean 'first-steps'?"))
  }

  /// Every lesson to its end: each cell with the prose before it and its result on one screen.
  @Test(arguments: SessionFiles.all) func everyLessonFitsTheScreen(_ path: String) throws {
    let terminal = try PseudoTerminal(
      Program.path, ["replay", path, "--step"], environment: ["HOME": home.path])
    let start = try terminal.expect("? keys")
    let count = try #require(start.firstMatch(of: /of ([0-9]+)/)?.1)
    let cells = try #require(Int(count))
    #expect(cells > 15)
    for cell in 1...cells {
      terminal.send(" ")
      let screen = try terminal.expect("cell \(cell) of \(cells)")
      try terminal.expect("? keys")
      #expect(!screen.contains("more line"), "\(path), cell \(cell)")
    }
  }

  @Test func ownLessonsComeFirst() throws {
    _ = try home.write("# dpu session 1\n# Mine.\ntensor [1]\n", to: "first-steps.dpu")
    let run = try Program.run(["lessons"], environment: ["DPU_SESSIONS": home.path])
    #expect(run.output.contains(/first-steps +1 cell  Mine.\n/))
    #expect(run.output.contains("published-notebook"))
  }
}

/// The session files of the package.
enum SessionFiles {
  static let all: [String] = {
    let folder = Program.packageFolder + "/sessions"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".dpu") }.sorted().map { folder + "/" + $0 }
  }()
}
