import Language

/// Why a notebook cannot be read.
public enum ImportError: Error, Equatable, Explained {
  /// Not a format that is read.
  case unknownSuffix(String)
  /// What is wrong with a `.ipynb` file, in words that follow its name.
  case notANotebook(String, reason: String)
  /// A notebook of an old format.
  case oldNotebook(String, version: Int)
  /// Nothing in it to take over.
  case noCells(String)

  /// The file's name, as it was given.
  public var path: String {
    switch self {
    case .unknownSuffix(let path), .notANotebook(let path, _), .oldNotebook(let path, _),
      .noCells(let path):
      path
    }
  }

  public var message: String {
    switch self {
    case .unknownSuffix(let path): "the suffix of '\(path)' names no format that is read"
    case .notANotebook(let path, let reason): "'\(path)' \(reason)"
    case .oldNotebook(let path, let version):
      "'\(path)' is a Jupyter notebook of format \(version); formats from 4 on are read"
    case .noCells(let path): "'\(path)' has no cells"
    }
  }

  public var remedy: String? {
    switch self {
    case .unknownSuffix: "it is one of \(NotebookFile.suffixes.joined(separator: " "))"
    case .notANotebook: "a Jupyter notebook is JSON with cells, as Jupyter saves it"
    case .oldNotebook(let path, _): "jupyter nbconvert --to notebook '\(path)' converts it"
    case .noCells: nil
    }
  }
}
