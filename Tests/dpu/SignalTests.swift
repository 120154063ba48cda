import Foundation
import Testing
import TestSupport

/// What ends the program, and with what.
@Suite struct SignalTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A script that has shown a value and waits for more of its standard input.
  private func waitingScript() throws -> (process: Process, output: Pipe) {
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = URL(filePath: Program.path)
    process.environment = Sanitizer.environment.merging(["HOME": folder.path]) { $1 }
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    input.fileHandleForWriting.write(Data("tensor [7]\n".utf8))
    // The first value shows that it has begun.
    _ = output.fileHandleForReading.availableData
    return (process, output)
  }

  @Test(arguments: [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE])
  func aTrapInAScriptIs70(signal: Int32) throws {
    let (process, output) = try waitingScript()
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 70)
    let text = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    #expect(text.contains("dpu: a defect in dpu itself ended it (SIG"))
  }

  @Test func aTrapAtAPromptNamesTheJournal() throws {
    let terminal = try PseudoTerminal(Program.path, [], environment: ["HOME": folder.path])
    try terminal.expect("In [1]: ")
    terminal.enter("tensor [1]")
    try terminal.expect("In [2]: ")
    terminal.kill(SIGILL)
    let journal = folder.path + "/.local/state/dpu/journal/"
    try terminal.expect("dpu --resume brings the session back from \(journal)")
    #expect(try terminal.wait() == 70)
  }

  @Test func ctrlCEndsAScriptThatWaits() throws {
    let (process, _) = try waitingScript()
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 130)
  }

  /// Ctrl-C between the many cells of each way to run a file.
  @Test(arguments: ["replay", "check", "record --yes"])
  func ctrlCEndsWhatRunsAFile(command: String) throws {
    let cells = String(repeating: "input 1 1 64 64\n", count: 200_000)
    let text = "# dpu session 1\ntensor [7]\n#> wrong\n" + cells
    let file = try folder.write(text, to: "long.dpu")
    let terminal = try PseudoTerminal(
      Program.path, command.split(separator: " ").map(String.init) + [file],
      environment: ["HOME": folder.path])
    if command == "record --yes" {
      usleep(1_000_000)
    } else {
      try terminal.expect("tensor([7.])")
    }
    terminal.send("\u{3}")
    #expect(try terminal.wait(within: 60) == 130)
    #expect(try folder.read("long.dpu") == text)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["long.dpu"])
  }
}
