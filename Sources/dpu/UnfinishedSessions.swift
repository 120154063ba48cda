import Glibc
import Notebook

/// Journals that nobody finished, for `--resume`.
extension Journal {
  /// What a journal that nobody finished holds.
  struct Unfinished {
    let path: String
    let file: SessionFile
    /// When it began, as text.
    let date: String
    /// The length of its whole cells in bytes; what follows was cut short.
    let length: Int

    /// One line: when, how many cells, and the last one.
    var summary: String {
      let last = file.cells.last?.source.split(separator: "\n").first.map(String.init) ?? ""
      let count = file.cells.count
      return
        "\(date)  \(count) cell\(count == 1 ? "" : "s"), last: \(last.prefix(40).description.visible)"
    }
  }

  /// The unfinished sessions, newest first, ten at most.
  static func unfinished() -> [Unfinished] {
    guard let folder = place else { return [] }
    var found: [Unfinished] = []
    for name in names(in: folder).sorted(by: >) where found.count < 10 {
      let path = folder + "/" + name
      if !isHeld(path), let session = unfinished(path) { found.append(session) }
    }
    return found
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
  private static func isHeld(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    // Shared, so that two who look do not take each other for its writer.
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }

  /// What a journal holds; nil where that is no cell or it was finished.
  private static func unfinished(_ path: String) -> Unfinished? {
    guard let lines = try? wholeCells(path), lines.last?.text != finished,
      let file = try? SessionFile(
        text: lines.map { $0.text + "\n" }.joined(), path: path), !file.cells.isEmpty
    else { return nil }
    let stamp = Array(path.split(separator: "/").last ?? "")
    let date =
      stamp.count > 15
      ? "\(String(stamp[0..<4]))-\(String(stamp[4..<6]))-\(String(stamp[6..<8])) "
        + "\(String(stamp[9..<11])):\(String(stamp[11..<13]))" : String(stamp)
    return Unfinished(path: path, file: file, date: date, length: lines.last?.end ?? 0)
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

  private static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(SessionFile.suffix) { names.append(name) }
    }
    return names
  }

  /// Removes finished journals of more than thirty days.
  static func removeOld(_ folder: String) {
    for name in names(in: folder) {
      var status = stat()
      let path = folder + "/" + name
      guard stat(path, &status) == 0, time(nil) - status.st_mtim.tv_sec > 30 * 86_400,
        let lines = try? TextFile.readWholeLines(path), lines.last?.text == finished
      else { continue }
      unlink(path)
    }
  }
}
