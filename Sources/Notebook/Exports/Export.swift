import Language
import Running

/// A format in which a session leaves the notebook.
public protocol Export: Sendable {
  /// Its name on the command line: `--to NAME`.
  var name: String { get }
  /// The suffix of its files, with the dot.
  var suffix: String { get }
  /// What it makes, in a few words.
  var summary: String { get }

  /// The whole text of a file.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  func text(of file: ReplayedFile) throws -> String
}

/// Every format.
public enum Exports {
  /// In the order in which help lists them.
  public static let all: [any Export] = [
    PythonExport(), IpynbExport(), MarkdownExport(), HTMLExport(),
  ]

  /// The format of a file, by its suffix; nil where no format has it.
  public static func format(of path: String) -> (any Export)? {
    all.first { path.hasSuffix($0.suffix) }
  }

  /// Writes a document as a whole or not at all.
  ///
  /// - Parameters:
  ///   - text: the document.
  ///   - path: where.
  ///   - replaces: whether a file that is there is replaced.
  /// - Throws: ``FileError``.
  public static func write(_ text: String, to path: String, replacing replaces: Bool) throws {
    guard !TextFile.isFolder(path) else { throw FileError.isDirectory(path) }
    _ = try FileReplacement(path).write(text, expecting: replaces ? .anything : .nothing)
  }
}

/// Why there is no document.
enum ExportError: Error, Explained {
  case unknownSuffix(String)
  case cellFails(number: Int, message: String)

  var message: String {
    switch self {
    case .unknownSuffix(let path):
      "the suffix of '\(path.shortened)' names no format: one of "
        + Exports.all.map(\.suffix).joined(separator: " ")
    case .cellFails(let number, let message):
      "cell \(number) of the saved session fails: \(message)"
    }
  }

  var remedy: String? {
    switch self {
    case .unknownSuffix: "export lecture\(HTMLExport().suffix)"
    case .cellFails: nil
    }
  }
}
