import CLibrary
import CReadline
import Notebook
import Running
import Synchronization

/// Standard output and standard error: every byte that dpu shows goes through here.
enum Console {
  /// When to colour, as the command line says.
  static let colour = Mutex(Style.Choice.auto)

  /// How standard output is coloured.
  static var style: Style { Style(colour.withLock { $0 }, descriptor: STDOUT_FILENO) }

  /// How standard error is coloured.
  static var errorStyle: Style { Style(colour.withLock { $0 }, descriptor: STDERR_FILENO) }

  /// Whether a person types.
  static var isInputTerminal: Bool { isatty(STDIN_FILENO) == 1 }

  /// Whether a person reads.
  static var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether a person reads what goes to standard error.
  static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// The columns for an error where a person reads it; a program gets it in one line.
  static var errorWidth: Int? { isErrorTerminal ? Screen.size.columns : nil }

  /// The columns for a line where a person reads it.
  static var outputWidth: Int? { isOutputTerminal ? Screen.size.columns : nil }

  /// Writes a line to standard output.
  static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

  /// Writes a text that has its own end: a question, a document.
  static func prompt(_ text: String) { write(text, to: STDOUT_FILENO) }

  /// Writes a line to standard error.
  static func error(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

  /// Says why a file cannot be used.
  static func error(_ error: FileError) {
    if case .interrupted = error { return self.error(error.message) }
    let place = error.place.map { "\(error.path.visible):\($0.line):\($0.column)" } ?? "dpu"
    let message = "\(place): error: \(error.message.visible)"
    self.error(Diagnostic.lines(message, width: errorWidth))
    if let remedy = error.remedy {
      self.error(Diagnostic.lines("  \(remedy.visible)", width: errorWidth))
    }
  }

  /// Bytes after which a text that is being written looks whether Ctrl-C was pressed.
  private static let piece = 1 << 13

  /// Writes text to a descriptor; a terminal gets characters that it can show.
  ///
  /// After Ctrl-C what is left of a long text is left out, and its line ends.
  static func write(_ text: String, to descriptor: Int32) {
    let isPlain = !PlainCharacters.isUTF8 && isatty(descriptor) == 1
    let text = isPlain ? PlainCharacters.ascii(text) : text
    // A reader that has gone is no error of ours; there is nobody left to tell.
    if !writePieces(of: text, to: descriptor), descriptor == STDOUT_FILENO {
      let code = errno
      if code != EPIPE {
        error("dpu: error: standard output cannot be written: \(String(cString: strerror(code)))")
      }
      Status.failed.exit()
    }
  }

  private static func writePieces(of text: String, to descriptor: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var start = 0
      while start < bytes.count {
        if start > 0, Cancellation.isRequested {
          return TextFile.writeAll([UInt8(ascii: "\n")], to: descriptor)
        }
        let end = min(bytes.count, start + piece)
        guard TextFile.writeAll(Array(bytes[start..<end]), to: descriptor) else { return false }
        start = end
      }
      return true
    }
  }
}
