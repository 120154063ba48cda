/// A text in which the marks of Markdown are read that plain prose uses: `*emphasis*`, `**strength**`,
/// `` `code` ``, `[links](https://…)`.
///
///     MarkedText("a *small* step of `0.02`").html   // a <em>small</em> step of <code>0.02</code>
///
/// Whatever else stands in it is text and reads as it stands: marks that do not close, and those
/// within words, as in `2**3` and `weight_orig`; HTML; links to anything but the web and mail.
public struct MarkedText {
  /// What marks make of a text.
  enum Mark: Equatable {
    case emphasis, strength, both
    /// A link; the address is one of the web or of mail.
    case link(String)
  }

  /// A piece of the text. Marks open and close in pairs, one within the other.
  enum Piece: Equatable {
    case text(String)
    case code(String)
    case open(Mark)
    case close(Mark)
  }

  let pieces: [Piece]

  /// Reads a text.
  ///
  /// - Parameter text: its lines; they stay lines.
  public init(_ text: String) { pieces = MarkReader.pieces(of: text) }

  /// The text alone.
  public var plain: String {
    pieces.map { piece in
      switch piece {
      case .text(let text), .code(let text): text
      case .open, .close: ""
      }
    }.joined()
  }

  /// The text as HTML within an element: everything is escaped that the marks did not make.
  public var html: String {
    pieces.map { piece in
      switch piece {
      case .text(let text): Markup.escaped(text).replacing("\n", with: "<br>\n")
      case .code(let text): "<code>\(Markup.escaped(text))</code>"
      case .open(.emphasis): "<em>"
      case .open(.strength): "<strong>"
      case .open(.both): "<strong><em>"
      case .open(.link(let address)):
        "<a href=\"\(Markup.escaped(address))\" rel=\"noopener noreferrer\">"
      case .close(.emphasis): "</em>"
      case .close(.strength): "</strong>"
      case .close(.both): "</em></strong>"
      case .close(.link): "</a>"
      }
    }.joined()
  }

  /// The text as Markdown that reads the same: what is no mark here is escaped.
  public var markdown: String {
    var result = ""
    var beginsLine = true
    for piece in pieces {
      switch piece {
      case .text(let text):
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        result += lines.enumerated().map { index, line in
          index > 0 || beginsLine ? Markdown.escapedLine(line) : Markdown.escaped(line)
        }.joined(separator: "  \n")
        beginsLine = text.hasSuffix("\n")
        continue
      case .code(let text): result += Markdown.code(text)
      case .open(.emphasis), .close(.emphasis): result += "*"
      case .open(.strength), .close(.strength): result += "**"
      case .open(.both), .close(.both): result += "***"
      case .open(.link):
        // Nothing is an image, which would be fetched.
        if result.hasSuffix("!") { result = result.dropLast() + "\\!" }
        result += "["
      case .close(.link(let address)): result += "](\(address))"
      }
      beginsLine = false
    }
    return result
  }
}
