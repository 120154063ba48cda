import TestSupport
import Testing

@testable import Notebook

struct DiagnosticTests {
  @Test func showsPlaceLineCaretAndRemedy() throws {
    var notebook = Notebook()
    let source = "conv 1 two 3"
    let failure = try #require(notebook.run(source).failure)
    let expected = """
      a.dpu:7:8: error: conv: OUT must be a number, not 'two'
        conv 1 two 3
               ^^^
      """
    #expect(
      TextDifference(failure.text(source: source, file: "a.dpu", firstLine: 7), expected) == nil)
  }

  @Test func countsLinesAndCharacters() throws {
    var notebook = Notebook()
    let source = "save \"ä€😀\"; tensor [1,\n  ä, x]"
    let failure = try #require(notebook.run(source).failure)
    let text = failure.text(source: source, file: "<stdin>", firstLine: 3)
    #expect(text.hasPrefix("<stdin>:4:3: error: 'ä' is not a number\n    ä, x]\n    ^\n"))
    let second = "mask 0.5; relu \"ä€\" )"
    let other = try #require(notebook.run(second).failure)
    #expect(other.text(source: second, file: "-c", firstLine: 1).hasPrefix("-c:1:21: error:"))
  }

  @Test func aRemedyStandsBelow() throws {
    var notebook = Notebook()
    let failure = try #require(notebook.run("zero_grd").failure)
    let expected = """
      -c:1:1: error: there is no command and no name 'zero_grd'
        zero_grd
        ^^^^^^^^
        did you mean 'zero_grad'?
      """
    let text = failure.text(source: "zero_grd", file: "-c", firstLine: 1)
    #expect(TextDifference(text, expected) == nil)
  }

  @Test func aLongLineIsCutAroundThePlace() {
    let source = String(repeating: "a ", count: 5000) + "x" + String(repeating: " b", count: 5000)
    let diagnostic = Diagnostic(message: "no", range: 10_000..<10_001)
    let lines = diagnostic.details(in: source).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.count <= 80 })
    let caret = lines[1].firstIndex(of: "^").map {
      lines[1].distance(from: lines[1].startIndex, to: $0)
    }
    let shown = Array(lines[0])
    #expect(caret.map { shown[$0] } == "x")
    #expect(lines[0].contains("…"))
  }

  /// A wide character takes two columns, and one that is put on another none.
  @Test(arguments: [
    ("save \"層\" x", 10, 11, "           ^"),
    ("save \"😀\" x", 11, 12, "           ^"),
    ("save \"e\u{301}\" x", 10, 11, "          ^"),
    ("relu 層層", 5, 11, "       ^^^^"),
  ])
  func caretsStandUnderTheirPlace(source: String, start: Int, end: Int, carets: String) {
    let details = Diagnostic(message: "no", range: start..<end).details(in: source)
    #expect(details == "  \(source)\n\(carets)")
  }

  @Test func aLongLineOfWideCharactersIsCutByColumns() {
    let source = String(repeating: "層", count: 100) + " x " + String(repeating: "層", count: 100)
    let lines = Diagnostic(message: "no", range: 301..<302).details(in: source)
      .split(separator: "\n")
    #expect(lines.allSatisfy { $0.columns <= 80 })
    #expect(lines[1].columns == lines[0].prefix { $0 != "x" }.columns + 1)
  }

  @Test(arguments: [
    ("a\u{1b}[31mb", "a^[[31mb"), ("\u{0}", "^@"), ("\u{7f}", "^?"), ("a\tb", "a b"),
    ("\u{9b}31m", "\u{fffd}31m"), ("\u{202e}x", "\u{fffd}x"), ("\u{2028}", "\u{fffd}"),
    ("ä€😀", "ä€😀"), ("a\u{d}b", "a^Mb"),
  ])
  func controlCharactersAreMadeVisible(text: String, visible: String) {
    #expect(text.visible == visible)
  }

  @Test func noControlCharacterReachesATerminal() throws {
    var notebook = Notebook()
    let source = "save \"x\u{1b}]0;\u{7}"
    let failure = try #require(notebook.run(source).failure)
    let text = failure.text(source: source, file: "a\u{1b}b", firstLine: 1)
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  /// The message of a shape that does not fit is long; what a session file records of it is one line.
  @Test func aLongFirstLineIsBrokenAtBlanks() throws {
    var notebook = Notebook()
    let setup = "net conv(1,20,5) relu maxpool(2) flatten linear(2880,10); input 1 1 27 27"
    #expect(notebook.run(setup).failure == nil)
    let failure = try #require(notebook.run("forward").failure)
    let file = "some/folder/a-session.dpu"
    let text = failure.text(source: "forward", file: file, firstLine: 7, width: 80)
    let whole = failure.text(source: "forward", file: file, firstLine: 7)
    #expect(whole.hasPrefix("\(file):7:1: error: \(failure.message)\n"))
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.allSatisfy { $0.count <= 80 })
    let head = lines.prefix { $0 != "  forward" }
    #expect(head.count > 1 && head.dropFirst().allSatisfy { $0.hasPrefix("  ") })
    let joined = head.map { $0.drop { $0 == " " } }.joined(separator: " ")
    #expect(joined == "some/folder/a-session.dpu:7:1: error: \(failure.message)")
    #expect(!failure.message.contains("\n"))
  }
}
