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

  /// The same lines one after the other, so that a loop over millions can look at the cancel flag.
  public var eachLine: some Sequence<Substring> {
    sequence(state: Optional(self[...])) { (rest: inout Substring?) -> Substring? in
      guard let text = rest else { return nil }
      guard let end = text.utf8.firstIndex(of: 0x0a) else {
        rest = nil
        return text
      }
      rest = text[text.utf8.index(after: end)...]
      return text[..<end]
    }
  }
}
