#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Files as text, read whole and written atomically.
public enum TextFile {
  /// The folder that a path names a file in.
  public static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The path with `~/` at its beginning replaced by the home folder, as a shell does it.
  static func expanded(_ path: String) -> String {
    guard path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
    return String(cString: home) + path.dropFirst()
  }

  /// Whether there is a file or a folder of this name.
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Whether there is a folder of this name.
  public static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Reads a file as UTF-8.
  ///
  /// - Throws: ``FileError`` where it cannot be read or is not UTF-8.
  public static func read(_ path: String) throws(FileError) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno, isWriting: false) }
    defer { close(descriptor) }
    var status = stat()
    if fstat(descriptor, &status) == 0 {
      if status.st_mode & S_IFMT == S_IFDIR { throw .isDirectory(path) }
      // A device such as /dev/zero never ends; a pipe does.
      if [S_IFCHR, S_IFBLK].contains(status.st_mode & S_IFMT), isatty(descriptor) == 0 {
        throw .notAFile(path)
      }
    }
    return try decode(try readAll(descriptor, path: path), path: path)
  }

  /// Reads the whole lines at a file's end.
  ///
  /// - Throws: ``FileError`` where it cannot be read; what is not UTF-8 is replaced.
  public static func readTail(_ path: String, bytes: Int) throws(FileError) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno, isWriting: false) }
    defer { close(descriptor) }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    lseek(descriptor, off_t(max(0, size - bytes)), SEEK_SET)
    let tail = try readAll(descriptor, path: path)
    let text = String(decoding: tail, as: UTF8.self)
    guard size > bytes, let lineEnd = text.firstIndex(of: "\n") else { return text }
    return String(text[text.index(after: lineEnd)...])
  }

  /// Reads a file's whole lines: not what follows the last line feed, as when a write was cut short.
  ///
  /// - Returns: for each line its text, in which what is not UTF-8 is replaced, and where it ends in
  ///   bytes, its line feed included.
  /// - Throws: ``FileError`` where it cannot be read.
  public static func readWholeLines(
    _ path: String
  ) throws(FileError) -> [(text: String, end: Int)] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno, isWriting: false) }
    defer { close(descriptor) }
    let bytes = try readAll(descriptor, path: path)
    var lines: [(text: String, end: Int)] = []
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == 0x0a {
      lines.append((String(decoding: bytes[start..<index], as: UTF8.self), index + 1))
      start = index + 1
    }
    return lines
  }

  /// Adds text to a file's end with one write, which other processes cannot come between.
  ///
  /// - Returns: whether it was written.
  @discardableResult
  public static func append(_ text: String, to path: String) -> Bool {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return writeAll(Array(text.utf8), to: descriptor)
  }

  /// Reads what a descriptor still holds.
  ///
  /// - Throws: ``FileError``.
  static func readAll(_ descriptor: Int32, path: String) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError(path: path, code: errno, isWriting: false) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  /// Reads bytes as UTF-8 text.
  ///
  /// - Throws: ``FileError/notUTF8(_:line:column:)`` with the place of the first wrong byte.
  public static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var iterator = bytes.makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    var length = 0
    while case .valid(let character) = parser.parseScalar(from: &iterator) {
      length += character.count
    }
    let good = bytes[..<length]
    let line = good.count { $0 == 0x0a } + 1
    let lineStart = good.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
    let column = String(decoding: good[lineStart...], as: UTF8.self).count + 1
    throw .notUTF8(path, line: line, column: column)
  }

  /// Writes a file as a whole or not at all: a new file beside it takes its place.
  ///
  /// - Throws: ``FileError``.
  public static func write(_ text: String, to path: String) throws(FileError) {
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR { throw .isDirectory(path) }
    // What stands for a device or a pipe is not to be replaced by a file.
    if exists, status.st_mode & S_IFMT != S_IFREG { throw .notAFile(path) }
    // A link stays a link; the file that it leads to is written.
    let path = exists ? FileAccess.realPath(path) ?? path : path
    var template = Array("\(folder(of: path))/.dpu-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno, isWriting: true) }
    let temporary = template.withUnsafeBufferPointer {
      $0.baseAddress.map { String(cString: $0) } ?? ""
    }
    // A new file gets the mode that the creation mask asks for, an old one keeps its own.
    let mask = umask(0)
    umask(mask)
    fchmod(descriptor, exists ? status.st_mode & 0o777 : 0o666 & ~mask)
    let written = writeAll(Array(text.utf8), to: descriptor) && fsync(descriptor) == 0
    let code = errno
    close(descriptor)
    guard written, rename(temporary, path) == 0 else {
      let code = written ? errno : code
      unlink(temporary)
      throw FileError(path: path, code: code, isWriting: true)
    }
  }

  /// Writes bytes to a descriptor, however many calls that takes.
  ///
  /// - Returns: false, with `errno` set, where it failed.
  public static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var start = 0
    while start < bytes.count {
      let count = bytes[start...].withUnsafeBytes {
        systemWrite(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      start += count
    }
    return true
  }
}

// The system's calls under names that the methods above do not hide.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int)
  -> Int
{
  read(descriptor, buffer, count)
}

private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}
