import Testing

@testable import Notebook

/// `audit` at the prompt.
struct AuditCommandTests {
  /// The line to type mends what was found.
  @Test(arguments: [
    ["conv 8 32 3 as m", "mask 0.5", "mask (1 - m.mask)"],
    ["conv 8 16 3 as m", "m.weight[3] = 0"],
    ["conv 8 32 3 as m", "prune random_structured 0.4 dim=0", "mask 0.5"],
    ["conv 8 32 3 as m", "prune random_structured 0.4 dim=1", "mask count=4 structure=channel"],
    ["conv 2 4 1 as m", "mask 0.5", "mask [0, 0, 0, 0] allow_empty=true"],
  ])
  func theRemedyMends(cells: [String]) throws {
    var notebook = Notebook.after(cells)
    let text = try #require(notebook.run("audit m").text)
    #expect(text.hasPrefix("finding: m: "))
    let line = try #require(text.firstMatch(of: /→ (.*)/)).output.1
    #expect(notebook.run(String(line)).failure == nil, "\(line)")
    let after = try #require(notebook.run("audit m").text)
    #expect(after.contains("nothing wrong was found"), "\(after)")
  }

  /// What before= masked is masked again.
  @Test(arguments: [
    "mask 0.5 m", "mask 0.5 structure=kernel m", "mask 0.5 block=2x9 m", "prune 0.5 m",
  ])
  func theEarlierMaskComesBack(mask: String) throws {
    var notebook = Notebook.after(["conv 8 32 3 as m", "copy m as later", mask])
    let text = try #require(notebook.run("audit later before=m").text)
    #expect(text.hasPrefix("finding: later: mask not kept: "))
    let line = try #require(text.firstMatch(of: /→ (.*)/)).output.1
    #expect(notebook.run(String(line)).failure == nil, "\(line)")
    #expect(notebook.run("audit later before=m").text?.contains("nothing wrong") == true)
  }

  @Test func badInputIsPlaced() throws {
    let notebook = Notebook.after(["net conv(1,4,3) relu as n", "conv 2 2 1 as m"])
    notebook.expectRefused(
      "audit n «before=m»", "before= has no layer of the same name", "copy NET as dense")
    notebook.expectRefused("audit n «before=x»", "there is no name 'x'", nil)
  }
}
