import CLibrary
import Files

/// The one way by which a file's bytes get in: regular files, never more than a limit of them.
///
/// A pipe would keep whoever opens it waiting, and a device may never end; so neither is read where
/// a name was only found in a folder. One that a person names may be a pipe, as `<(…)` in a shell is.
struct FileReader: ~Copyable {
  private let path: String
  private let descriptor: Int32
  private let status: stat

  /// Opens a file, without waiting for anybody.
  ///
  /// - Parameters:
  ///   - path: its name.
  ///   - allowsPipes: whether it may also be a pipe or a terminal.
  /// - Throws: ``FileError``.
  init(_ path: String, allowsPipes: Bool = false) throws(FileError) {
    let (descriptor, status) = try Self.opened(path, allowsPipes: allowsPipes)
    self.path = path
    self.descriptor = descriptor
    self.status = status
  }

  private static func opened(
    _ path: String, allowsPipes: Bool
  ) throws(FileError) -> (Int32, stat) {
    // A name in the system would end at the null byte.
    guard !path.utf8.contains(0) else { throw .notFound(path) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno, isWriting: false) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw FileError(path: path, code: code, isWriting: false)
    }
    let kind = status.st_mode & S_IFMT
    let isTaken =
      switch kind {
      case S_IFREG: true
      case S_IFIFO, S_IFSOCK: allowsPipes
      case S_IFCHR: allowsPipes && isatty(descriptor) == 1
      default: false
      }
    guard isTaken else {
      close(descriptor)
      throw kind == S_IFDIR ? .isDirectory(path) : .notAFile(path)
    }
    if kind != S_IFREG { _ = fcntl(descriptor, F_SETFL, 0) }
    return (descriptor, status)
  }

  deinit { close(descriptor) }

  /// Reads all bytes.
  ///
  /// - Parameters:
  ///   - limit: the most of them; nil for dpu's own files.
  ///   - isInterruptible: whether Ctrl-C ends it.
  /// - Returns: the bytes.
  /// - Throws: ``FileError``.
  func all(
    _ limit: Limit? = .file, isInterruptible: Bool = true
  ) throws(FileError) -> [UInt8] {
    // A file that is too large need not be read to know it.
    if let limit, Int(status.st_size) > limit.value { throw .tooLarge(path, limit) }
    let bytes = try Self.readAll(
      descriptor, path: path, limit, isInterruptible: isInterruptible)
    guard !bytes.isEmpty || status.st_mode & S_IFMT != S_IFIFO else { throw .nobodyWrites(path) }
    return bytes
  }

  /// All bytes, read when they are asked for; they are those of now, or an error says so.
  ///
  /// - Throws: ``FileError``, `TensorFileError`.
  func source() throws -> ByteSource {
    let descriptor = fcntl(self.descriptor, F_DUPFD_CLOEXEC, 0)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno, isWriting: false) }
    return try ByteSource(opened: descriptor)
  }

  /// The last bytes, or all where there are fewer.
  ///
  /// - Throws: ``FileError``.
  func tail(_ count: Int) throws(FileError) -> [UInt8] {
    lseek(descriptor, off_t(max(0, Int(status.st_size) - count)), SEEK_SET)
    return try Self.readAll(descriptor, path: path, nil)
  }

  /// The file as it was when it was opened, with the bytes that it held.
  func version(_ bytes: [UInt8]) -> FileVersion { FileVersion(status, bytes) }

  /// Reads what a descriptor still holds; Ctrl-C ends that unless told otherwise.
  ///
  /// - Throws: ``FileError``.
  static func readAll(
    _ descriptor: Int32, path: String, _ limit: Limit?, isInterruptible: Bool = true
  ) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if isInterruptible { try FileError.checkInterruption(path) }
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError(path: path, code: errno, isWriting: false) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
      if let limit, bytes.count > limit.value { throw .tooLarge(path, limit) }
    }
  }
}

/// Which file it was, and what was in it: to see later whether both are still so.
public struct FileVersion: Equatable, Sendable {
  private let device: UInt64
  private let inode: UInt64
  private let length: Int
  private let content: Int

  init(_ status: stat, _ bytes: [UInt8]) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    length = bytes.count
    var hasher = Hasher()
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    content = hasher.finalize()
  }

  /// A file as it is now; nil where it cannot be read. Ctrl-C does not end it: whoever asks is about
  /// to write, or has just written.
  static func now(_ path: String) -> FileVersion? {
    guard let reader = try? FileReader(path),
      let bytes = try? reader.all(nil, isInterruptible: false)
    else { return nil }
    return reader.version(bytes)
  }
}
