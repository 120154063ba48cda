extension String {
  /// The text with its control and invisible characters made visible, so that what comes from a file
  /// or is a file's name can neither command a terminal nor show other than it is.
  ///
  /// Control characters below U+0020 become `^A` and the like, a tab a blank, all others U+FFFD.
  public var visible: String {
    if utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) { return self }
    var result = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0x09: result.append(" ")
      case 0..<0x20:
        result.append("^")
        result.append(Unicode.Scalar(UInt8(scalar.value) + 0x40))
      case 0x7f: result.append(contentsOf: "^?".unicodeScalars)
      default: result.append(scalar.isUnseen(after: previous) ? "\u{fffd}" : scalar)
      }
      previous = scalar
    }
    return String(result)
  }

  /// The same for a text of several lines, whose line feeds stay.
  public var visibleLines: String {
    lines.map(\.visible).joined(separator: "\n")
  }
}

extension Unicode.Scalar {
  /// Whether it takes no room, changes the order of others or moves the cursor.
  fileprivate func isUnseen(after previous: Unicode.Scalar?) -> Bool {
    guard value >= 0x7f else { return false }
    // Latin, Chinese, Japanese and Korean, where nothing is unseen but the soft hyphen: the system's
    // tables are slow.
    switch value {
    case 0xad: return true
    case 0xa1..<0x300, 0x4e00..<0xa000, 0xac00..<0xd7a4: return false
    default: break
    }
    // The one harmless use: text or picture, after a symbol that can be either.
    if value == 0xfe0e || value == 0xfe0f, let previous, previous.value > 0x7f,
      previous.properties.isEmoji
    {
      return false
    }
    if properties.isDefaultIgnorableCodePoint { return true }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return true
    default: return false
    }
  }
}
