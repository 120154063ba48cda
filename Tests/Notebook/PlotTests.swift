import Reports
import Testing

@testable import Notebook

/// `plot`: what it takes, what it calls the series, and where these stand.
struct PlotTests {
  private static func lines(_ cells: String...) -> [Substring] {
    var notebook = Notebook()
    for cell in cells.dropLast() {
      let failure = notebook.run(cell).failure
      #expect(failure == nil, "\(cell): \(failure?.message ?? "")")
    }
    let result = notebook.run(cells[cells.count - 1])
    #expect(result.failure == nil, "\(result.failure?.message ?? "")")
    return result.text?.split(separator: "\n") ?? []
  }

  /// What is recorded has 72 columns and 18 lines, whatever is drawn.
  @Test(arguments: [
    "plot rand(50)", "plot rand(50, 3) kind=bars", "plot rand(7) x=rand(7) log=xy title=\"a b\"",
    "plot histc(randn(500), 20) kind=bars", "plot [1, nan, inf, 2]", "plot tensor([True, False])",
    "plot [1e30, 2e30] title=title", "plot arange(100000)", "plot (rand(9) * 1e-7) rand(9)",
  ])
  func aFileGets72Columns(cell: String) {
    let lines = Self.lines(cell)
    #expect(lines.count == 18)
    #expect(lines.allSatisfy { $0.count <= 72 })
    #expect((70...72).contains(lines.map(\.count).max() ?? 0))
  }

  @Test(arguments: [
    ("plot a", "a"), ("plot a b", "o a   x b"), ("plot a (b * 2)", "o a   x (b * 2)"),
    ("plot w", "o w[:, 0]   x w[:, 1]"),
    ("plot w a", "o w[:, 0]   x w[:, 1]   + a"), ("plot [1, 2] [3, 4]", "o series 1   x series 2"),
    ("plot histc(a, 3) histc(b, bins=3) kind=bars", "⣿⣿ histc(a, 3)   ⢕⢕ histc(b, bins=3)"),
    ("plot [a[0], b[1]]", "[a[0], b[1]]"), ("plot tensor([1, 2]) title=\"two words\"", "two words"),
  ])
  func seriesAreCalledWhatTheyAre(cell: String, legend: String) {
    let lines = Self.lines("a = rand(3); b = rand(3); w = rand(3, 2)", cell)
    #expect(lines.first?.drop { $0 == " " } == legend[...])
  }

