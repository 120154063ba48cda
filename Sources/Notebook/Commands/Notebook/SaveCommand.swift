/// `save FILE`: writes the session as a file that replays to the same state.
enum SaveCommand: NotebookCommand {
  static let name = "save"
  static let summary = "write the session to a file that can be replayed"
  static let details = """
    Writes every cell that succeeded, with its result, and the prose between them. A file that was
    not saved from here, or was changed since, is replaced only with overwrite=true. dpu replay FILE shows it again, dpu
    check FILE compares it with its records.
    """
  static let example = "save session.dpu"

  static let file = Argument<String>.file()
  static let overwrite = Argument<Bool>.flag("overwrite").defaulting(to: false)
  static let forms = [Form(file)]
  static let keywords: [any AnyArgument] = [overwrite]

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    let path = try call[file]
    let mayReplace = try call[overwrite]
    do throws(FileError) {
      try notebook.save(to: path, replacing: mayReplace)
    } catch {
      throw call.placed(error, at: file)
    }
    let cells = notebook.log.savedCells
    return .message("saved \(cells) cell\(cells == 1 ? "" : "s") to \(path)")
  }
}
