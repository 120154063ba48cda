import Notebook
import TestSupport
import Testing

/// Random scripts: what the notebook displays is what PyTorch 1.13.1 prints.
struct TranscriptFixtureTests {
  struct Script: Decodable, Sendable, CustomTestStringConvertible {
    let kind: String
    let cells: [String]
    let text: [String]
    var testDescription: String { "\(kind): \(cells.first ?? "")" }
  }

  struct Content: Decodable { let transcripts: [Script] }

  private static let scripts: [Script] =
    ((try? Fixture.read("transcripts")) as Content?)?.transcripts ?? []

  @Test func thereAreScriptsOfEveryKind() {
    let kinds = Dictionary(grouping: Self.scripts, by: \.kind).mapValues(\.count)
    #expect(kinds == ["demo": 60, "small": 45, "wide": 3, "steps": 12])
  }

  @Test(arguments: scripts) func displaysWhatPyTorchPrints(_ script: Script) throws {
    var notebook = Notebook()
    var shown: [String] = []
    for cell in script.cells {
      let result = notebook.run(cell)
      if let failure = result.failure { Issue.record("\(cell): \(failure.message)") }
      if let text = result.text { shown.append(text) }
    }
    let found = shown.joined(separator: "\n")
    #expect(TextDifference(found, script.text.joined(separator: "\n")) == nil)
  }
}
