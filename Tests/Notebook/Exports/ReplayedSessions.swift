import Foundation
import TestSupport

@testable import Notebook

extension ReplayedFile {
  /// A session file of this text, replayed.
  static func replayed(_ text: String, keepsGoing: Bool = false) throws -> ReplayedFile {
    try ReplayedFile(
      SessionFile(text: text, path: "x.dpu"), path: "x.dpu", files: .everything,
      keepsGoing: keepsGoing)
  }

  /// One of the project's sessions, as it is and replayed.
  static func session(_ name: String) throws -> (text: String, replayed: ReplayedFile) {
    let path = Fixture.package.appending(path: "sessions/\(name)").path
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return (
      text,
      try ReplayedFile(
        SessionFile(text: text, path: path), path: path,
        files: FileAccess(reading: .everything, writing: .folders([]), folder: nil))
    )
  }

  /// Their names.
  static let sessions = made {
    try FileManager.default
      .contentsOfDirectory(atPath: Fixture.package.appending(path: "sessions").path)
      .filter { $0.hasSuffix(SessionFile.suffix) }.sorted()
  }
}