  @Test func columnsOfALoopHaveItsWords() {
    let loop = "for i in range(40) { [i * 2, i / 4] } as curve"
    #expect(Self.lines(loop, "plot curve").first?.hasSuffix("o i * 2   x i / 4") == true)
    #expect(
      Self.lines(loop, "a = rand(40)", "plot curve a").first?
        .hasSuffix("o curve: i * 2   x curve: i / 4   + a") == true)
  }

  /// `save` numbers the cells anew, and what it has recorded must show again.
  @Test func theNumberOfACellIsNoName() {
    #expect(Self.lines("ones(3)", "plot Out[1]").first?.hasSuffix("Out") == true)
    #expect(
      Self.lines("ones(3, 2)", "plot Out[1]").first?.hasSuffix("o Out[:, 0]   x Out[:, 1]") == true)
    #expect(
      Self.lines("ones(3)", "2 * Out[1]", "plot Out[1] Out[2]").first?
        .hasSuffix("o Out (1)   x Out (2)") == true)
    // A message says what was typed.
    var notebook = Notebook.after(["ones(2, 2, 2)"])
    #expect(notebook.run("plot Out[1]").failure?.message.contains("Out[1]") == true)
  }

  /// The values of a `for` are the places of what it has made: by its name, another name, `_`,
  /// `Out[n]`, after undo and redo, and in a state that is rebuilt.
  @Test func theValuesOfALoopArePlaces() {
    let loop = "for rate in 0.25 0.5 0.75 { rate * 4 } as curve"
    func check(_ lines: [Substring]) {
      #expect(lines.suffix(2).first?.hasSuffix("┬ rate") == true)
      #expect(lines.last?.split(separator: " ") == ["0.25", "0.5", "0.75"])
    }
    check(Self.lines(loop, "plot curve"))
    check(Self.lines(loop, "plot _"))
    check(Self.lines(loop, "plot Out[1]"))
    check(Self.lines(loop, "other = curve", "plot other"))
    var notebook = Notebook()
    for cell in [loop, "curve = 3", "undo"] { #expect(notebook.run(cell).failure == nil) }
    check(notebook.run("plot curve").text?.split(separator: "\n") ?? [])
    // What is computed from it value by value too; what is not as long stands at 0, 1, …
    check(Self.lines(loop, "plot (curve + 0)"))
    check(Self.lines(loop, "plot (curve * 2 - curve)"))
    #expect(
      Self.lines(loop, "plot cat([curve, curve[:1]])").last?.split(separator: " ").first == "0")
    // With x= it stands where it is told.
    #expect(
      Self.lines(loop, "plot curve x=[1, 2, 3]").last?.split(separator: " ") == ["1", "2", "3"])
    #expect(Self.lines(loop, "plot curve x=[1, 2, 3]").suffix(2).first?.hasSuffix("┬") == true)
    #expect(
      Self.lines(loop, "e = [1, 2, 3]", "plot curve x=e").suffix(2).first?.hasSuffix("┬ e") == true)
  }

  @Test func wordsAndTensorsOfALoopArePlaces() {
    #expect(
      Self.lines("for s in \"ones\" \"zeros\" { rand(1) } as v", "plot v kind=bars")
        .last?.split(separator: " ") == ["ones", "zeros"])
    #expect(
      Self.lines("for r in linspace(0, 1, 40) { r * r } as v", "plot v").suffix(2).first?
        .hasSuffix("┬ r") == true)
    #expect(
      Self.lines("for i in range(100) { i } as v", "for i in range(100) { i * 2 } as w", "plot v w")
        .suffix(2).first?.hasSuffix(" i") == true)
    #expect(
      Self.lines("for i in range(9) { i } as v", "for j in range(1, 10) { j } as w", "plot v w")
        .last?.split(separator: " ").first == "0")
  }

  /// A loop's value is a tensor like any other, though more is known of it.
  @Test func aLoopsValueIsATensor() {
    var notebook = Notebook()
    _ = notebook.run("for i in range(3) { i / 2 } as curve")
    for (cell, text) in [
      ("curve", "tensor([0.0000, 0.5000, 1.0000])"), ("curve[1]", "tensor(0.5000)"),
      ("curve.grad", "None"), ("curve.shape", "torch.Size([3])"), ("curve.sum()", "tensor(1.5000)"),
      ("curve[-1].item()", "1.0"), ("curve.requires_grad", "False"),
    ] {
      #expect(notebook.run(cell).text == text, "\(cell)")
    }
    #expect(notebook.run("curve[3]").failure?.message.contains("out of") == true)
    #expect(notebook.run("curve = curve * 2; diff").failure != nil)
    _ = notebook.run("curve = curve * 2")
    guard case .text(let difference)? = notebook.run("diff").reply else {
      Issue.record("diff shows nothing")
      return
    }
    #expect(difference.contains("curve"))
  }

  @Test(arguments: [
    ("plot a y=b", "series stand first"), ("plot a bins=3", "histc(w, 20)"),
    ("plot a logy=true", "log=y"), ("plot a lab=1", "usage: plot Y …"),
  ]) func keysOfOthersAreAnswered(cell: String, remedy: String) {
    var notebook = Notebook()
    _ = notebook.run("a = rand(3); b = rand(3)")
    #expect(notebook.run(cell).failure?.remedy?.contains(remedy) == true)
  }

  /// A plot is no tensor, and can be shown again by its name.
  @Test func aPlotHasAName() {
    var notebook = Notebook()
    let shown = notebook.run("plot [1, 4, 9] as p").text
    #expect(shown != nil && notebook.run("p").text == shown && notebook.run("_").text == shown)
    #expect(notebook.run("p + 1").failure?.message.contains("a plot") == true)
    #expect(notebook.run("plot p").failure?.message == "plot: 'p' is a plot, not a tensor")
  }

  /// What changes the order of characters never reaches a terminal.
  @Test func aTitleIsVisible() {
    #expect(Self.lines("plot [1, 2] title=\"a\u{202e}b\"").first?.hasSuffix("a\u{fffd}b") == true)
  }
}
