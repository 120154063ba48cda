import Foundation
import TestSupport
import Testing

@testable import Notebook

// Swift Testing has a type of this name, too.
import struct Notebook.Expectation

/// What students are asked before a cell is run.
struct ExpectationTests {
  private static func file(_ lines: String...) throws -> SessionFile {
    try SessionFile(
      text: ([SessionFile.header] + lines).joined(separator: "\n") + "\n", path: "x.dpu")
  }

  private static func value(_ cells: String...) throws -> Value? {
    var notebook = Notebook()
    var result: CellResult?
    for cell in cells { result = notebook.run(cell) }
    #expect(result?.failure == nil)
    return result?.value
  }

  private static func expectation(_ text: String) throws -> Expectation {
    try #require(try Expectation(line: "#? expect \(text)"))
  }

  @Test(arguments: [
    ("e number", "tensor [2.5]", "2.5", Expectation.Verdict.right),
    ("e number", "tensor(3.14159)", "3.1416", .right),
    // As far as the digits round, and a hundredth at most.
    ("e number", "tensor(3.14159)", "3.14", .right),
    ("e number", "tensor(3.14159)", "3.15", .wrong),
    ("e number", "tensor(1.477)", "1.48", .right),
    ("e number", "tensor(1.477)", "1.5", .wrong),
    ("e number", "tensor(9.767)", "10", .wrong),
    ("e number", "tensor(14772.)", "1.48e4", .right),
    ("e number", "tensor(14772.)", "1.47e4", .wrong),
    ("e number within=0", "tensor(3.14159)", "3.14", .wrong),
    ("e number within=0.01", "tensor(3.14159)", "3.15", .right),
    ("e number within=0.01", "tensor(3.14159)", "3.16", .wrong),
    ("e number", "tensor(31415.9)", "31417", .right),
    ("e number", "tensor(inf)", "inf", .right),
    ("e number", "tensor(inf)", "1", .wrong),
    ("e number", "tensor(nan)", "nan", .right),
    ("e number", "(ones(2, 2) == 1).sum()", "4", .right),
    ("e number", "3 > 2", "1", .right),
    ("e number", "tensor [1, 2]", "1", .incomparable),
    ("e number", "tensor [2.5]", "two", .wrong),
    ("e shape", "ones(2, 3)", "2 3", .right),
    ("e shape", "ones(2, 3).shape", "[2, 3]", .right),
    ("e shape", "ones(2, 3)", "2x3", .right),
    ("e shape", "ones(2, 3)", "(3, 2)", .wrong),
    ("e shape", "tensor(1.)", "[]", .right),
    ("e shape", "1 + 1", "1", .incomparable),
    ("e filters", "tensor [0, 1, 0]", "2, 0", .right),
    ("e filters", "tensor [0, 1, 0]", "1", .wrong),
    ("e filters", "tensor [1, 1]", "none", .right),
    ("e filters", "tensor [0, 1]", "0 x", .wrong),
    ("e filters", "tensor([3, 1, 2]).topk(2).indices", "0 2", .right),
    ("e filters", "tensor [0.5, 1]", "0", .incomparable),
  ])
  func verdicts(line: String, cell: String, answer: String, verdict: Expectation.Verdict) throws {
    let (value, asked) = try (Self.value(cell), Self.expectation(line))
    #expect(asked.verdict(on: answer, value: value) == verdict)
    let empty: Expectation.Verdict = verdict == .incomparable ? .incomparable : .empty
    #expect(asked.verdict(on: nil, value: value) == empty)
  }

  @Test func theTruthIsShownAsItPrints() throws {
    let sum = try Self.value("tensor([3.3])")
    #expect(try Self.expectation("e number").truth(in: sum)?.text == "3.3")
    let none = try Self.value("tensor [1, 1]")
    #expect(try Self.expectation("e filters").truth(in: none)?.text == "none")
    let count = try Self.value("(ones(4, 5) == 1).sum()")
    #expect(try Self.expectation("e number").truthText(in: count) == "20")
    #expect(try Self.expectation("e number").truthText(in: sum) == "3.3")
  }

