import Language
import Testing

@testable import Notebook

/// A script that is a transcript is read without its prompts and outputs.
struct ScriptLinesTests {
  private static let transcript = """
    # A first look

    (ins)In [1]: tensor [1,
       ...:   2]
    Out[1]: tensor([1., 2.])

    >>> relu
    """

  @Test func theFirstCellDecides() {
    var script = ScriptLines()
    let texts = Self.transcript.lines.map { script.take($0) }
    #expect(texts == ["# A first look", "", "tensor [1,", "  2]", nil, nil, "relu"])
    #expect(script.isTranscript)
    #expect(script.prompts == [3: 13, 4: 8, 7: 4])
  }

  /// What stands on a screen above the first prompt may be copied along.
  @Test(arguments: [
    "Python 3.13.5 (main) [GCC 14.2.0] on linux\nType \"help\", \"copyright\", \"credits\"",
    "Python 3.12.1 (main)\nType 'copyright' for more\nIPython 8.35.0 -- An enhanced Python",
    "$ dpu\ndpu 1.0.0: pruned convolutions\nTry: conv 1 2 3",
  ]) func greetingsAreNoCells(greeting: String) {
    var script = ScriptLines()
    for line in greeting.lines { #expect(script.take(line) == nil, "\(line)") }
    #expect(script.take("") == "" && script.take(">>> relu") == "relu")
    #expect(script.isTranscript && script.take("dpu 1") == nil)
    var plain = ScriptLines()
    #expect(plain.take("dpu lesson x") == "dpu lesson x" && plain.take("$ ls") == "$ ls")
  }

  /// A cell that somebody began as a shell's line is not lost.
  @Test(arguments: ["$ conv 1 2 3", "$ ls", "$ dpux", "dpu lesson x", "IPython"])
  func whatBeginsNoProgramIsACell(line: String) {
    var script = ScriptLines()
    #expect(script.take(line) == line && script.take("relu") == "relu")
  }

  @Test func anyOtherScriptStaysAsItIs() {
    var script = ScriptLines()
    for line in ["# prose", "conv 1 2 3", "In [2]: relu", "... x", "Out[2]: y", "#> z"] {
      #expect(script.take(line) == line)
    }
    #expect(!script.isTranscript && script.prompts.isEmpty)
  }

  /// Numbers of lines are those of the file, behind the interpreter line too.
  @Test(arguments: ["", "#!/usr/bin/dpu\n", "\u{feff}"])
  func filesOfItHaveCells(first: String) throws {
    let file = try SessionFile(text: first + Self.transcript, path: "t")
    let offset = first.hasSuffix("\n") ? 1 : 0
    #expect(file.cells.map(\.source) == ["tensor [1,\n  2]", "relu"])
    #expect(file.cells.map(\.line) == [3 + offset, 7 + offset])
    #expect(file.script.isTranscript && file.script.prompts[7 + offset] == 4)
  }

  /// A session file has no prompts: what looks like one is an error that says so.
  @Test func aSessionFileIsNoTranscript() throws {
    let file = try SessionFile(text: "# dpu session 1\nIn [1]: relu\n", path: "t")
    #expect(file.cells.map(\.source) == ["In [1]: relu"])
    #expect(!file.script.isTranscript)
  }

  @Test(arguments: [
    ("In [2]: mask 0.5", "'In [2]:' comes from a transcript\nwrite: mask 0.5"),
    (" (ins)In [2]: relu", "'(ins)In [2]:' comes from a transcript\nwrite: relu"),
    (">>> relu", "'>>>' comes from a transcript\nwrite: relu"),
    ("   ...: relu", "'...:' comes from a transcript\nwrite: relu"),
    ("... relu", "'...' comes from a transcript\nwrite: relu"),
    ("In [2]:", "'In [2]:' comes from a transcript: leave it out"),
    ("Out[1]: tensor([1.])", "'Out[1]:' comes from a transcript: leave it out"),
    ("tensor [1,\n   ...: 2]", "'...:' comes from a transcript: leave it out"),
    ("In [2]: tensor [1,\n2]", "'In [2]:' comes from a transcript: leave it out"),
  ]) func aPromptElsewhereIsNamed(cell: String, remedy: String) {
    var notebook = Notebook()
    #expect(notebook.run(cell).failure?.remedy == remedy)
  }

  @Test func dotsOfAPrintedArrayAreNoPrompt() {
    var notebook = Notebook()
    #expect(
      notebook.run("tensor [[1],\n ...\n [2]]").failure?.remedy?.contains("transcript") != true)
  }
}
