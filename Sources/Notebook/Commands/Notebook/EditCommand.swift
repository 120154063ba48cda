/// `edit [N]`: puts a cell's text at the prompt.
enum EditCommand: NotebookCommand {
  static let name = "edit"
  static let summary = "put a cell's text at the prompt, to change and run it"
  static let details = """
    edit 3 brings back cell 3, edit alone the last cell that ran, whether it failed or not. Enter
    runs the text as a new cell; Alt-Enter begins a new line in it. Nothing happens to the old cell:
    undo takes it back.
    """
  static let example = "edit 3"

  static let number = Argument<Int>.size("N")
  static let forms = [Form(), Form(number)]

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    guard notebook.isAtPrompt else { throw NotebookError.onlyAtPrompt }
    guard let number = try call[optional: number] else {
      guard let last = notebook.log.cells.last(where: { $0.status != .aside }) else {
        throw NotebookError.nothingToEdit
      }
      return .terminal(.edit(last.source))
    }
    guard let cell = notebook.log[number] else {
      throw call.placed(NotebookError.noSuchCell(number), at: Self.number)
    }
    return .terminal(.edit(cell.source))
  }
}
