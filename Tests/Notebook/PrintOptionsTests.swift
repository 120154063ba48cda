import Testing

@testable import Notebook

struct PrintOptionsTests {
  private static func last(_ cells: String...) -> String? {
    var notebook = Notebook()
    var text: String?
    for cell in cells { text = notebook.run(cell).text }
    return text
  }

  @Test func whatIsNotNamedKeepsItsValue() {
    #expect(
      Self.last("printoptions precision=2", "printoptions sci_mode=true", "tensor [1.5]")
        == "tensor([1.50e+00])")
    #expect(
      Self.last(
        "printoptions precision=2 sci_mode=true", "printoptions sci_mode=auto", "tensor [1.5]")
        == "tensor([1.50])")
  }

  /// What it shows can be typed.
  @Test func aloneItShowsTheOptions() throws {
    let fresh = "printoptions precision=4 threshold=1000 edgeitems=3 linewidth=80 sci_mode=auto"
    #expect(Self.last("printoptions") == fresh)
    let changed = "printoptions precision=2 threshold=inf edgeitems=1 linewidth=20 sci_mode=false"
    #expect(Self.last(changed, "printoptions") == changed)
    #expect(Self.last(changed, fresh, "printoptions") == fresh)
  }

  @Test(arguments: [
    ("true", "true"), ("True", "true"), ("false", "false"), ("False", "false"), ("auto", "auto"),
    ("None", "auto"), ("none", "auto"),
  ])
  func wordsOfPythonAreTaken(word: String, meaning: String) throws {
    let text = try #require(Self.last("printoptions sci_mode=\(word)", "printoptions"))
    #expect(text.hasSuffix("sci_mode=\(meaning)"))
    #expect(Self.last("printoptions sci-mode=\(word)", "printoptions") == text)
  }

  /// As `torch.set_printoptions(profile=…)` of PyTorch 2.15.0 leaves its `PRINT_OPTS`.
  @Test(arguments: [
    ("default", "precision=4 threshold=1000 edgeitems=3 linewidth=80"),
    ("short", "precision=2 threshold=1000 edgeitems=2 linewidth=80"),
    ("full", "precision=4 threshold=inf edgeitems=3 linewidth=80"),
    ("full precision=2", "precision=2 threshold=inf edgeitems=3 linewidth=80"),
  ])
  func profilesAreAsInPyTorch(profile: String, options: String) {
    #expect(
      Self.last(
        "printoptions precision=7 sci_mode=true", "printoptions profile=\(profile)", "printoptions")
        == "printoptions \(options) sci_mode=true")
  }

  @Test func thresholdDecidesWhatIsSummarized() throws {
    let long = "input arange 1 1 1 1001"
    #expect(try #require(Self.last(long)).contains("..."))
    #expect(try !#require(Self.last("printoptions threshold=inf", long)).contains("..."))
    #expect(try !#require(Self.last("printoptions threshold=1001", long)).contains("..."))
    #expect(
      Self.last("printoptions threshold=5 edgeitems=2", "tensor [1, 2, 3, 4, 5, 6]")
        == "tensor([1., 2.,  ..., 5., 6.])")
  }

  @Test func lineWidthBreaksRows() {
    #expect(
      Self.last("printoptions linewidth=20", "tensor [1, 2, 3, 4, 5]")
        == "tensor([1., 2., 3.,\n        4., 5.])")
  }

  /// Numbers and tables are Python's and the notebook's own.
  @Test func epsilonIsNoTensor() {
    #expect(Self.last("printoptions precision=2", "conv 1 1 1;", "epsilon") == "1e-06")
  }

  /// Where it differs from PyTorch help says so.
  @Test func helpTellsOfScientificMode() throws {
    var notebook = Notebook()
    guard case .text(let text)? = notebook.run("help printoptions").reply else {
      Issue.record("no help")
      return
    }
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      words.contains(
        "What is not named keeps its value; in PyTorch sci_mode alone falls back to auto"))
  }
}
