import CLibrary

/// Files as text, read whole and written as a whole.
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
  /// - Parameters:
  ///   - path: its name.
  ///   - allowsPipes: whether it may be a pipe, as one that a person names.
  /// - Returns: its text.
  /// - Throws: ``FileError`` where it cannot be read, is too large or is not UTF-8.
  public static func read(
    _ path: String, allowsPipes: Bool = false
  ) throws(FileError) -> String {
    try readVersion(path, allowsPipes: allowsPipes).text
  }

  /// Reads a file as UTF-8, to see later whether it is still the same.
  ///
  /// - Throws: ``FileError`` as ``read(_:allowsPipes:)``.
  public static func readVersion(
    _ path: String, allowsPipes: Bool = false
  ) throws(FileError) -> (text: String, version: FileVersion) {
    let reader = try FileReader(path, allowsPipes: allowsPipes)
    let bytes = try reader.all()
    return (try decode(bytes, path: path), reader.version(bytes))
  }

  /// Reads the whole lines at a file's end.
  ///
  /// - Throws: ``FileError`` where it cannot be read; what is not UTF-8 is replaced.
  public static func readTail(_ path: String, bytes count: Int) throws(FileError) -> String {
    let bytes = try FileReader(path).tail(count + 1)
    let text = String(decoding: bytes, as: UTF8.self)
    guard bytes.count > count, let lineEnd = text.utf8.firstIndex(of: 0x0a) else { return text }
    return String(text[text.utf8.index(after: lineEnd)...])
  }

  /// Reads the whole lines of a file of dpu's own: not what follows the last line feed, as when a
  /// write was cut short.
  ///
  /// - Returns: for each line its text, in which what is not UTF-8 is replaced, and where it ends in
  ///   bytes, its line feed included.
  /// - Throws: ``FileError`` where it cannot be read.
  public static func readWholeLines(
    _ path: String
  ) throws(FileError) -> [(text: String, end: Int)] {
    let bytes = try FileReader(path).all(nil)
    var lines: [(text: String, end: Int)] = []
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == 0x0a {
      lines.append((String(decoding: bytes[start..<index], as: UTF8.self), index + 1))
      start = index + 1
    }
    return lines
  }

  /// Reads what is left of a stream as bytes.
  ///
  /// - Throws: ``FileError`` where that is more than the limit of a file.
  public static func readStream(_ descriptor: Int32, name: String) throws(FileError) -> [UInt8] {
    try FileReader.readAll(descriptor, path: name, Limit.file)
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
  /// - Parameters:
  ///   - text: what is to be in it.
  ///   - path: its name.
  ///   - version: what is to be replaced; by default whatever is there.
  /// - Throws: ``FileError``; the file is then as it was.
  public static func write(
    _ text: String, to path: String, replacing version: FileVersion? = nil
  ) throws(FileError) {
    _ = try FileReplacement(path).write(
      text, expecting: version.map { .version($0) } ?? .anything)
  }

  /// Removes what a write that a signal ends would leave. Safe in a signal handler.
  public static func removeTemporary() { TemporaryFile.removePending() }

  /// The names in a folder, in no order; none where it cannot be read.
  public static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    return names
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

// The system's call under a name that the methods above do not hide.
private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}
