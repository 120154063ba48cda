/// What a terminal shows for what a program has written to it: enough of an xterm for readline.
public struct ScreenText {
  private var rows: [[Character]] = [[]]
  private var row = 0
  private var column = 0
  private let width: Int

  /// Draws all bytes on a screen of so many columns, which is as high as it needs to be.
  public init(_ bytes: [UInt8], width: Int = 80) {
    self.width = width
    var scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "\u{1b}": escape(&scalars)
      case "\r": column = 0
      case "\n": down(1)
      case "\u{8}": column = max(0, min(column, width) - 1)
      case "\u{7}", "\u{f}": break
      default: write(Character(scalar))
      }
    }
  }

  /// Its lines, without the blanks at their ends.
  public var lines: [String] {
    rows.map { row in
      var row = row
      while row.last == " " { row.removeLast() }
      return String(row)
    }
  }

  private mutating func write(_ character: Character) {
    if column >= width {
      down(1)
      column = 0
    }
    pad(to: column + 1)
    rows[row][column] = character
    column += 1
  }

  private mutating func pad(to count: Int) {
    while rows[row].count < count { rows[row].append(" ") }
  }

  private mutating func down(_ count: Int) {
    row += count
    while rows.count <= row { rows.append([]) }
  }

  private mutating func escape(_ scalars: inout ArraySlice<Unicode.Scalar>) {
    guard scalars.popFirst() == "[" else { return }
    var parameters = ""
    while let scalar = scalars.popFirst() {
      guard !("@"..."~").contains(scalar) else {
        return control(scalar, Int(parameters) ?? nil)
      }
      parameters.unicodeScalars.append(scalar)
    }
  }

  private mutating func control(_ code: Unicode.Scalar, _ parameter: Int?) {
    let count = max(1, parameter ?? 1)
    switch code {
    case "A": row = max(0, row - count)
    case "B": down(count)
    case "C": column = min(width - 1, column + count)
    case "D": column = max(0, min(column, width) - count)
    case "G": column = count - 1
    case "K":
      pad(to: column)
      rows[row].removeSubrange(min(column, rows[row].count)...)
    case "J":
      pad(to: column)
      rows[row].removeSubrange(column...)
      rows.removeSubrange((row + 1)...)
    case "P":
      pad(to: column + count)
      rows[row].removeSubrange(column..<column + count)
    case "@":
      pad(to: column)
      rows[row].insert(contentsOf: String(repeating: " ", count: count), at: column)
    default: break
    }
  }
}
