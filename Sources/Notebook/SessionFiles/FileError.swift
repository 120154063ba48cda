import CLibrary
import Language
import Running

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
  case holdsOther(String)
  case otherVersion(String, version: String)
  case notASession(String, isNearlyOne: Bool)
  case recordWithoutCell(String, line: Int)
  case expectation(String, line: Int, ExpectationError)
  case tooLarge(String, Limit)
  case lineTooLong(String, line: Int, Limit)
  case nobodyWrites(String)
  case interrupted(String)
  case changed(String)
  case readOnly(String)
  case belongsToAnother(String)
  case hasOtherNames(String)
  case leadsOutside(String, to: String)
  case leadsNowhere(String)

  init(path: String, code: Int32, isWriting: Bool) {
    self =
      code == ENOENT && !isWriting
      ? .notFound(path)
      : .system(path, reason: String(cString: strerror(code)), isWriting: isWriting)
  }

  /// Whether the file was refused for safety.
  public var isRefusal: Bool {
    switch self {
    case .readRefused, .writeRefused, .changed, .readOnly, .belongsToAnother, .hasOtherNames,
      .leadsOutside, .leadsNowhere:
      true
    default: false
    }
  }

  /// The file's name, as it was given.
  public var path: String {
    switch self {
    case .notFound(let path), .isDirectory(let path), .notAFile(let path), .notUTF8(let path, _, _),
      .system(let path, _, _), .readRefused(let path), .writeRefused(let path),
      .wouldOverwrite(let path), .holdsOther(let path), .otherVersion(let path, _),
      .notASession(let path, _),
      .recordWithoutCell(let path, _), .expectation(let path, _, _), .tooLarge(let path, _),
      .lineTooLong(let path, _, _),
      .nobodyWrites(let path), .interrupted(let path), .changed(let path), .readOnly(let path),
      .belongsToAnother(let path), .hasOtherNames(let path), .leadsOutside(let path, _),
      .leadsNowhere(let path):
      path
    }
  }

  /// Where in the file, from 1.
  public var place: (line: Int, column: Int)? {
    switch self {
    case .notUTF8(_, let line, let column): (line, column)
    case .recordWithoutCell(_, let line), .expectation(_, let line, _),
      .lineTooLong(_, let line, _):
      (line, 1)
    default: nil
    }
  }

  /// Looks at the flag that asks for a stop.
  ///
  /// - Throws: ``interrupted(_:)``.
  static func checkInterruption(_ path: String) throws(FileError) {
    if Cancellation.isRequested { throw .interrupted(path) }
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
    case .wouldOverwrite(let path): "'\(path)' exists, and is not what was written from here"
    case .holdsOther(let path): "'\(path)' exists, and holds something else"
    case .otherVersion(let path, let version):
      "'\(path)' is a session of version \(version); this dpu reads version 1"
    case .notASession(let path, _):
      "'\(path)' is not a session: its first line is not '\(SessionFile.header)'"
    case .recordWithoutCell(let path, let line):
      "'\(path)' has a record without a cell above it: line \(line)"
    case .expectation(let path, let line, let error):
      "\(error.message): '\(path)', line \(line)"
    case .tooLarge(let path, let limit):
      "'\(path)' is larger than \(limit.words), the most that is read"
    case .lineTooLong(let path, let line, let limit):
      "'\(path)' has a line longer than \(limit.words), the most that is read: line \(line)"
    case .nobodyWrites(let path): "'\(path)' is a pipe into which nothing was written"
    case .interrupted: CellResult.interrupted
    case .changed(let path): "'\(path)' was changed meanwhile, and was left as it is"
    case .readOnly(let path): "'\(path)' is read-only"
    case .belongsToAnother(let path): "'\(path)' belongs to another user"
    case .hasOtherNames(let path):
      "'\(path)' has other names (hard links), which would keep the old text"
    case .leadsOutside(let path, let target):
      "'\(path)' is a link that leads out of its folder, to '\(target)'"
    case .leadsNowhere(let path): "'\(path)' is a link that leads nowhere"
    }
  }

  public var remedy: String? {
    switch self {
    case .readRefused: "--allow-read DIR allows a folder"
    case .writeRefused: "--allow-write DIR allows a folder"
    case .wouldOverwrite, .holdsOther: "overwrite=true after the name replaces it"
    case .otherVersion(_, let version):
      SessionFile.isNewer(version)
        ? "a newer dpu reads it" : "its first line must be '\(SessionFile.header)'"
    case .notASession(_, let isNearlyOne):
      isNearlyOne
        ? "the first line must be exactly so, with nothing above it"
        : "dpu record FILE makes a session of it"
    case .recordWithoutCell: "a record (#> or #!) belongs right below its cell; prose ends that"
    case .tooLarge(_, let limit), .lineTooLong(_, _, let limit): limit.remedy
    case .changed: "look at what it says now, and try again"
    case .readOnly: "chmod u+w makes it writable; another name leaves it as it is"
    case .belongsToAnother, .hasOtherNames: "write to another name, or make a copy: cp FILE COPY"
    case .leadsOutside(_, let target): "if that is meant, name it: \(target)"
    case .leadsNowhere: "remove the link, or name a file"
    default: nil
    }
  }
}
