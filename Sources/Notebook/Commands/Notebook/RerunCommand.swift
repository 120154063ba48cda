/// `rerun A-B`: runs cells again.
enum RerunCommand: NotebookCommand {
  static let name = "rerun"
  static let summary = "run cells again"
  static let details = """
    rerun 3 runs cell 3 again, rerun 3-5 cells 3 to 5, as if they were typed once more. What worked
    on the notebook (help, undo, save, …) is left out, and what failed unless it is asked for alone.
    """
  static let example = "rerun 1-3"

  static let range = Argument<ClosedRange<Int>>(
    "A-B", kind: .number, fits: { $0.word != nil },
    decode: { value, _ in
      let parts = (value.word ?? "").split(separator: "-", omittingEmptySubsequences: false)
        .map { Int($0) }
      guard let first = parts.first ?? nil, let last = parts.last ?? nil, parts.count <= 2,
        first >= 1, first <= last
      else { throw NotebookError.badRange(value.word ?? value.quoted) }
      return first...last
    })
  static let forms = [Form(range)]

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    let range = try call[range]
    let base = notebook.base
    guard range.upperBound < notebook.nextNumber - base else {
      throw call.placed(NotebookError.noSuchCell(range.upperBound), at: Self.range)
    }
    let log = notebook.log
    let cells = range.lazy.compactMap { log[$0 + base] }.filter { cell in
      switch cell.status {
      case .accepted, .undone: true
      // A rerun that failed, run again, might run itself.
      case .failed: range.count == 1 && !worksOnTheNotebook(cell.source)
      case .aside: false
      }
    }
    // A rerun of reruns doubles; a few lines could go on for ever.
    let before = notebook.isReplaying ? notebook.cellsRerun : 0
    let sources = Array(cells.prefix(Limit.rerun.value + 1 - before).map(\.source))
    guard before + sources.count <= Limit.rerun.value else {
      throw call.placed(
        NotebookError.tooManyToRerun(isInFile: notebook.isReplaying), at: Self.range)
    }
    guard !sources.isEmpty else {
      throw call.placed(NotebookError.nothingToRerun(range), at: Self.range)
    }
    notebook.cellsRerun = before + sources.count
    return .rerun(sources)
  }

  private static func worksOnTheNotebook(_ source: String) -> Bool {
    let verb = source.split { $0.isWhitespace || $0 == ";" }.first.map(String.init) ?? ""
    return CommandTable.notebookCommand(verb) != nil
  }
}
