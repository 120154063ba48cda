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
}
