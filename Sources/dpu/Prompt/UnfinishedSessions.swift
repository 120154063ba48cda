import CLibrary
import Language
import Notebook

/// Journals that nobody finished, or that hold what was not saved, for `--resume`.
extension Journal {
  /// What a journal holds that can be resumed.
  struct Unfinished {
    let path: String
    let file: SessionFile
    /// When it began, as text.
    let date: String
    /// The length of its whole cells in bytes; what follows was cut short.
    let length: Int
    /// Whether it was left on purpose, and not saved.
    let isLeft: Bool

    /// One line: when, how many cells, and the last one.
    var summary: String {
      let last = file.cells.last?.source.split(separator: "\n").first.map(String.init) ?? ""
      let count = file.cells.count
      return
        "\(date.visible)  \(count) cell\(count == 1 ? "" : "s"), last: \(String(last.prefix(40)).visible)"
        + (isLeft ? "  (left, not saved)" : "")
    }
  }

  /// The sessions that can be resumed, ten at most: those that were not finished, newest first, then
  /// those that were left.
  static func unfinished() -> [Unfinished] {
    guard let folder = place else { return [] }
    let most = 10
    var (crashed, left): ([Unfinished], [Unfinished]) = ([], [])
    for name in names(in: folder).sorted(by: >) where crashed.count < most {
      let path = folder + "/" + name
      guard !isHeld(path), left.count < most || ending(of: path) == nil,
        let session = unfinished(path)
      else { continue }
      if session.isLeft { left.append(session) } else { crashed.append(session) }
    }
    return Array((crashed + left).prefix(most))
  }

  /// How a session ended on purpose; nil where it did not, or its journal cannot be read.
  static func ending(of path: String) -> Ending? {
    let tail = try? TextFile.readTail(path, bytes: 4096)
    return tail?.split(separator: "\n").last.flatMap { Ending($0) }
  }

  /// Takes hold of an unfinished session.
  ///
  /// - Returns: its journal, to go on with, and what it holds; nil where somebody has finished it.
  /// - Throws: ``Failure``.
  static func resume(_ path: String) throws(Failure) -> (Journal, Unfinished)? {
    let journal = try Journal(path: path, isNew: false)
    return unfinished(path).map { (journal, $0) }
  }

  /// Whether a living process writes this journal.
  static func isHeld(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    // Shared, so that two who look do not take each other for its writer.
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }

  /// What a journal holds; nil where that is no cell or it was finished.
  private static func unfinished(_ path: String) -> Unfinished? {
    guard var lines = try? wholeCells(path) else { return nil }
    let ending = lines.last.flatMap { Ending($0.text) }
    if ending == .left { lines.removeLast() }
    guard ending != .finished,
      let file = try? SessionFile(
        text: lines.map { $0.text + "\n" }.joined(), path: path), !file.cells.isEmpty
    else { return nil }
    return Unfinished(
      path: path, file: file, date: date(of: path), length: lines.last?.end ?? 0,
      isLeft: ending == .left)
  }

  /// When a journal was begun, which its name tells.
  static func date(of path: String) -> String {
    let stamp = Array(path.split(separator: "/").last ?? "")
    guard stamp.count > 15 else { return String(stamp).visible }
    return "\(String(stamp[0..<4]))-\(String(stamp[4..<6]))-\(String(stamp[6..<8])) "
      + "\(String(stamp[9..<11])):\(String(stamp[11..<13]))"
  }

  /// A journal's lines up to the end of its last whole cell.
  private static func wholeCells(_ path: String) throws(FileError) -> [(text: String, end: Int)] {
    let lines = try TextFile.readWholeLines(path)
    var assembler = CellAssembler()
    var count = 0
    for (index, line) in lines.enumerated() {
      // A failure's message ends a cell whose bracket was never closed.
      if line.text.hasPrefix("#!") { _ = assembler.finish() }
      if assembler.isOpen || !line.text.isProseOrBlank { _ = assembler.feed(line.text) }
      if !assembler.isOpen { count = index + 1 }
    }
    return Array(lines[..<count])
  }

  /// The journals in a folder.
  static func names(in folder: String) -> [String] {
    TextFile.names(in: folder).filter { $0.hasSuffix(SessionFile.suffix) }
  }

  /// Days after which a journal goes: one that ended on purpose, and one that did not.
  static let daysKept = (finished: 30, unfinished: 90)

  /// Removes old journals, of those that nobody writes.
  static func removeOld(_ folder: String) {
    for name in names(in: folder) {
      var status = stat()
      let path = folder + "/" + name
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      let days = (time(nil) - status.st_mtim.tv_sec) / 86_400
      guard days >= daysKept.finished, !isHeld(path) else { continue }
      if days >= daysKept.unfinished || ending(of: path) != nil { unlink(path) }
    }
  }
}
