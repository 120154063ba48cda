/// Follows a text's brackets: which are open, and which is the first that is wrong. Brackets in
/// strings and comments do not count, and each kind closes its own.
package struct Brackets {
  /// What is wrong with a text's brackets, at a place in its UTF-8 bytes.
  struct Fault: Equatable {
    /// The place.
    let position: Int
    /// The closing bracket there; nil for the end of a line within a string.
    let closing: UInt8?
    /// The bracket that is open there.
    let open: UInt8?
  }

  private enum Context {
    case code, string, escape, comment
  }

  private var context = Context.code
  private var position = 0
  private var closings: [UInt8] = []
  private var openings: [UInt8] = []

  /// The first thing that is wrong; nothing that follows can make it right.
  private(set) var fault: Fault?

  /// Whether a bracket is open.
  var isOpen: Bool { !closings.isEmpty }

  /// Whether the place is in a comment.
  var isInComment: Bool { context == .comment }

  /// Goes on with the next piece of the text.
  mutating func scan(_ text: some Sequence<UInt8>) {
    for byte in text {
      // Most of a long text are numbers.
      if context != .code || byte.isDelimiter {
        if fault != nil { return }
        read(byte)
      }
      position += 1
    }
  }

  private mutating func read(_ byte: UInt8) {
    switch context {
    case .comment: if byte == 0x0a { context = .code }
    case .string, .escape:
      if byte == 0x0a {
        fault = Fault(position: position, closing: nil, open: openings.last)
      } else if context == .escape {
        context = .string
      } else if byte == UInt8(ascii: "\\") {
        context = .escape
      } else if byte == UInt8(ascii: "\"") {
        context = .code
      }
    case .code:
      if let closing = byte.closingBracket {
        closings.append(closing)
        openings.append(byte)
      } else if byte.isClosingBracket {
        if closings.last == byte {
          closings.removeLast()
          openings.removeLast()
        } else {
          fault = Fault(position: position, closing: byte, open: openings.last)
        }
      } else if byte == UInt8(ascii: "\"") {
        context = .string
      } else if byte == UInt8(ascii: "#") {
        context = .comment
      }
    }
  }
}
