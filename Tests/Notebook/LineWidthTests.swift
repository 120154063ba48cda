import TestSupport
import Testing

@testable import Notebook

/// What is read at a terminal of 80 columns fits there: help, tables, and what errors advise.
struct LineWidthTests {
  private func expectFits(_ text: String, _ source: String) {
    for line in text.split(separator: "\n") {
      #expect(line.count <= 80, "\(source): \(line.count) columns: \(line)")
    }
  }

  private func help(_ verb: String) throws -> String {
    var notebook = Notebook()
    guard case .text(let text)? = notebook.run("help \(verb)").reply else {
      Issue.record("help \(verb) shows no text")
      return ""
    }
    return text
  }

  @Test func helpFits() throws {
    for verb in [""] + Help.topics + CommandTable.verbs {
      expectFits(try help(verb), "help \(verb)")
    }
  }

  @Test func paragraphsOfHelpAreFilled() throws {
    #expect(
      try help("input").contains(
        """
        N images of C channels, H rows and W columns, or without N one image alone, as
        PyTorch takes it too: drawn (torch.randn), or ones, zeros, or arange (0, 1, 2,
        … in row-major order); or given as a literal, or as the value of a reference.
        With requires_grad=true its gradient is computed too: input.grad shows it.
        """))
  }

  @Test func aFormThatIsTooLongHangs() throws {
    let usage = "  conv IN OUT K [stride=…] [padding=…] [dilation=…] [groups=…] [bias=…]\n"
    #expect(try help("conv").hasPrefix(usage + "      [as NAME]\n\n"))
  }

  /// Each verb with too much, too little, and the wrong things.
  @Test func whatErrorsAdviseFits() {
    let arguments = ["", " a b c d e f", " 1 2 3 4 5 6", " [1] [1] [1]", " zz=3", " x as", " x.y"]
    for verb in CommandTable.verbs {
      for argument in arguments {
        // `save` would write into the folder where the tests run.
        var notebook = Notebook(files: FileAccess(reading: .folders([]), writing: .folders([])))
        let source = verb + argument
        guard let failure = notebook.run(source).failure else { continue }
        expectFits(failure.details(in: source), source)
      }
    }
  }

  /// The names of a network's parameters leave no room for every column.
  @Test func gradcheckFitsForNetworks() throws {
    var notebook = Notebook()
    for cell in [
      "net conv(1,20,5) relu maxpool(2) flatten linear(80,10) as some_long_network",
      "input 1 1 8 8;", "mask 0.5;", "forward;",
    ] { #expect(notebook.run(cell).failure == nil) }
    let text = try #require(notebook.run("gradcheck elements=3").text)
    expectFits(text, "gradcheck")
    for column in ["checked", "elements", "largest error", "meant", "kinks"] {
      #expect(text.split(separator: "\n").first?.contains(column) == true)
    }
    // Where there is room, nothing is left out.
    for cell in ["conv 1 2 3 as c", "input ones 1 1 3 3;", "forward;"] { _ = notebook.run(cell) }
    #expect(try #require(notebook.run("gradcheck").text).contains("shape"))
  }

  @Test func severalFormsStandBelowEachOther() throws {
    var notebook = Notebook()
    let source = "maxpool"
    let failure = try #require(notebook.run(source).failure)
    let expected = """
        maxpool
               ^
        usage: maxpool K [stride=…] [padding=…] [dilation=…]
               maxpool K TENSOR [stride=…] [padding=…] [dilation=…] [as NAME]
      """
    #expect(TextDifference(failure.details(in: source), expected) == nil)
    let short = try #require(notebook.run("relu x y").failure)
    #expect(short.remedy == "usage: relu  |  relu TENSOR [as NAME]")
  }

  @Test func tablesFit() throws {
    var notebook = Notebook()
    for cell in [
      "conv 1 2 3 padding=1 bias=false", "batchnorm 1",
      "net conv(1,20,11,stride=2,padding=5,bias=false) batchnorm(20) relu flatten as network",
      "forward;", "layers", "summary", "filters",
    ] {
      let result = notebook.run(cell)
      #expect(result.failure == nil, "\(cell)")
      // A layer is shown as PyTorch shows it.
      if !cell.hasPrefix("net"), !cell.hasPrefix("batchnorm") {
        expectFits(result.text ?? "", cell)
      }
    }
    let table = try #require(notebook.run("layers").text)
    // Sizes in parentheses are not torn apart.
    #expect(table.contains("kernel_size=(11, 11),"))
    #expect(table.split(separator: "\n").count > 7)
  }
}
