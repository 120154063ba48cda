import CLibrary

/// A file's lines one after another, each without its line feed and the carriage return before that.
struct FileLines {
  private let bytes: [UInt8]
  private let path: String
  private var start = 0
  /// How many lines there were so far.
  private(set) var count = 0

  init(_ text: String, path: String) {
    bytes = Array(text.utf8)
    self.path = path
  }

  /// The next line, nil behind the last one.
  ///
  /// - Throws: ``FileError/lineTooLong(_:line:_:)``, ``FileError/interrupted(_:)``.
  mutating func next() throws(FileError) -> String? {
    guard start < bytes.count else { return nil }
    count += 1
    if count.isMultiple(of: 1024) { try FileError.checkInterruption(path) }
    // Nothing else is as fast in a file of one long line.
    let end = bytes.withUnsafeBytes { bytes -> Int in
      guard let base = bytes.baseAddress,
        let found = memchr(base + start, 0x0a, bytes.count - start)
      else { return bytes.count }
      return base.distance(to: found)
    }
    defer { start = end + 1 }
    guard end - start <= Limit.line.value else {
      throw .lineTooLong(path, line: count, Limit.line)
    }
    let line = bytes[start..<end]
    return String(decoding: line.last == 0x0d ? line.dropLast() : line, as: UTF8.self)
  }
}
