import Foundation
import Testing
import TestSupport

/// What a journal and its neighbours in the state folder hold, and for how long.
@Suite struct JournalTests {
  let home: TemporaryFolder
  private var folder: String { home.path + "/.local/state/dpu/journal" }

  init() throws { home = try TemporaryFolder() }

  private func open(_ arguments: [String] = []) throws -> PseudoTerminal {
    try PseudoTerminal(
      Program.path, arguments, environment: ["HOME": home.path, "TERM": "dumb"], rows: 50,
      columns: 200)
  }

  private func journals() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  private func leave(_ text: String, _ name: String, days: Int = 0) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let file = folder + "/" + name
    try Data(text.utf8).write(to: URL(filePath: file))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -86_400 * Double(days))], ofItemAtPath: file)
  }

  /// A write that was cut short leaves nothing before what is written when there is room again.
  @Test func whatWasWrittenHalfIsCutOff() throws {
    let terminal = try PseudoTerminal(
      "/bin/bash", ["-c", "ulimit -S -f 1; exec \"$0\"", Program.path],
      environment: ["HOME": home.path, "TERM": "dumb"], rows: 50, columns: 200)
    try terminal.expect("In [1]: ")
    terminal.enter("tensor [1]")
    try terminal.expect("In [2]: ")
    let long = "tensor [" + String(repeating: "1, ", count: 400) + "2]"
    terminal.enter(long)
    try terminal.expect("File too large")
    try terminal.expect("In [3]: ")
    // As when somebody makes room.
    let prlimit = try Process.run(
      URL(filePath: "/usr/bin/prlimit"),
      arguments: ["--pid", "\(terminal.process)", "--fsize=unlimited"])
    prlimit.waitUntilExit()
    #expect(prlimit.terminationStatus == 0)
    terminal.enter("tensor [3]")
    try terminal.expect("In [4]: ")
    terminal.kill(SIGKILL)
    _ = try terminal.wait()
    let name = try #require(try journals().first)
    let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
    #expect(text == "# dpu session 1\ntensor [1]\n\(long)\ntensor [3]\n")
  }

  /// Comments that look like records, and like the last line, stay comments.
  @Test func whatLooksLikeARecordComesBackAsItWas() throws {
    let script = try home.write("tensor [3,\n#! 4\n5]\n", to: "script.dpu")
    let first = try open()
    for line in ["tensor [1, 2] as x", "#! oops", "replay \(script)"] { first.enter(line) }
    try first.expect("tensor([3., 5.])")
    try first.expect("In [4]: ")
    first.enter("# dpu session finished")
    first.enter("x")
    try first.expect("Out[4]: tensor([1., 2.])")
    first.enter("# dpu session finished")
    try first.expect("In [5]: ")
    usleep(200_000)
    first.kill(SIGKILL)
    _ = try first.wait()
    let second = try open(["--resume"])
    try second.expect("4 cells, last: x")
    second.enter("")
    try second.expect("In [5]: ")
    second.enter("history")
    let history = try second.expect("In [6]: ")
    #expect(history.contains("#! 4") && !history.contains("(failed)"), "\(history)")
  }

  /// What a start removes it does not offer to resume.
  @Test func aSessionThatIsTooOldIsNotAnnounced() throws {
    try leave("# dpu session 1\ntensor [1]\n", "20250101-000000-1.dpu", days: 100)
    let terminal = try open()
    try terminal.expect("In [1]: ")
    #expect(!terminal.text.contains("unfinished session"))
    #expect(!(try journals().contains("20250101-000000-1.dpu")))
    terminal.enter("quit")
    #expect(try terminal.wait() == 0)
  }

  @Test func oldJournalsGo() throws {
    let (cells, end) = ("# dpu session 1\ntensor [1]\n", "# dpu session finished\n")
    try leave(cells + end, "finished-20.dpu", days: 20)
    try leave(cells + end, "finished-40.dpu", days: 40)
    try leave(cells + "# dpu session left\n", "left-40.dpu", days: 40)
    try leave(cells, "unfinished-40.dpu", days: 40)
    try leave(cells, "unfinished-100.dpu", days: 100)
    try leave(cells, "held-100.dpu", days: 100)
    let held = Foundation.open(folder + "/held-100.dpu", O_RDWR)
    flock(held, LOCK_EX)
    defer { close(held) }
    mkfifo(folder + "/pipe.dpu", 0o600)
    var times = [timeval(tv_sec: 0, tv_usec: 0), timeval(tv_sec: 0, tv_usec: 0)]
    #expect(utimes(folder + "/pipe.dpu", &times) == 0)
    let terminal = try open()
    try terminal.expect("In [1]: ")
    terminal.enter("quit")
    #expect(try terminal.wait() == 0)
    #expect(
      Set(try journals()).intersection([
        "finished-20.dpu", "finished-40.dpu", "left-40.dpu", "unfinished-40.dpu",
        "unfinished-100.dpu", "held-100.dpu", "pipe.dpu",
      ]) == ["finished-20.dpu", "unfinished-40.dpu", "held-100.dpu", "pipe.dpu"])
    let resumed = try open(["--resume"])
    try resumed.expect("1 cell, last: tensor [1]")
  }

  @Test func theHistoryIsCutToItsNewestLines() throws {
    let state = home.path + "/.local/state/dpu"
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    let lines = (0..<300_000).map { "tensor [\($0)]\n" }.joined()
    #expect(lines.utf8.count > 2 << 20)
    try Data(lines.utf8).write(to: URL(filePath: state + "/history"))
    let terminal = try open()
    try terminal.expect("In [1]: ")
    terminal.enter("tensor [5]")
    try terminal.expect("In [2]: ")
    terminal.kill(SIGKILL)
    _ = try terminal.wait()
    let text = try String(contentsOfFile: state + "/history", encoding: .utf8)
    #expect(text.hasSuffix("tensor [299999]\ntensor [5]\n"))
    #expect(text.hasPrefix("tensor [") && text.utf8.count <= (1 << 20) + 20)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: state).sorted() == ["history", "journal"])
  }

  /// A plain script has no records: what looks like one in it is prose, and comes back as prose.
  @Test func aSteppedScriptsCommentsAreNoRecords() throws {
    let script = try home.write("tensor [1]\n#! 4\ntensor [2]\n", to: "script.dpu")
    let terminal = try open()
    try terminal.expect("In [1]: ")
    terminal.enter("replay \(script) step")
    try terminal.expect("? keys")
    terminal.send("c")
    try terminal.expect("tensor([2.])")
    terminal.send("q")
    try terminal.expect("]: ")
    terminal.enter("tensor [3]")
    try terminal.expect("tensor([3.])")
    try terminal.expect("]: ")
    terminal.kill(SIGKILL)
    _ = try terminal.wait()
    let name = try #require(try journals().first)
    let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
    #expect(text.contains("\ntensor [1]\n #! 4\ntensor [2]\n"), "\(text)")
  }
}
