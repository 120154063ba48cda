import CLibrary
import CReadline
import Notebook
import Running

/// Lines from a descriptor, each as soon as it is whole.
struct LineInput {
  let descriptor: Int32
  let name: String
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false
  private var lineNumber = 0

  init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// The next line without its end, nil behind the last one.
  ///
  /// - Throws: ``FileError``, also for what is not UTF-8.
  mutating func next() throws(FileError) -> String? {
    var searched = start
    while true {
      guard buffer.count - start <= Limit.line.value else {
        throw .lineTooLong(name, line: lineNumber + 1, Limit.line)
      }
      if let end = buffer[searched...].firstIndex(of: 0x0a) {
        defer { start = end + 1 }
        return try decode(buffer[start..<end])
      }
      searched = buffer.count
      if isAtEnd {
        guard start < buffer.count else { return nil }
        defer { start = buffer.count }
        return try decode(buffer[start...])
      }
      searched -= start
      try fill()
    }
  }

  /// Everything that is left.
  ///
  /// - Throws: ``FileError``.
  mutating func rest() throws(FileError) -> String {
    while !isAtEnd {
      try fill()
      guard buffer.count - start <= Limit.file.value else { throw .tooLarge(name, Limit.file) }
    }
    defer { start = buffer.count }
    return try TextFile.decode(Array(buffer[start...]), path: name)
  }

  private mutating func fill() throws(FileError) {
    guard Signals.waitForInput(descriptor) else { throw .interrupted(name) }
    if start > 0 {
      buffer.removeSubrange(..<start)
      start = 0
    }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { return }
    if count <= 0 { isAtEnd = true } else { buffer.append(contentsOf: chunk[..<count]) }
  }

  private mutating func decode(_ bytes: ArraySlice<UInt8>) throws(FileError) -> String {
    lineNumber += 1
    var line = bytes.last == 0x0d ? bytes.dropLast() : bytes
    if lineNumber == 1, line.starts(with: [0xef, 0xbb, 0xbf]) { line = line.dropFirst(3) }
    do throws(FileError) {
      return try TextFile.decode(Array(line), path: name)
    } catch {
      guard case .notUTF8(let path, _, let column) = error else { throw error }
      throw .notUTF8(path, line: lineNumber, column: column)
    }
  }
}
