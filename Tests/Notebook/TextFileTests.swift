import Foundation
import Testing

@testable import Notebook

struct TextFileTests {
  @Test func writesWholeFilesAndLeavesNothingBeside() throws {
    let scratch = try Scratch()
    let path = scratch.file("a.dpu")
    try TextFile.write("eins\n", to: path)
    try TextFile.write("zwei µ\n", to: path)
    #expect(try TextFile.read(path) == "zwei µ\n")
    #expect(try scratch.files() == ["a.dpu"])
  }

  @Test func keepsTheModeOfAnOldFile() throws {
    let scratch = try Scratch()
    let path = try scratch.write("a.dpu", "x".utf8)
    for mode in [0o600, 0o755, 0o644] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
      try TextFile.write("y\(mode)", to: path)
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == mode)
    }
  }

  @Test func saysWhyAFileCannotBeRead() throws {
    let scratch = try Scratch()
    let missing = scratch.file("missing")
    #expect(throws: FileError.notFound(missing)) { try TextFile.read(missing) }
    #expect(throws: FileError.isDirectory(scratch.path)) { try TextFile.read(scratch.path) }
    #expect(throws: FileError.isDirectory(scratch.path)) {
      try TextFile.write("x", to: scratch.path)
    }
    let nowhere = scratch.file("no/such/folder")
    let failure = try #require(throws: FileError.self) { try TextFile.write("x", to: nowhere) }
    #expect(failure.message.hasPrefix("'\(nowhere)' cannot be written: "))
    #expect(try scratch.files().isEmpty)
  }

  @Test(
    arguments: [
      ([0xff], 1, 1), ([0x61, 0x62, 0xff, 0x63], 1, 3), ([0x61, 0x0a, 0x62, 0xc3], 2, 2),
      ([0xc3, 0xa4, 0xe2, 0x82], 1, 2), ([0x0a, 0x0a, 0xc3, 0xa4, 0x80], 3, 2),
      ([0xed, 0xa0, 0x80], 1, 1), ([0xc0, 0xaf], 1, 1), ([0xf5, 0x80, 0x80, 0x80], 1, 1),
      ([0x61, 0x0d, 0x0a, 0xff], 2, 1),
    ] as [([UInt8], Int, Int)])
  func placesTheFirstByteThatIsNotUTF8(bytes: [UInt8], line: Int, column: Int) throws {
    let scratch = try Scratch()
    let path = try scratch.write("a", bytes)
    #expect(throws: FileError.notUTF8(path, line: line, column: column)) {
      try TextFile.read(path)
    }
  }

  @Test func readsAnyUTF8() throws {
    let scratch = try Scratch()
    let text = "\u{feff}ä€😀\0\r\n"
    let path = try scratch.write("a", text.utf8)
    #expect(Array(try TextFile.read(path).utf8) == Array(text.utf8))
    #expect(try TextFile.read(try scratch.write("empty", [])) == "")
  }

  @Test(arguments: [("a/b", "a"), ("a", "."), ("/a", "/"), ("/a/b/c", "/a/b"), ("./a", ".")])
  func knowsTheFolder(path: String, folder: String) {
    #expect(TextFile.folder(of: path) == folder)
  }
}
