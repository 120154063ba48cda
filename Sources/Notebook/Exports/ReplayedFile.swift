import Language
import Reports
import Running
import Tensors

/// A session file with what its cells give: what documents are made of.
public struct ReplayedFile {
  /// A cell with what is said before it and what came of it.
  public struct Page {
    /// The prose before the cell, with its `#`; an empty line stands for blank ones.
    public let prose: [String]
    /// The cell's text, as the file has it.
    public let source: String
    /// What a reader is asked before it is run.
    public let questions: [Question]
    /// What came of it.
    public let result: CellResult
    /// How numbers print after it.
    public let options: PrintOptions
    /// Whether it is part of the final state: it did not fail and was not undone, and it worked on the
    /// session.
    public fileprivate(set) var isInForce = false
  }

  /// The cells in order.
  public let pages: [Page]
  /// The prose after the last cell.
  public let epilogue: [String]
  /// The whole text of the file.
  let text: String
  /// What its cells may read.
  let files: FileAccess
  /// What the file is called where it has no title of its own.
  private let name: String

  /// Replays a file in a fresh session; what it saves is not written again.
  ///
  /// - Parameters:
  ///   - file: the cells.
  ///   - path: where it is.
  ///   - files: what its cells may read.
  ///   - keepsGoing: whether a cell that fails is shown as it fails.
  /// - Throws: ``ReplayFailure`` for a cell that fails and was not recorded to fail; `Cancelled`.
  public init(
    _ file: SessionFile, path: String, files: FileAccess, keepsGoing: Bool = false
  ) throws {
    var notebook = Notebook(files: files)
    notebook.isReplaying = true
    notebook.writesValues = false
    var lecture = Lecture(file, in: notebook, outer: notebook)
    var pages: [Page] = []
    while let page = lecture.next {
      try Cancellation.check()
      guard let result = lecture.run(skipping: keepsGoing) else { break }
      if result.wasCancelled { throw Cancelled() }
      if let failure = result.failure, !keepsGoing, !result.hasFailed(as: page.cell.record) {
        throw ReplayFailure(
          path: path, line: page.cell.line, number: pages.count + 1, source: result.typed,
          failure: failure,
          wasRefused: result.wasRefused)
      }
      pages.append(
        Page(
          prose: page.prose, source: page.cell.source, questions: page.cell.questions,
          result: result,
          options: lecture.notebook.session.printOptions))
    }
    let log = lecture.notebook.log
    for index in pages.indices {
      pages[index].isInForce = log[pages[index].result.number]?.status == .accepted
    }
    (self.pages, epilogue, self.files, text) = (pages, lecture.epilogue, files, file.text)
    let base = path.split(separator: "/").last.map(String.init) ?? path
    let suffixes = [SessionFile.suffix] + Exports.all.map(\.suffix)
    let suffix = suffixes.first { base.hasSuffix($0) && base != $0 } ?? ""
    name = String(base.dropLast(suffix.count))
  }

  /// The first heading, or else the file's name.
  public var title: String { heading ?? name.visible }

  /// Whether the prose begins with the title.
  var hasTitle: Bool { heading != nil }

  private var heading: String? {
    let first = Prose.paragraphs(of: pages.first?.prose ?? epilogue).first { !$0.text.isEmpty }
    return first?.isHeading == true ? first.map { MarkedText($0.text).plain } : nil
  }
}

/// A cell that fails where nobody recorded that.
public struct ReplayFailure: Error {
  /// The file.
  public let path: String
  /// The cell's first line in it.
  public let line: Int
  /// The cell's place in the file, from 1.
  public let number: Int
  /// What was typed.
  public let source: String
  /// Why it failed.
  public let failure: Diagnostic
  /// Whether it was refused for safety.
  public let wasRefused: Bool
}
