import Files
import Language

/// A notebook or a program as others write it: its cells, and what they showed there.
struct NotebookFile {
  /// One cell.
  struct Cell {
    /// Whether it is code, and not text.
    let isCode: Bool
    /// Its lines.
    let lines: [String]
    /// What messages call the place of one of its lines, counted from 0.
    let place: Place
    /// Whether the value of its last line is shown.
    var isInteractive = true
    /// What it printed; nil where the file does not say.
    var printed: String?
    /// What its last expression showed; nil where the file does not say.
    var shown: String?
    /// Whether it ended with an error there.
    var failed = false
  }

  /// Where a cell stands.
  enum Place {
    /// The number of the cell, from 1.
    case cell(Int)
    /// The number of its first line in the file, from 1.
    case line(Int)

    /// The place of one of its lines, counted from 0.
    func text(_ line: Int) -> String {
      switch self {
      case .cell(let number): "cell \(number), line \(line + 1)"
      case .line(let first): "line \(first + line)"
      }
    }

    /// The place of the cell.
    var text: String {
      switch self {
      case .cell(let number): "cell \(number)"
      case .line(let first): "line \(first)"
      }
    }
  }

  /// The suffixes of what is read.
  static let suffixes = [".ipynb", ".py", ".txt"]

  let cells: [Cell]

  /// Reads the text of a file.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - path: its name, whose suffix says what it is.
  /// - Throws: ``ImportError``.
  init(_ text: String, path: String) throws(ImportError) {
    let lines = Self.lines(of: text)
    switch Self.suffixes.first(where: path.hasSuffix) {
    case ".ipynb": cells = try JupyterReader.cells(text, path: path)
    case ".py": cells = ScriptReader.cells(lines)
    case ".txt": cells = TranscriptReader.cells(lines) ?? ScriptReader.cells(lines)
    default: throw .unknownSuffix(path)
    }
    guard !cells.isEmpty else { throw .noCells(path) }
  }

  /// The lines of a text, whichever ends they have.
  static func lines(of text: String) -> [String] {
    var bytes = text.utf8[...]
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes = bytes.dropFirst(3) }
    return bytes.split(separator: 0x0a, omittingEmptySubsequences: false).map {
      String(decoding: $0.last == 0x0d ? $0.dropLast() : $0, as: UTF8.self)
    }
  }
}
