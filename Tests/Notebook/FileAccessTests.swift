import Foundation
import Testing

@testable import Notebook

struct FileAccessTests {
  @Test func everythingIsAllowedToAPerson() throws {
    let scratch = try Scratch()
    let path = scratch.file("a.dpu")
    try FileAccess.everything.write("x", to: path)
    #expect(try FileAccess.everything.read(path) == "x")
  }

  @Test func foldersAreAllowedWithWhatIsBelowThem() throws {
    let scratch = try Scratch()
    let inside = try scratch.write("in/deep/a", "x".utf8)
    let outside = try scratch.write("out/a", "x".utf8)
    let beside = try scratch.write("inner/a", "x".utf8)
    let access = FileAccess(
      reading: .folders([scratch.file("in")]), writing: .folders([scratch.file("in/deep")]))
    #expect(try access.read(inside) == "x")
    #expect(throws: FileError.readRefused(outside)) { try access.read(outside) }
    #expect(throws: FileError.readRefused(beside)) { try access.read(beside) }
    try access.write("y", to: inside)
    try access.write("y", to: scratch.file("in/deep/new"))
    let above = scratch.file("in/new")
    #expect(throws: FileError.writeRefused(above)) { try access.write("y", to: above) }
    #expect(throws: FileError.writeRefused(outside)) { try access.write("y", to: outside) }
    #expect(try String(contentsOfFile: outside, encoding: .utf8) == "x")
  }

  @Test func dotsAndLinksLeadNowhere() throws {
    let scratch = try Scratch()
    let outside = try scratch.write("out/a", "x".utf8)
    try scratch.write("in/b", "x".utf8)
    let folder = scratch.file("in")
    let access = FileAccess(reading: .folders([folder]), writing: .folders([folder]))
    let dotted = "\(folder)/../out/a"
    #expect(throws: FileError.readRefused(dotted)) { try access.read(dotted) }
    #expect(throws: FileError.writeRefused(dotted)) { try access.write("y", to: dotted) }
    let newDotted = "\(folder)/../out/new"
    #expect(throws: FileError.writeRefused(newDotted)) { try access.write("y", to: newDotted) }
    #expect(try access.read("\(folder)/../in/b") == "x")
    let link = "\(folder)/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: outside)
    #expect(throws: FileError.readRefused(link)) { try access.read(link) }
    #expect(throws: FileError.writeRefused(link)) { try access.write("y", to: link) }
    let folderLink = "\(folder)/folder"
    try FileManager.default.createSymbolicLink(
      atPath: folderLink, withDestinationPath: scratch.file("out"))
    #expect(throws: FileError.readRefused("\(folderLink)/a")) {
      try access.read("\(folderLink)/a")
    }
    #expect(throws: FileError.writeRefused("\(folderLink)/new")) {
      try access.write("y", to: "\(folderLink)/new")
    }
    #expect(try String(contentsOfFile: outside, encoding: .utf8) == "x")
    #expect(!TextFile.exists(scratch.file("out/new")))
  }

  /// A link to nowhere must not create a file outside.
  @Test func aDanglingLinkWritesNothingOutside() throws {
    let scratch = try Scratch()
    try scratch.write("in/b", "x".utf8)
    let folder = scratch.file("in")
    let access = FileAccess(reading: .folders([folder]), writing: .folders([folder]))
    let link = "\(folder)/link"
    let target = scratch.file("new")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    _ = try? access.write("y", to: link)
    #expect(!TextFile.exists(target))
  }

  @Test func noFolderAllowsNothing() throws {
    let scratch = try Scratch()
    let path = try scratch.write("a", "x".utf8)
    let access = FileAccess(reading: .folders([]), writing: .folders([]))
    #expect(throws: FileError.readRefused(path)) { try access.read(path) }
    #expect(throws: FileError.writeRefused(path)) { try access.write("y", to: path) }
    #expect(FileError.readRefused(path).isRefusal)
    #expect(FileError.writeRefused(path).isRefusal)
    #expect(!FileError.notFound(path).isRefusal)
  }

  /// The cells of a file may read its folder and write nothing; behind them all is as before.
  @Test func aNotebookEntersAndLeavesAFile() throws {
    let scratch = try Scratch()
    let path = try scratch.write("a.dpu", "tensor [1]\n".utf8)
    let outer = Notebook()
    var inner = outer.entering(path)
    let target = scratch.file("saved.dpu")
    let result = inner.run("save \"\(target)\"")
    #expect(result.wasRefused)
    #expect(result.failure?.message == "save: a session from a file may not write '\(target)'")
    #expect(
      inner.run("replay \"\(path)\"").failure?.message
        == "replay: a session file cannot replay another one")
    var next = inner.leaving(to: outer)
    #expect(next.run("save \"\(target)\"").failure == nil)
    #expect(TextFile.exists(target))
  }

  @Test func aTildeIsTheHomeFolder() throws {
    let home = try #require(ProcessInfo.processInfo.environment["HOME"])
    #expect(TextFile.expanded("~/a.dpu") == home + "/a.dpu")
    for path in ["a~/b", "~", "~user/a", "/~/a", "\u{0}"] {
      #expect(TextFile.expanded(path) == path)
    }
  }

  @Test func commandsTakeATilde() throws {
    var notebook = Notebook()
    let message = notebook.run("replay ~/there/is/no/such.dpu").failure?.message
    #expect(message?.contains("~") == false)
    let quoted = notebook.run("replay \"~/there/is/no/such.dpu\"").failure?.message
    #expect(quoted?.contains("~") == true)
  }
}
