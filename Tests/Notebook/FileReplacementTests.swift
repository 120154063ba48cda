import Foundation
import Running
import Testing

@testable import Notebook

/// Writing takes nothing from the user that is not meant.
struct FileReplacementTests {
  let scratch: Scratch
  let path: String

  init() throws {
    scratch = try Scratch()
    path = try scratch.write("a.dpu", "old".utf8)
  }

  private func failure(_ body: () throws -> Void) -> FileError? {
    do {
      try body()
      return nil
    } catch {
      return error as? FileError
    }
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test func theVersionThatWasReadIsReplaced() throws {
    let version = try TextFile.readVersion(path).version
    try TextFile.write("new", to: path, replacing: version)
    #expect(try text(path) == "new")
    #expect(try scratch.files() == ["a.dpu"])
  }

  @Test func anEditIsKept() throws {
    let version = try TextFile.readVersion(path).version
    try Data("old and edited".utf8).write(to: URL(filePath: path))
    #expect(failure { try TextFile.write("new", to: path, replacing: version) } == .changed(path))
    #expect(try text(path) == "old and edited")
    #expect(try scratch.files() == ["a.dpu"])
  }

  /// Once it is to be written Ctrl-C comes too late: it must not look like an edit.
  @Test func aStopWhileItIsWrittenIsNoEdit() async {
    await #expect(processExitsWith: .success) {
      let scratch = try Scratch()
      let path = try scratch.write("a.dpu", "old".utf8)
      let version = try TextFile.readVersion(path).version
      Cancellation.request()
      try TextFile.write("new", to: path, replacing: version)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    }
  }

  @Test func anotherFileWithTheSameTextIsAnother() throws {
    let version = try TextFile.readVersion(path).version
    let other = try scratch.write("b.dpu", "old".utf8)
    #expect(rename(other, path) == 0)
    #expect(failure { try TextFile.write("new", to: path, replacing: version) } == .changed(path))
    try FileManager.default.removeItem(atPath: path)
    #expect(failure { try TextFile.write("new", to: path, replacing: version) } == .changed(path))
    #expect(try scratch.files().isEmpty)
  }

  /// An edit at any moment between look and exchange is never gone.
  @Test func whatIsWrittenAtTheSameMomentIsKept() throws {
    for round in 0..<200 {
      let version = try TextFile.readVersion(path).version
      let path = path
      let group = DispatchGroup()
      DispatchQueue.global().async(group: group) {
        try? Data("edit \(round)".utf8).write(to: URL(filePath: path + ".new"))
        rename(path + ".new", path)
      }
      _ = failure { try TextFile.write("new", to: path, replacing: version) }
      group.wait()
      // Written before the edit, the text was replaced by that; never the other way about.
      #expect(try text(path) == "edit \(round)")
    }
  }

  @Test func hardLinksReadOnlyFilesAndDevicesAreRefused() throws {
    let other = scratch.file("other.dpu")
    #expect(link(path, other) == 0)
    #expect(failure { try TextFile.write("new", to: path) } == .hasOtherNames(path))
    #expect(unlink(other) == 0)
    chmod(path, 0o444)
    #expect(failure { try TextFile.write("new", to: path) } == .readOnly(path))
    #expect(try text(path) == "old")
    #expect(failure { try TextFile.write("new", to: "/dev/null") } == .notAFile("/dev/null"))
    #expect(try scratch.files() == ["a.dpu"])
  }

  @Test func linksAreFollowedWithinTheirFolder() throws {
    let outside = try Scratch()
    let target = try outside.write("x.dpu", "outside".utf8)
    let link = scratch.file("link.dpu")
    symlink(target, link)
    #expect(
      failure { try TextFile.write("new", to: link) } == .leadsOutside(link, to: target))
    #expect(try text(target) == "outside")
    unlink(link)
    symlink("a.dpu", link)
    try TextFile.write("new", to: link)
    #expect(try text(path) == "new")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "a.dpu")
    unlink(link)
    symlink("nowhere.dpu", link)
    #expect(failure { try TextFile.write("new", to: link) } == .leadsNowhere(link))
  }

  @Test(.enabled(if: geteuid() == 0, "needs the right to give files away"))
  func theSuperuserLeavesAFileToItsOwner() throws {
    chown(path, 12_345, 23_456)
    chmod(path, 0o640)
    try TextFile.write("new", to: path)
    var status = stat()
    stat(path, &status)
    #expect(status.st_uid == 12_345 && status.st_gid == 23_456 && status.st_mode & 0o7777 == 0o640)
  }

  @Test func whatOthersLeftIsRemovedWhereThatIsSafe() throws {
    for name in [".dpu-abcdef", ".dpu-abcde", ".dpu-abcdefg", ".dpu-abc.ef", "x.dpu-abcdef"] {
      try scratch.write(name, "rest".utf8)
    }
    mkfifo(scratch.file(".dpu-pipe00"), 0o600)
    symlink("a.dpu", scratch.file(".dpu-link00"))
    try scratch.write(".dpu-held00", "rest".utf8)
    let held = open(scratch.file(".dpu-held00"), O_RDONLY)
    flock(held, LOCK_EX)
    defer { close(held) }
    TemporaryFile.removeLeftOver(in: scratch.path, now: time(nil) + 3600)
    #expect(try scratch.files().contains(".dpu-abcdef"), "one of today may still be written")
    TemporaryFile.removeLeftOver(in: scratch.path, now: time(nil) + 2 * 86_400)
    #expect(
      try scratch.files() == [
        ".dpu-abc.ef", ".dpu-abcde", ".dpu-abcdefg", ".dpu-held00", ".dpu-link00", ".dpu-pipe00",
        "a.dpu", "x.dpu-abcdef",
      ])
  }

  @Test func saveReplacesOnlyWhatItWrote() throws {
    let saved = scratch.file("s.dpu")
    var notebook = Notebook()
    _ = notebook.run("tensor [1]")
    #expect(
      notebook.run("save \(path)").failure?.remedy == "overwrite=true after the name replaces it")
    #expect(notebook.run("save \(saved)").failure == nil)
    _ = notebook.run("tensor [2]")
    #expect(notebook.run("save \(saved)").failure == nil)
    let text = try text(saved)
    try Data((text + "# mine\n").utf8).write(to: URL(filePath: saved))
    #expect(
      notebook.run("save \(saved)").failure?.message
        == "save: '\(saved)' exists, and is not what was written from here")
    #expect(try self.text(saved).hasSuffix("# mine\n"))
    #expect(notebook.run("save \(saved) overwrite=true").failure == nil)
    #expect(try self.text(saved) == text)
    // The same file under another name.
    #expect(notebook.run("save \(scratch.path)/./s.dpu").failure == nil)
    #expect(try scratch.files() == ["a.dpu", "s.dpu"])
  }
}
