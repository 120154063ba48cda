import Reports

/// `diff [K]`: what the last cells changed.
enum DiffCommand: NotebookCommand {
  static let name = "diff"
  static let summary = "show what the last cell changed, or the last K"
  static let details = """
    Name by name: what is new, what went, and how many elements of a tensor are different now; also
    gradients, the generator, and options. undo K takes it back.
    """
  static let example = "diff 3"

  static let count = Argument<Int>.size("K")
  static let forms = [Form(), Form(count)]

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    let count = try call[optional: count] ?? 1
    guard count <= notebook.undoCount else {
      throw call.placed(
        NotebookError.tooFewToCompare(count, available: notebook.undoCount), at: Self.count)
    }
    let before = try notebook.state(at: notebook.timeline.position - count).session
    let rows = try SessionDifference(from: before, to: notebook.session).rows
    return .text(
      rows.isEmpty
        ? "nothing changed" : try Table(rows.map { [$0.name, $0.change] }, leading: [0, 1]).text)
  }
}
