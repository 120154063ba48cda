import Glibc
import Notebook

/// The cells of a running notebook, written down as they are run.
///
/// One file for each process, locked while it lives, so that after a crash `--resume` finds what is
/// nobody's any more. A failure is recorded with its message: such a cell is not run again.
final class Journal {
  private static let finished = "# dpu session finished"

  private let path: String
  private let descriptor: Int32

  /// Begins a journal in the state folder; nil where that cannot be written.
  convenience init?() {
    guard let folder = Self.folder() else { return nil }
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    var stamp = [CChar](repeating: 0, count: 32)
    let length = strftime(&stamp, stamp.count, "%Y%m%d-%H%M%S", &parts)
    let text = String(decoding: stamp[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    self.init(path: "\(folder)/\(text)-\(getpid())\(SessionFile.suffix)")
    Self.removeOld(folder)
  }

  /// Opens a journal to go on with it; nil where another process holds it.
  init?(path: String) {
    descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    self.path = path
    guard descriptor >= 0 else { return nil }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  private static func folder() -> String? {
    guard let state = StateFolder.make() else { return nil }
    let folder = state + "/journal"
    mkdir(folder, 0o700)
    return access(folder, W_OK) == 0 ? folder : nil
  }

  /// Writes down a cell and, where it failed, why.
  func append(_ result: CellResult) {
    var lines = [result.source]
    if let failure = result.failure {
      lines += failure.message.split(separator: "\n").map { "#! \($0)" }
    }
    write(lines.joined(separator: "\n"))
  }

  /// Writes down a line of prose.
  func append(prose: String) { write(prose) }

  /// Says that the notebook was left on purpose; an empty one leaves no file.
  func finish() {
    if lseek(descriptor, 0, SEEK_END) == 0 {
      unlink(path)
    } else {
      write(Self.finished)
    }
  }

  private func write(_ text: String) {
    // The header comes with the first cell, so that a notebook without cells leaves nothing behind.
    let head = lseek(descriptor, 0, SEEK_END) == 0 ? SessionFile.header + "\n" : ""
    _ = TextFile.writeAll(Array((head + text + "\n").utf8), to: descriptor)
  }
}

// MARK: Unfinished sessions

extension Journal {
  /// A journal that nobody finished and nobody holds.
  struct Unfinished {
    let path: String
    let file: SessionFile
    /// When its last cell was run, as text.
    let date: String

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
    guard let folder = folder() else { return [] }
    var found: [Unfinished] = []
    for name in names(in: folder).sorted(by: >) where found.count < 10 {
      let path = folder + "/" + name
      // Taking the lock for a moment tells whether a living process holds it.
      guard Journal(path: path) != nil, let text = try? TextFile.read(path),
        let file = try? SessionFile(text: text, path: path), !file.cells.isEmpty,
        !text.hasSuffix(finished + "\n")
      else { continue }
      let stamp = Array(name)
      let date =
        stamp.count > 15
        ? "\(String(stamp[0..<4]))-\(String(stamp[4..<6]))-\(String(stamp[6..<8])) "
          + "\(String(stamp[9..<11])):\(String(stamp[11..<13]))" : name
      found.append(Unfinished(path: path, file: file, date: date))
    }
    return found
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
  private static func removeOld(_ folder: String) {
    for name in names(in: folder) {
      var status = stat()
      let path = folder + "/" + name
      guard stat(path, &status) == 0, time(nil) - status.st_mtim.tv_sec > 30 * 86_400,
        let text = try? TextFile.read(path), text.hasSuffix(finished + "\n")
      else { continue }
      unlink(path)
    }
  }
}
