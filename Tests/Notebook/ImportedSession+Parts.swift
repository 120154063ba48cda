import Foundation
import TestSupport

@testable import Notebook

extension ImportedSession {
  /// What a text becomes.
  static func of(
    _ text: String, _ path: String = "a.py", files: FileAccess = .nothing
  ) throws -> ImportedSession {
    try ImportedSession(text, path: path, files: files)
  }

  /// Its cells.
  func cells() throws -> [SessionFile.Cell] {
    try SessionFile(text: text, path: "a.dpu").cells
  }

  /// The texts of its cells.
  func sources() throws -> [String] { try cells().map(\.source) }

  /// The lines of its prose.
  func prose() throws -> [String] {
    try SessionFile(text: text, path: "a.dpu").items.compactMap { item in
      if case .prose(let line) = item { line } else { nil }
    }
  }

  /// The cells that give something else than what is recorded.
  func disagreements(files: FileAccess = .nothing) throws -> [String] {
    var notebook = Notebook(files: files)
    notebook.isReplaying = true
    return try cells().compactMap { cell in
      let result = notebook.run(cell.source)
      return try result.record == cell.record ? nil : cell.source
    }
  }
}