  @Test func aQuestionBelongsToTheCellBelowIt() throws {
    let file = try Self.file(
      "# Prose.", "#? expect gone filters", "", "#? answer gone 0 1", "# More.",
      "#? expect sum number within=0.5", "mask 0.5", "forward")
    let cell = file.cells[0]
    #expect(cell.questions.map(\.expectation.name) == ["gone", "sum"])
    #expect(cell.questions.map(\.answer) == ["0 1", nil])
    #expect(cell.questions[1].expectation.tolerance == 0.5)
    #expect(file.cells[1].questions.isEmpty)
    let lecture = Lecture(file, in: Notebook(), outer: Notebook())
    #expect(lecture.pages[0].prose == ["# Prose.", "", "# More."])
    #expect(lecture.openQuestions.map(\.name) == ["sum"])
  }

  @Test(arguments: [
    (["#? expect x", "mask 0.5"], 2, "an expectation is '#? expect NAME KIND'"),
    (["", "#? expect x nummer", "mask 0.5"], 3, "'nummer' is not a kind of expectation: number,"),
    (["#? expect x number 3", "mask 0.5"], 2, "'3' is not part of"),
    (["#? expect x shape within=1", "mask 0.5"], 2, "'within=1' is not within=NUMBER"),
    (["#? expect x number within=-1", "mask 0.5"], 2, "'within=-1' is not within=NUMBER"),
    (["mask 0.5", "#? expect x number"], 3, "stands above the cell"),
    (["#? answer x 3", "mask 0.5"], 2, "there is no '#? expect x …'"),
    (
      ["#? expect x number", "mask 0.5", "#? expect x shape", "forward"], 4,
      "'x' is stated twice"
    ),
  ])
  func whatIsWrongHasItsPlace(lines: [String], line: Int, message: String) throws {
    let text = ([SessionFile.header] + lines).joined(separator: "\n")
    let error = #expect(throws: FileError.self) { try SessionFile(text: text, path: "x.dpu") }
    #expect(error?.place?.line == line)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    // In a script it is a comment as any other.
    #expect(throws: Never.self) {
      try SessionFile(text: lines.joined(separator: "\n"), path: "x.dpu")
    }
  }

  /// What is answered in a lecture is in the file that `save` writes, and is read from it.
  @Test func answersAreSaved() throws {
    let folder = try TemporaryFolder()
    let file = try Self.file(
      "conv 1 2 3", "# Which?", "#? expect gone filters", "#? answer gone 1", "mask 0.5")
    var lecture = Lecture(file, in: Notebook(), outer: Notebook())
    lecture.answer(try Self.expectation("gone filters"), with: "0")
    #expect(lecture.openQuestions.isEmpty)
    #expect(lecture.run()?.failure == nil && lecture.run()?.failure == nil)
    var notebook = lecture.opened
    #expect(notebook.run("save \(folder.path)/s.dpu").failure == nil)
    let saved = try folder.read("s.dpu")
    #expect(saved.contains("# Which?\n#? expect gone filters\n#? answer gone 0\nmask 0.5\n"))
    let again = try SessionFile(text: saved, path: "s.dpu")
    #expect(again.cells[1].questions.map(\.answer) == ["0"])
  }

  @Test func aPageAsks() throws {
    let file = try Self.file("#? expect <n> number", "#? answer <n> 1", "tensor [2.5]")
    let page = try HTMLExport().text(of: ReplayedFile(file, path: "x.dpu", files: .everything))
    #expect(
      page.contains(
        "<form class=\"expectation\" data-name=\"&lt;n&gt;\" data-kind=\"number\" "
          + "data-truth=\"2.5\" data-within=\"0.00025\" data-rounds><label>expect &lt;n&gt;, a number: "
          + "<input autocomplete=\"off\" value=\"1\"></label> <output></output></form>"))
    #expect(page.contains("<template data-name=\"x\"># dpu session 1\n#? expect &lt;n&gt; number"))
    #expect(!page.contains("<p>"), "a question is not prose")
    // The other documents ask too.
    let replayed = try ReplayedFile(file, path: "x.dpu", files: .everything)
    #expect(
      try MarkdownExport().text(of: replayed).contains("> expect &lt;n>, a number: 1\n"))
    #expect(try IpynbExport().text(of: replayed).contains("> expect &lt;n>, a number: 1"))
    #expect(try PythonExport().text(of: replayed).contains("\n# expect <n>, a number: 1\nprint("))
  }
}
