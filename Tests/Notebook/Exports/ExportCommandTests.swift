import Foundation
import TestSupport
import Testing

@testable import Notebook

/// What `export` writes, and where.
struct ExportCommandTests {
  @Test func aFileWithoutATitleIsCalledByItsName() throws {
    let file = try ReplayedFile(
      SessionFile(text: "tensor [1]", path: "a/my lesson.dpu"), path: "a/my lesson.dpu",
      files: .everything)
    #expect(try HTMLExport().text(of: file).contains("<h1>my lesson</h1>"))
    #expect(try MarkdownExport().text(of: file).hasPrefix("# my lesson\n"))
    let folder = try TemporaryFolder()
    var notebook = Notebook.after(["tensor [1]", "export \(folder.path)/notes.md"])
    #expect(try folder.read("notes.md").hasPrefix("# notes\n"))
    #expect(notebook.run("export \(folder.path)/.md").failure == nil)
    #expect(try folder.read(".md").hasPrefix("# .md\n"))
  }

  /// What was saved is not saved again, and needs no rights for that.
  @Test func anExportWritesNothingElse() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/w.npy"
    var notebook = Notebook.after([
      "w = tensor([1.]);", "save \(path) w", "w = tensor([2.]);", "save \(path) w overwrite=true",
    ])
    let bytes = try Data(contentsOf: URL(filePath: path))
    #expect(notebook.run("export \(folder.path)/s.md").failure == nil)
    #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
    #expect(try folder.read("s.md").contains("float32 [1]"))
    let file = try SessionFile(text: "w = 1;\nsave \(folder.path)/none.npy w", path: "x.dpu")
    _ = try ReplayedFile(file, path: "x.dpu", files: .nothing)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/none.npy"))
  }

  @Test func theCommandWritesWhatTheSessionShows() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/s.html"
    var notebook = Notebook.after(["conv 1 2 3", "mask 0.5"])
    #expect(notebook.run("nonsense").failure != nil)
    notebook.expectRefused(
      "export «\(folder.path)/s.doc»", "names no format: one of", "export lecture.html")
    #expect(notebook.run("export \(path)").failure == nil)
    let first = try folder.read("s.html")
    #expect(first.contains("mask 0.5") && !first.contains("nonsense"))
    #expect(notebook.run("weight;").failure == nil)
    #expect(notebook.run("export \(path)").failure == nil, "what was exported may be replaced")
    _ = try folder.write("mine", to: "s.html")
    #expect(
      notebook.run("export \(path)").failure?.remedy == "overwrite=true after the name replaces it")
    #expect(try folder.read("s.html") == "mine")
    #expect(notebook.run("export \(path) overwrite=true").failure == nil)
    #expect(try folder.read("s.html").contains("weight;"))
    var inner = notebook.entering(folder.path + "/s.dpu")
    #expect(inner.run("export \(path) overwrite=true").failure?.isRefusal == true)
  }
}
