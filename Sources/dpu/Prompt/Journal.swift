import CLibrary
import Notebook

/// The cells of a running notebook, written down as they are run.
///
/// One file for each process, locked while it lives, so that after a crash `--resume` finds what is
/// nobody's any more. A failure is recorded with its message: such a cell is not run again.
final class Journal {
  /// Why there can be no journal.
  enum Failure: Error {
    /// Another process writes it.
    case isTaken
    case system(String)

    /// A failure of the last system call.
    static func last(_ path: String) -> Self {
      .system("\(path): \(String(cString: strerror(errno)))")
    }
  }

  /// How a session ended on purpose: the last line of its journal.
  enum Ending: String, CaseIterable {
    /// Nothing of it is wanted back.
    case finished = "# dpu session finished"
    /// It holds cells that no file has: it can be resumed, but no start speaks of it.
    case left = "# dpu session left"

    init?(_ line: some StringProtocol) { self.init(rawValue: String(line)) }
  }

  private let path: String
  private let descriptor: Int32
  /// What could not be written yet; it comes before what follows.
  private var unwritten: [UInt8] = []
  private var hasWarned = false

  /// Begins a journal in the state folder; where that cannot be, says so and returns nil.
  static func begin() -> Journal? {
    do throws(Failure) {
      let folder = try folder()
      var now = time(nil)
      var parts = tm()
      localtime_r(&now, &parts)
      var stamp = [CChar](repeating: 0, count: 32)
      let length = strftime(&stamp, stamp.count, "%Y%m%d-%H%M%S", &parts)
      let text = String(decoding: stamp[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let journal = try Journal(
        path: "\(folder)/\(text)-\(getpid())\(SessionFile.suffix)", isNew: true)
      removeOld(folder)
      return journal
    } catch {
      warn(error)
      return nil
    }
  }

  /// Opens a journal and locks it.
  ///
  /// - Throws: ``Failure``.
  init(path: String, isNew: Bool) throws(Failure) {
    descriptor = open(path, O_RDWR | O_APPEND | O_CLOEXEC | (isNew ? O_CREAT : 0), 0o600)
    self.path = path
    guard descriptor >= 0 else { throw .last(path) }
    // Another dpu may just be looking whether somebody holds it, which takes a moment.
    for attempt in 1... {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
        if !isNew { Signals.keep(journal: path) }
        return
      }
      guard errno == EWOULDBLOCK || errno == EINTR else { throw .last(path) }
      if attempt == 20 { throw .isTaken }
      usleep(5_000)
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The path of the folder of all journals; nil where there is no home for it.
  static var place: String? { StateFolder.path.map { $0 + "/journal" } }

  /// The folder of all journals, made where it is missing.
  ///
  /// - Throws: ``Failure``.
  static func folder() throws(Failure) -> String {
    guard let folder = place else { throw .system("neither HOME nor XDG_STATE_HOME is set") }
    guard StateFolder.make() != nil, mkdir(folder, 0o700) == 0 || errno == EEXIST,
      access(folder, W_OK) == 0
    else { throw .last(folder) }
    return folder
  }

  private static func warn(_ failure: Failure) {
    let reason = if case .system(let reason) = failure { reason } else { "its journal is in use" }
    Console.error(
      Console.errorStyle.paint(
        "note: after a crash this session could not be resumed (\(reason.visible))\n", .note))
  }

  /// Writes down a cell and, where it failed, why; of one that read files, which.
  func append(_ result: CellResult) {
    write(
      result.source, failure: result.failure?.message,
      output: Self.output(of: result).map { [$0] } ?? [])
  }

  /// What is written down of what a cell gave: nothing but the files that it read.
  static func output(of result: CellResult) -> String? {
    guard !result.filesRead.isEmpty else { return nil }
    return "read crc32 " + result.filesRead.map { String($0, radix: 16) }.joined(separator: " ")
  }

  /// Writes down an entry of the log.
  func append(_ entry: Log.Entry) {
    switch entry {
    case .prose(let text), .withdrawn(let text): append(prose: text)
    case .cell(let cell):
      if case .failed(let message) = cell.status {
        write(cell.source, failure: message)
      } else {
        write(cell.source, failure: nil)
      }
    }
  }

  private func write(_ source: String, failure: String?, output: [String] = []) {
    let message = failure?.lines ?? []
    let records = output.map { "#> \($0)" } + message.map { "#! \($0)" }
    write(([Transcript.cellText(source)] + records).joined(separator: "\n"))
  }

  private var writtenLength: Int { Int(lseek(descriptor, 0, SEEK_END)) }

  /// How much there is, in bytes.
  var length: Int { writtenLength + unwritten.count }

  /// Takes back what came behind a length, when a lecture goes back.
  func shorten(to length: Int) {
    if length < writtenLength { ftruncate(descriptor, off_t(length)) }
    unwritten = Array(unwritten.prefix(max(0, length - writtenLength)))
  }

  /// Writes down a line of prose, which neither looks like a record nor like the last line.
  func append(prose: String) {
    write(Ending(prose) == nil ? Transcript.proseLine(prose) : " " + prose)
  }

  /// Says that the notebook was left on purpose; an empty one leaves no file.
  ///
  /// - Returns: whether all of it is written down.
  @discardableResult
  func end(_ ending: Ending) -> Bool {
    Signals.keep(journal: nil)
    if length == 0 {
      unlink(path)
    } else {
      write(ending.rawValue)
    }
    return unwritten.isEmpty
  }

  private func write(_ text: String) {
    // The header comes with the first cell, so that a notebook without cells leaves nothing behind.
    let head = length == 0 ? SessionFile.header + "\n" : ""
    unwritten += (head + text + "\n").utf8
    let before = writtenLength
    if before == 0 { Signals.keep(journal: path) }
    if TextFile.writeAll(unwritten, to: descriptor) {
      unwritten = []
    } else {
      let failure = Failure.last(path)
      // Half a cell would run into the next one; all of it is tried again with that.
      ftruncate(descriptor, off_t(before))
      if !hasWarned { Self.warn(failure) }
      hasWarned = true
    }
  }
}
