import Testing

@testable import Notebook

/// What is for a shell and was typed at the prompt gets what to type here.
struct ProgramLineTests {
  private static func remedy(_ cell: String) -> String? {
    var notebook = Notebook()
    return notebook.run(cell).failure?.remedy
  }

  @Test(arguments: [
    ("dpu", "help"), ("dpu --help", "help"), ("dpu open", "help"), ("dpu nothing", "help"),
    ("dpu lesson first-steps", "lesson first-steps"), ("dpu lesson", "lessons"),
    ("dpu lessons", "lessons"), ("dpu replay x.dpu", "replay x.dpu"),
    ("dpu replay --step x.dpu", "replay x.dpu step"),
    ("dpu x.dpu --step --from 3", "replay x.dpu step"),
    ("dpu step x.dpu", "replay x.dpu step"), ("dpu < x.dpu", "replay x.dpu"),
    (".build/release/dpu lesson first-steps", "lesson first-steps"),
    ("./dpu x.dpu", "replay x.dpu"),
    ("$ dpu lessons", "lessons"), ("dpu 'my file.dpu'", "replay \"my file.dpu\""),
    ("dpu conv 1 2 3", "conv 1 2 3"), ("dpu step 0.1", "step 0.1"),
    ("dpu -c 'conv 1 2 3; mask 0.5'", "conv 1 2 3; mask 0.5"),
    ("dpu -c \"conv 1 2 3\" -c mask", "conv 1 2 3; mask"),
  ]) func theSameIsTypedHere(line: String, cell: String) {
    #expect(Self.remedy(line) == "this is dpu\nwrite: \(cell)")
  }

  @Test(arguments: [
    (
      "dpu check x.dpu", "dpu check is for a shell", "replay shows what a file gives",
      "replay x.dpu"
    ),
    ("check --report x.dpu", "dpu check is", "replay shows", "replay x.dpu"),
    (
      "dpu record --yes x.dpu", "dpu record is for a shell", "save writes this session",
      "save x.dpu"
    ),
    ("record x.dpu", "dpu record is", "save writes", "save x.dpu"),
    ("dpu import a/b.ipynb", "dpu import is for a shell", "replay runs", "replay a/b.dpu"),
    ("import b.py -o c.dpu", "nothing is imported", "", "help"),
    ("import b.py", "dpu import is", "replay runs", "replay b.dpu"),
    ("dpu import b.py -o c.dpu", "dpu import is", "replay runs", "replay c.dpu"),
    ("import torch.nn", "nothing is imported", "", "help"),
    ("dpu export x.dpu --to ipynb", "export writes this session", "", "export x.ipynb"),
    ("dpu export x.dpu -o y.md", "export writes", "suffix", "export y.md"),
    ("export --to html --overwrite", "export writes", "", "export session.html overwrite=true"),
    ("replay x.dpu --step", "commands take no options", "", "replay x.dpu step"),
    ("save --overwrite x.dpu", "commands take no", "", "save x.dpu overwrite=true"),
    ("lesson first-steps --from 3", "in a lesson the key g", "", "lesson first-steps"),
  ]) func whatIsForAShellSaysSo(line: String, start: String, middle: String, cell: String) {
    let remedy = Self.remedy(line) ?? ""
    #expect(remedy.hasPrefix(start) && remedy.hasSuffix("\nwrite: \(cell)"), "\(remedy)")
    #expect(middle.isEmpty || remedy.contains(middle), "\(remedy)")
  }

  @Test(arguments: ["dpu --resume", "resume", "--resume", "dpu --version"])
  func someHaveNoCellHere(line: String) {
    let remedy = Self.remedy(line) ?? ""
    #expect(remedy.hasPrefix("dpu --") && remedy.contains("is for a shell"), "\(remedy)")
    #expect(!remedy.contains("write:"))
  }

  /// A name is the session's own, and a long line no shell's.
  @Test func whatIsNoLineOfAShellIsLeftAlone() {
    var notebook = Notebook.after(["dpu = 3"])
    #expect(notebook.run("dpu check x").failure?.remedy?.contains("shell") != true)
    #expect(Self.remedy("dpu " + String(repeating: "x ", count: 200))?.contains("this is") != true)
    #expect(Self.remedy("lesson nothing-like-it")?.contains("this is dpu") != true)
    #expect(Self.remedy("check = ones 2")?.hasSuffix("write: check = ones(2)") == true)
    #expect(Self.remedy("rerun --3")?.contains("this is dpu") != true)
    #expect(Self.remedy("undo -3")?.contains("this is dpu") != true)
  }
}
