#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Why a file cannot be read or written.
public enum FileError: Error, Equatable, Explained {
  case notFound(String)
  case isDirectory(String)
  case notAFile(String)
  case notUTF8(String, line: Int, column: Int)
  case system(String, reason: String, isWriting: Bool)
  case readRefused(String)
  case writeRefused(String)
  case wouldOverwrite(String)
  case otherVersion(String, version: String)
  case notASession(String, isNearlyOne: Bool)
  case recordWithoutCell(String, line: Int)

  init(path: String, code: Int32, isWriting: Bool) {
    self =
      code == ENOENT && !isWriting
      ? .notFound(path)
      : .system(path, reason: String(cString: strerror(code)), isWriting: isWriting)
  }

  /// Whether the file was refused for safety.
  public var isRefusal: Bool {
    switch self {
    case .readRefused, .writeRefused: true
    default: false
    }
  }

  public var message: String {
    switch self {
    case .notFound(let path): "there is no file '\(path)'"
    case .isDirectory(let path): "'\(path)' is a folder, not a file"
    case .notAFile(let path): "'\(path)' is a device or the like, not a file"
    case .notUTF8(let path, let line, let column):
      "'\(path)' is not UTF-8 text: line \(line), column \(column)"
    case .system(let path, let reason, let isWriting):
      "'\(path)' cannot be \(isWriting ? "written" : "read"): \(reason)"
    case .readRefused(let path): "'\(path)' lies outside what this session may read"
    case .writeRefused(let path): "a session from a file may not write '\(path)'"
    case .wouldOverwrite(let path): "'\(path)' exists, and was not saved from here"
    case .otherVersion(let path, let version):
      "'\(path)' is a session of version \(version); this dpu reads version 1"
    case .notASession(let path, _):
      "'\(path)' is not a session: its first line is not '\(SessionFile.header)'"
    case .recordWithoutCell(let path, let line):
      "'\(path)' has a record without a cell above it: line \(line)"
    }
  }

  public var remedy: String? {
    switch self {
    case .readRefused: "--allow-read DIR allows a folder"
    case .writeRefused: "--allow-write DIR allows a folder"
    case .wouldOverwrite: "save FILE overwrite=true replaces it"
    case .otherVersion(_, let version):
      SessionFile.isNewer(version)
        ? "a newer dpu reads it" : "its first line must be '\(SessionFile.header)'"
    case .notASession(_, let isNearlyOne):
      isNearlyOne
        ? "write the first line exactly so" : "dpu record FILE makes a session of it"
    case .recordWithoutCell: "a record (#> or #!) belongs right below its cell; prose ends that"
    default: nil
    }
  }
}
