// How many columns of a terminal a text takes.

extension StringProtocol {
  /// The columns of the text on a terminal: two for wide characters, none for what is put on the
  /// character before it.
  public var columns: Int { reduce(0) { $0 + $1.columns } }

  /// As much of the text's beginning as fits.
  func prefix(columns limit: Int) -> SubSequence {
    var used = 0
    return prefix {
      used += $0.columns
      return used <= limit
    }
  }

  /// As much of the text's end as fits.
  func suffix(columns limit: Int) -> SubSequence {
    var used = 0
    var start = endIndex
    while start > startIndex {
      let before = index(before: start)
      used += self[before].columns
      if used > limit { break }
      start = before
    }
    return self[start...]
  }
}

extension Character {
  /// The columns that the character takes on a terminal.
  public var columns: Int {
    if isASCII { return 1 }
    return unicodeScalars.contains { $0.value == 0xfe0f }
      ? 2 : unicodeScalars.map(\.columns).max() ?? 0
  }
}

extension Unicode.Scalar {
  fileprivate var columns: Int {
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return properties.isEmojiPresentation || Self.isWide(value) ? 2 : 1
    }
  }

  /// East Asian Wide and Fullwidth, by the blocks of Unicode.
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xa960...0xa97f, 0xac00...0xd7a3,
      0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f,
      0x1f900...0x1f9ff, 0x20000...0x3fffd:
      true
    default: false
    }
  }
}
