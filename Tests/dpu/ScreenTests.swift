import Foundation
import TestSupport
import Testing

/// What is higher than the window, and how notes and prompts stand.
@Suite struct ScreenTests {
  let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  private func open(
    _ environment: [String: String] = [:], rows: UInt16 = 24
  ) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      Program.path, environment: ["HOME": home.path].merging(environment) { $1 },
      directory: home.path, rows: rows)
    try terminal.expect("In [1]: ")
    return terminal
  }

  /// One rule for values, pictures, history and help.
  @Test(arguments: [
    ("", "input arange 1 1 99 1 as x"), ("input arange 1 1 40 3;", "view input"),
    (
      "seed 1\u{1b}\r" + Array(repeating: "seed 2", count: 40).joined(separator: "\u{1b}\r"),
      "history"
    ),
    ("", "help all"), ("", "help gradcheck"), ("conv 1 3 3 as c; conv 1 9 3 as d;", "d.weight"),
  ]) func whatIsHigherIsCutAndMoreShowsTheRest(before: String, cell: String) throws {
    let terminal = try open()
    var number = 1
    func shown(_ cell: String) throws -> [Substring] {
      terminal.enter(cell)
      number += cell.hasPrefix("seed") ? 41 : 1
      return try terminal.expect("In [\(number)]: ")
        .split(separator: "\n", omittingEmptySubsequences: false)
    }
    if !before.isEmpty { _ = try shown(before) }
    let cut = try shown(cell)
    // From the cell to the prompt that follows, all on one screen.
    #expect((21...23).contains(cut.count - 1), "\(cut.count)")
    #expect(cut.dropLast(2).last?.hasSuffix(" more lines: more shows them") == true)
    let more = try shown("more")
    let rest = try shown("more all")
    #expect(try shown("more").contains("note: everything was shown"))
    _ = try shown("more off")
    let whole = try shown(cell)
    #expect(!whole.contains { $0.contains("more shows them") })
    guard cell != "history" else { return }
    // What came in parts is what comes at once when nothing is cut.
    let parts = [cut, more, rest].flatMap { $0.dropFirst() }
    #expect(
      parts.filter { !$0.isEmpty && !$0.contains("more shows them") && !$0.contains("note:") }
        == whole.dropFirst().filter { !$0.isEmpty }.map { label($0, of: number - 1) })
    _ = try shown("more on")
    #expect(try shown(cell).contains { $0.contains("more shows them") })
  }

  /// A line with `Out[7]:` in it as the first cell to show it had it: `Out[1]:` or `Out[2]:`.
  private func label(_ line: Substring, of number: Int) -> Substring {
    guard line.hasPrefix("Out[\(number)]") else { return line }
    return "Out[\(number - 5)]\(line.dropFirst("Out[\(number)]".count))"
  }

  /// `more` gives every line once, in order.
  @Test func morePagesThrough() throws {
    let terminal = try open(rows: 12)
    terminal.enter("printoptions threshold=5000; input arange 1 1 60 1")
    var numbers: [Int] = []
    for page in 0..<9 {
      let text = try terminal.expect("In [\(page + 2)]: ")
      let lines = text.split(separator: "\n")
      numbers += lines.compactMap { line in
        line.wholeMatch(of: /.*\[ *([0-9]+)\.\][\],)]*/).flatMap { Int($0.1) }
      }
      guard text.contains("more shows them") else { break }
      #expect(lines.count <= 12)
      terminal.enter("more")
    }
    #expect(numbers == Array(0..<60))
  }

  @Test func coloursDoNotCountAsColumns() throws {
    let terminal = try open()
    terminal.enter("input arange 1 1 12 26; view input")
    let shown = try terminal.expect("In [2]: ")
    #expect(!shown.contains("more lines"))
  }

  @Test func aBlankLineFollowsEachNote() throws {
    let terminal = try open()
    terminal.enter("conv 1 2 3; forward;")
    try terminal.expect("(input 1 1 4 4)\n\nIn [2]: ")
    terminal.enter("mask 0.25")
    try terminal.expect(
      "Out[2]: tensor([1., 1.])\n\nnote: int(2 × 0.25) = 0 filters are masked\n\nIn [3]: ")
    terminal.enter("time seed 3")
    try terminal.expect("of tensors\n\nIn [4]: ")
    terminal.enter("save x.dpu")
    try terminal.expect("saved 3 cells to x.dpu\n\nIn [5]: ")
  }

  @Test func rerunSaysThatNumbersAreNew() throws {
    let terminal = try open()
    for (number, cell) in ["input 1 1 1 2", "seed 4; input 1 1 1 2", "tensor [1]"].enumerated() {
      terminal.enter(cell)
      try terminal.expect("In [\(number + 2)]: ")
    }
    let note = "note: new random numbers were drawn"
    terminal.enter("rerun 1")
    try terminal.expect(note)
    terminal.enter("rerun 3")
    terminal.enter("rerun 2-3")
    try terminal.expect("In [11]: ")
    terminal.enter("rerun 1-3")
    try terminal.expect(note)
    try terminal.expect("In [15]: ")
    #expect(terminal.text.components(separatedBy: note).count == 3)
  }

  /// Only a terminal that has colours gets them.
  @Test(arguments: [
    (["TERM": "xterm"], true), (["TERM": "xterm-256color"], true), (["TERM": "screen"], true),
    (["TERM": "linux"], true), (["TERM": "vt100"], false), (["TERM": "vt220"], false),
    (["TERM": "xterm-mono"], false), (["TERM": "dumb"], false), (["TERM": "unknown"], false),
    (["TERM": "no-such-terminal"], false), (["TERM": "new-256color"], true), (["TERM": ""], false),
    (["NO_COLOR": "1"], false), (["NO_COLOR": "1", "CLICOLOR_FORCE": "1"], false),
    (["CLICOLOR": "0"], false), (["CLICOLOR": "1"], true),
    (["TERM": "vt100", "CLICOLOR_FORCE": "1"], true),
    (["CLICOLOR": "0", "CLICOLOR_FORCE": "0"], false),
  ]) func coloursAreForTerminalsThatHaveThem(_ environment: [String: String], _ isOn: Bool) throws {
    let terminal = try open(environment)
    terminal.enter("mask 7")
    try terminal.expect("In [2]: ")
    let raw = String(decoding: terminal.output, as: UTF8.self)
    #expect(raw.contains("\u{1b}[0m") == isOn, "\(environment)")
  }

  @Test(arguments: [
    (["LC_ALL": "C"], false), (["LC_ALL": "", "LC_CTYPE": "POSIX"], false), (["LANG": ""], false),
    (["LANG": "de_DE.ISO-8859-1"], false), (["LC_ALL": "C.utf8"], true),
    (["LANG": "en_US.UTF-8"], true),
  ]) func onlyUTF8LocalesGetUTF8(_ environment: [String: String], _ isUTF8: Bool) throws {
    let terminal = try open(environment)
    terminal.enter("conv 1 2 3; mask 0.25;")
    try terminal.expect(isUTF8 ? "int(2 × 0.25)" : "int(2 x 0.25)")
    terminal.enter("help all")
    try terminal.expect(isUTF8 ? "… " : "... ")
    terminal.enter("help mask")
    try terminal.expect(isUTF8 ? "OUT × RATE" : "OUT x RATE")
    try terminal.expect("In [4]: ")
    #expect(terminal.output.contains { $0 >= 0x80 } == isUTF8)
  }

  /// What the command line itself says, too.
  @Test(arguments: ["--help", "check --help", "--threads=é", "nosuch·file"])
  func theCommandLineSpeaksASCIIWithoutUTF8(_ arguments: String) throws {
    let words = arguments.split(separator: " ").map(String.init)
    let terminal = try PseudoTerminal(Program.path, words, environment: ["LC_ALL": "C"])
    _ = try terminal.wait()
    #expect(!terminal.output.isEmpty && terminal.output.allSatisfy { $0 < 0x80 })
  }

  @Test func aFileGetsUTF8InAnyLocale() throws {
    let run = try Program.run(
      [], input: Data("help mask\n".utf8), environment: ["LC_ALL": "C"])
    #expect(run.output.contains("OUT × RATE"))
  }
}
