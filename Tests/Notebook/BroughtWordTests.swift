import TestSupport
import Testing

@testable import Notebook

/// Words that people bring from elsewhere get what to type here, and that works as it is typed.
struct BroughtWordTests {
  /// Sessions in one or another of which each cell of the table runs; no file is written.
  private static let sessions = [
    "conv 1 2 3 as m; input 1 1 4 4; forward; relu; backward; forward as y; relu",
    "conv 1 2 3 as conv1; linear 4 2; tensor [[1, 2]] as x; input ones 1 1 1 4; flatten input; "
      + "linear 4 2; forward input=output",
    "conv 1 2 3; prune 0.5; input 1 1 4 4; forward",
  ]

  private static func notebooks() -> [Notebook] {
    sessions.map { cells in
      var notebook = Notebook(files: FileAccess(reading: .folders([]), writing: .folders([])))
      let result = notebook.run(cells)
      #expect(result.failure == nil, "\(result.failure?.message ?? "")")
      return notebook
    }
  }

  /// Whether a cell runs in one of the sessions, or is refused only for the sake of the files.
  private static func runs(_ cell: String) -> Bool {
    notebooks().contains { notebook in
      var notebook = notebook
      let result = notebook.run(cell)
      return result.failure == nil || result.wasRefused
    }
  }

  /// The cell that a remedy ends with.
  private static func cell(_ remedy: String) -> String? {
    remedy.split(separator: "\n").last.flatMap { line in
      line.hasPrefix("write: ") ? String(line.dropFirst("write: ".count)) : nil
    }
  }

  @Test func noWordStandsTwice() {
    let words = BroughtWord.all.flatMap(\.words)
    #expect(Set(words).count == words.count)
  }

  /// Each word alone, in a fresh session and in one that has everything.
  @Test(arguments: BroughtWord.all.indices) func eachWordIsAnswered(index: Int) throws {
    let row = BroughtWord.all[index]
    for word in row.words where !CommandTable.verbs.contains(word) {
      for notebook in [Notebook(), Self.notebooks()[0]] {
        var notebook = notebook
        let failure = try #require(notebook.run(word).failure, "\(word)")
        let remedy = try #require(failure.remedy, "\(word)")
        #expect(remedy.hasPrefix(row.reason ?? "write: "), "\(word): \(remedy)")
        guard !row.cells.isEmpty else { continue }
        let cell = try #require(Self.cell(remedy), "\(word): \(remedy)")
        #expect(Self.runs(cell), "\(word): \(cell)")
      }
    }
  }

