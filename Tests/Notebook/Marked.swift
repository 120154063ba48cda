import Testing

@testable import Notebook

/// A cell in which « and » mark the place where an error is expected.
struct Marked {
  /// The cell without the marks.
  let source: String
  /// The place, in UTF-8 offsets.
  let range: Range<Int>?

  init(_ text: String) {
    let parts = text.split(separator: "«", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      (source, range) = (text, nil)
      return
    }
    let rest = parts[1].split(separator: "»", maxSplits: 1, omittingEmptySubsequences: false)
    source = String(parts[0]) + String(rest[0]) + (rest.count > 1 ? String(rest[1]) : "")
    let start = parts[0].utf8.count
    range = start..<start + rest[0].utf8.count
  }
}

extension Notebook {
  /// Expects that a cell is refused in its marked place, and that the layer `m` and the next random
  /// number are what they were.
  ///
  /// - Returns: the notebook after it; nil where the cell is not refused.
  @discardableResult
  func expectRefused(
    _ text: String, _ message: String, _ remedy: String?,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> Notebook? {
    let cell = Marked(text)
    var notebook = self
    guard let failure = notebook.run(cell.source).failure else {
      Issue.record("\(cell.source) is not refused", sourceLocation: sourceLocation)
      return nil
    }
    #expect(
      failure.message.contains(message), "\(failure.message)", sourceLocation: sourceLocation)
    if let remedy {
      let found = failure.remedy ?? ""
      #expect(found.contains(remedy), "\(found)", sourceLocation: sourceLocation)
    }
    #expect(failure.range == cell.range, "\(text)", sourceLocation: sourceLocation)
    #expect(notebook.state == state, "\(text)", sourceLocation: sourceLocation)
    return notebook
  }

  private var state: [String?] {
    var notebook = self
    return ["m.mask", "m.weight", "units", "rand(1)"].map { notebook.shown($0) }
  }
}

extension Notebook {
  /// A notebook that has run some cells, none of which may fail.
  static func after(_ cells: [String], sourceLocation: SourceLocation = #_sourceLocation)
    -> Notebook
  {
    var notebook = Notebook()
    for cell in cells {
      let failure = notebook.run(cell).failure
      #expect(failure == nil, "\(cell): \(failure?.message ?? "")", sourceLocation: sourceLocation)
    }
    return notebook
  }
}
