import Language

/// `export FILE`: writes the session as a document for other readers.
enum ExportCommand: NotebookCommand {
  static let name = "export"
  static let summary = "write the session for other readers: the suffix says how"
  static let details = """
    The suffix decides: \(Exports.all.map { "\($0.suffix) \($0.summary)" }.joined(separator: ", ")).
    Prose, the lines after #, may have Markdown's headings, lists, *emphasis*, **strength**, `code`,
    ``` fences and links to the web. The cells that succeeded since the last reset are replayed for
    it, as save would write them. A file that is there is replaced only with overwrite=true. dpu
    export FILE --to NAME does the same for a session file.
    """
  static let example = "export session.html"

  static let file = Argument<String>.file()
  static let overwrite = Argument<Bool>.flag("overwrite").defaulting(to: false)
  static let forms = [Form(file)]
  static let keywords: [any AnyArgument] = [overwrite]

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    let path = try call[file]
    guard let format = Exports.format(of: path) else {
      throw call.placed(ExportError.unknownSuffix(path), at: file)
    }
    do {
      try notebook.export(to: path, as: format, replacing: try call[overwrite])
    } catch let error as any Explained {
      throw call.placed(error, at: file)
    }
    let cells = notebook.log.savedCells
    return .message("exported \(cells) cell\(cells == 1 ? "" : "s") to \(path)")
  }
}