  @Test(arguments: [
    ("load s.dpu", "replay s.dpu"), ("source x", "replay x"), ("%run a.dpu", "replay a.dpu"),
    ("Conv2d(1, 2, kernel_size=(3, 3))", "conv 1 2 3"),
    ("nn.Conv2d(3, 8, 3, padding=1, bias=False)", "conv 3 8 3 padding=1 bias=False"),
    ("torch.nn.Conv2d(in_channels=1, out_channels=2, kernel_size=3)", "conv 1 2 3"),
    ("Conv2d 1 2 3", "conv 1 2 3"), ("nn.Linear(4, 2)", "linear 4 2"),
    ("MaxPool2d(2)", "maxpool 2"),
    ("nn.Conv2d(1, 2, 3, padding_mode='zeros')", "conv 1 2 3"),
    ("print grad", "grad"), ("print(grad)", "grad"), ("print(weight[0])", "weight[0]"),
    ("print(unknown)", "output"), ("echo weight", "weight"),
    ("set_printoptions", "printoptions"),
    ("torch.set_printoptions(precision=8)", "printoptions precision=8"),
    ("set_printoptions sci_mode=False", "printoptions sci_mode=False"),
    ("ln_structured 0.3", "prune 0.3"),
    (
      "prune.ln_structured(m, 'weight', amount=0.5, n=1, dim=0)",
      "prune ln_structured 0.5 n=1 dim=0 m"
    ),
    (
      "prune.ln_structured(m, name='weight', amount=1, n=float('inf'), dim=-1)",
      "prune ln_structured 0.5 n=1 dim=0"
    ),
    ("prune.l1_unstructured(m, 'weight', 3)", "prune l1_unstructured 3 m"),
    ("prune.l1_unstructured(m, 'bias', 3)", "prune l1_unstructured 0.5"),
    ("l1_unstructured 0.3", "prune l1_unstructured 0.3"),
    ("prune.is_pruned(m)", "prune is_pruned m"),
    ("prune.identity(m, 'weight')", "prune identity m"),
    ("manual_seed 3", "seed 3"), ("torch.manual_seed(3)", "seed 3"), ("seed(3)", "seed 3"),
    ("deepcopy m", "copy m as copied"), ("copy.deepcopy(m)", "copy m as copied"),
    ("randn 2 3", "randn(2, 3)"), ("empty 2 3", "zeros(2, 3)"), ("range 3", "arange(3)"),
    ("size weight", "weight.shape"), ("x3 = zeros", "x3 = zeros(2, 2)"),

    ("whos", "layers"), ("ls", "layers"), ("\\d", "layers"), ("%time forward", "time forward"),
    ("register_hook", "why"), ("m.register_forward_hook(f)", "why"),
    ("\\q", "quit"), (":q", "quit"), ("exit()", "exit"), ("quit()", "quit"), ("stop", "quit"),
    ("!ls", "help"), ("man", "help"), ("man conv", "help conv"), ("import torch", "help"),
    ("from torch import nn", "help"), ("with torch.no_grad():", "help"),

    ("c = nn.Conv2d(1, 2, 3)", "c = conv 1 2 3"),
    ("y2 = m(input)", "y2 = forward m input=input"), ("m(input)", "forward m input=input"),

    ("optimizer = optim.SGD(m.parameters(), lr=0.1)", "step 0.1"),

    ("_1", "Out[1]"),
    ("m.zero_grad()", "zero_grad m"), ("loss.backward()", "backward"),
    ("y.backward()", "backward y"),
    ("optimizer.step()", "step 0.1"), ("m.eval()", "eval m"), ("m.parameters()", "summary m"),

    ("forward()", "forward"), ("conv(1, 2, 3, padding=1)", "conv 1 2 3 padding=1"),
    ("adam 0.2", "step 0.2"),
    ("prune amount=0.5", "prune 0.5"), ("mask rate=0.5", "mask 0.5"),
    ("plt.imshow(weight)", "view weight"),
    ("while true", "repeat 2 { forward }"),
  ])
  func aStatementIsTranslated(typed: String, expected: String) throws {
    var notebook = Self.notebooks()[0]
    let failure = try #require(notebook.run(typed).failure)
    let cell = try #require(Self.cell(failure.remedy ?? ""), "\(failure.remedy ?? "none")")
    #expect(cell == expected)
    #expect(Self.runs(cell), "\(cell)")
  }

  @Test(arguments: ["clear", "cls"]) func aKeyClearsTheScreen(word: String) {
    var notebook = Notebook()
    #expect(notebook.run(word).failure?.remedy == "Ctrl-L clears the screen")
  }

  /// A command that exists speaks for itself, and so does a name.
  @Test func whatExistsIsNotTranslated() throws {
    var notebook = Notebook()
    #expect(notebook.run("tensor [1] as print; tensor [2] as loss").failure == nil)
    #expect(notebook.run("print").text == "tensor([1.])")
    #expect(notebook.run("loss 3").failure?.remedy == nil)
    #expect(
      notebook.run("mask 7").failure?.remedy
        == "a rate is the share of filters to mask: 0.5 masks half of them; count=7 so many")
    #expect(notebook.run("net(x)").failure?.remedy?.contains("net x") == false)
  }

  @Test func aFilesSessionIsReplayed() throws {
    let scratch = try Scratch()
    let path = try scratch.write("s.dpu", Array("tensor [1]\n".utf8))
    var notebook = Notebook()
    let remedy = try #require(notebook.run("load \(path)").failure?.remedy)
    guard case .replay? = notebook.run(try #require(Self.cell(remedy))).reply else {
      Issue.record("no replay")
      return
    }
  }

  /// However long it is, a statement is answered, and no line of the answer is too long.
  @Test func longStatementsAreAnswered() throws {
    var notebook = Notebook()
    let long = "print(" + String(repeating: "a + ", count: 100_000) + "b)"
    let failure = try #require(notebook.run(long).failure)
    #expect(failure.details(in: long).split(separator: "\n").allSatisfy { $0.count <= 80 })
  }
}
