/// Puts lines together until they make a whole cell: a cell goes on while a `[` or `(` is open.
public struct CellAssembler {
  private var depth = 0
  private var lines: [String] = []

  /// Makes an assembler that waits for a first line.
  public init() {}

  /// Whether a cell has begun and needs another line.
  public var isOpen: Bool { !lines.isEmpty }

  /// The lines of the unfinished cell.
  public var pending: String { lines.joined(separator: "\n") }

  /// Takes the next line.
  ///
  /// - Returns: the cell's whole text, or nil while a bracket is open.
  public mutating func feed(_ line: String) -> String? {
    lines.append(line)
    scan(line)
    // A tensor is printed with this on a line of its own before its bracket.
    if depth > 0 || line.trimmingBlanks.hasSuffix("Parameter containing:") { return nil }
    return finish()
  }

  /// Gives up waiting: the text so far, whose bracket the parser will find unclosed.
  public mutating func finish() -> String? {
    guard isOpen else { return nil }
    let text = pending
    lines = []
    depth = 0
    return text
  }

  private mutating func scan(_ line: String) {
    var inString = false
    var isEscaped = false
    for byte in line.utf8 {
      if inString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          inString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): inString = true
      case UInt8(ascii: "#"): return
      case UInt8(ascii: "["), UInt8(ascii: "("): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: ")"): depth = max(0, depth - 1)
      default: break
      }
    }
  }
}

extension StringProtocol {
  /// The text without blanks at its ends.
  var trimmingBlanks: String {
    let bytes = Array(utf8)
    guard let first = bytes.firstIndex(where: { !$0.isBlank }),
      let last = bytes.lastIndex(where: { !$0.isBlank })
    else { return "" }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }
}
