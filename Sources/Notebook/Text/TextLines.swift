extension String {
  /// Its lines, empty ones included.
  ///
  /// They end at line feeds alone, by bytes: a carriage return and a line feed are one character, and
  /// looking for characters takes seconds in a text of megabytes.
  public var lines: [String] {
    var text = self
    return text.withUTF8 { bytes in
      var lines: [String] = []
      var start = 0
      while let end = bytes[start...].firstIndex(of: 0x0a) {
        lines.append(String(decoding: bytes[start..<end], as: UTF8.self))
        start = end + 1
      }
      lines.append(String(decoding: bytes[start...], as: UTF8.self))
      return lines
    }
  }
}
