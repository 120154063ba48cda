import Testing

@testable import Notebook

/// `audit` at the prompt.
struct AuditCommandTests {
  private func notebook(_ cells: String...) throws -> Notebook {
    var notebook = Notebook()
    for cell in cells {
      if let failure = notebook.run(cell).failure { throw failure }
    }
    return notebook
  }

  /// The line to type mends what was found.
  @Test(arguments: [
    ["conv 8 32 3 as m", "mask 0.5", "mask (1 - m.mask)"],
    ["conv 8 16 3 as m", "m.weight[3] = 0"],
    ["conv 8 32 3 as m", "prune random_structured 0.4 dim=0", "mask 0.5"],
    ["conv 8 32 3 as m", "prune random_structured 0.4 dim=1", "mask count=4 structure=channel"],
    ["conv 2 4 1 as m", "mask 0.5", "mask [0, 0, 0, 0] allow_empty=true"],
  ])
  func theRemedyMends(cells: [String]) throws {
    var notebook = Notebook()
    for cell in cells { #expect(notebook.run(cell).failure == nil) }
    let text = try #require(notebook.run("audit m").text)
    #expect(text.hasPrefix("finding: m: "))
    let line = try #require(text.firstMatch(of: /→ (.*)/)).output.1
    #expect(notebook.run(String(line)).failure == nil, "\(line)")
    let after = try #require(notebook.run("audit m").text)
    #expect(after.contains("nothing wrong was found"), "\(after)")
  }

  @Test func badInputIsPlaced() throws {
    let notebook = try notebook("net conv(1,4,3) relu as n", "conv 2 2 1 as m")
    for (cell, message) in [
      (
        "audit n «before=m»",
        "before= has no layer of the same name with a weight of the same shape"
      ),
      ("audit n «before=x»", "there is no name 'x'"),
    ] {
      let marked = Marked(cell)
      var copy = notebook
      let failure = try #require(copy.run(marked.source).failure)
      #expect(failure.message == "audit: \(message)")
      #expect(failure.range == marked.range)
    }
  }
}
