import Foundation
import Language
import TestSupport
import Testing

@testable import Notebook

/// Session files written before there were expressions and loops are read as before: those in
/// `Fixtures/old-grammar` are the first twelve lessons as they were then, and are never changed.
@Suite struct OldGrammarTests {
  static let folder = Fixture.tests.appendingPathComponent("Fixtures/old-grammar")

  static let names = [
    "batch-normalization", "blocked-or-passed", "constant-and-relu", "does-it-come-back",
    "first-steps", "gradient-without-weights", "kernel-gradient", "max-pooling",
    "published-notebook", "the-check-that-must-fail", "two-layers", "which-loss",
  ]

  @Test(arguments: names) func oldFilesGiveWhatTheyRecord(_ name: String) throws {
    let text = try String(
      contentsOf: Self.folder.appendingPathComponent("\(name).dpu"), encoding: .utf8)
    let file = try SessionFile(text: text, path: "\(name).dpu")
    #expect(file.cells.count > 15)
    var notebook = Notebook().entering("\(name).dpu")
    for cell in file.cells {
      let result = notebook.run(cell.source)
      #expect(try result.record == cell.record, "\(name).dpu:\(cell.line)")
    }
  }

  /// None is forgotten here.
  @Test func allFilesOfTheFolderAreReplayed() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(files.sorted() == Self.names.map { $0 + ".dpu" })
  }
}
