import Language

/// `undo [K]`, `undo reset`, `undo prose`: goes back to before the last cells.
enum UndoCommand: NotebookCommand {
  static let name = "undo"
  static let summary = "take the last cell back, or the last K"
  static let details = """
    Everything that the cells changed is as before them: tensors, gradients, the recorded graph, the
    generator, names, print options. Cells that failed, and help, history, save, undo and redo, do
    not count. Numbers are never given twice. Files that were written stay written.

    undo reset returns to the session before the last reset, or before a lesson, as one step that
    redo repeats. undo prose takes back the last line of prose, which save would write.
    """
  static let example = "undo 2"

  static let count = Argument<Int>.size("K")
  static let whole = Argument<String>.choice("reset|prose", ["reset", "prose"])
  static let forms = [Form(), Form(count), Form(whole)]

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    let numbers: [Int]
    switch try call[optional: whole] {
    case "prose"?:
      let line = try call.placing(at: whole) { try notebook.undoProse() }
      return .message("took back the line: \(line.visible.shortened)")
    case "reset"?:
      numbers = try call.placing(at: whole) { try notebook.undoReset() }
    default:
      let count = try call[optional: count] ?? 1
      numbers = try call.placing(at: Self.count) { try notebook.undo(count) }
    }
    let isReset = call.has(whole)
    var text = (isReset ? "the session before reset is back: " : "") + "undid \(numbers.cellList)"
    let paths = Set(notebook.pathsSaved(after: numbers)).sorted()
    if !paths.isEmpty {
      text += "; not undone: the file written to \(paths.map(\.visible).joined(separator: ", "))"
    }
    return .message(text)
  }
}

/// `redo [K]`: goes forward again over cells that were undone.
enum RedoCommand: NotebookCommand {
  static let name = "redo"
  static let summary = "do the last undone cell again, or the last K"
  static let details = "Possible until another cell is run. The state is exactly what it was."
  static let example = "redo"

  static let count = Argument<Int>.size("K")
  static let forms = [Form(), Form(count)]

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    let count = try call[optional: count] ?? 1
    let numbers = try call.placing(at: Self.count) { try notebook.redo(count) }
    return .message("redid \(numbers.cellList)")
  }
}

extension [Int] {
  /// `In [3]`, or `In [3] to In [7] (5 cells)`.
  fileprivate var cellList: String {
    guard let first, let last, count > 1 else { return first.map { "In [\($0)]" } ?? "nothing" }
    return "In [\(first)] to In [\(last)] (\(count) cells)"
  }
}
