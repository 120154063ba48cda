import Foundation
import TestSupport
import Testing

/// Questions in a lecture at a terminal, and the table of the answers.
struct ExpectationTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let lesson = """
    # dpu session 1
    # WHICH?
    seed 0; conv 1 2 1 bias=false; weight [[[[2]]], [[[3]]]];
    #? expect gone filters
    mask 0.5
    #> tensor([0., 1.])
    #? expect total number
    weight.sum().item()
    #> 5.0

    """

  @Test func aPersonIsAskedAndToldWhatCame() throws {
    let file = try folder.write(Self.lesson, to: "l.dpu")
    let terminal = try PseudoTerminal(
      Program.path, ["--step", file], environment: ["HOME": folder.path])
    terminal.send("\r\r\r")
    _ = try terminal.expect("mask 0.5")
    terminal.send("\r")
    _ = try terminal.expect("expect gone, the masked filters, such as 0 2, or none: ")
    terminal.send("one\r")
    _ = try terminal.expect("expect gone, not 'one' but the masked filters")
    terminal.send("1\r")
    _ = try terminal.expect("expected gone: 1 · it is 0")
    terminal.send(" ")
    _ = try terminal.expect("expect total, a number: ")
    terminal.send("\r")
    _ = try terminal.expect("5.0")
    terminal.send("q")
    _ = try terminal.expect("In [4]: ")
    terminal.enter("save \(folder.path)/mine.dpu")
    _ = try terminal.expect("saved 3 cells")
    terminal.enter("quit")
    #expect(try terminal.wait() == 0)
    #expect(
      try folder.read("mine.dpu").contains("#? expect gone filters\n#? answer gone 1\nmask 0.5\n"))
  }

  /// Nobody is asked where nobody can answer, and what is asked is not read out.
  @Test func aReplayGoesOn() throws {
    let file = try folder.write(Self.lesson, to: "l.dpu")
    let run = try Program.run(["replay", file])
    #expect(run.status == 0 && !run.output.contains("expect"))
    #expect(run.output.contains("In [2]: mask 0.5\nOut[2]: tensor([0., 1.])"))
    #expect(try Program.run(["check", file]).status == 0)
  }

  @Test func aTeacherGetsATable() throws {
    func file(_ name: String, _ gone: String, _ total: String) throws -> String {
      let text = Self.lesson.replacing("gone filters", with: "gone filters\(gone)")
        .replacing("total number", with: "total number\(total)")
      return try folder.write(text, to: name)
    }
    _ = try file("right.dpu", "\n#? answer gone 0", "\n#? answer total 5")
    _ = try file("wrong.dpu", "\n#? answer gone 1", "\n#? answer total five")
    _ = try file("empty.dpu", "", "")
    let run = try Program.run(
      ["check", "--report", "right.dpu", "wrong.dpu", "empty.dpu"], directory: folder.path)
    #expect(run.status == 0 && run.errors == "")
    #expect(
      run.output == """
        file       line  expectation  answer  shown  verdict
        right.dpu     6  gone         0       0      right
        right.dpu    10  total        5       5.0    right
        wrong.dpu     6  gone         1       0      wrong
        wrong.dpu    10  total        five    5.0    wrong
        empty.dpu     5  gone                 0      no answer
        empty.dpu     8  total                5.0    no answer

        right.dpu: 2 of 2 right
        wrong.dpu: 0 of 2 right
        empty.dpu: 0 of 2 right

        """)
    let none = try Program.run(["check", "--report", "none.dpu"], directory: folder.path)
    #expect(none.status == 4 && none.output == "")
  }
}
