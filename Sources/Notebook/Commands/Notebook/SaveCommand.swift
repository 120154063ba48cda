import Language

/// `save FILE`: writes the session as a file that replays to the same state.
enum SaveCommand: NotebookCommand {
  static let name = "save"
  static let summary = "write the session to a file that can be replayed"
  static let details = """
    Writes every cell that succeeded, with its result, and the prose between them, into FILE.dpu. A
    file that was not saved from here, or was changed since, is replaced only with overwrite=true.
    dpu replay FILE shows it again, dpu check FILE compares it with its records.
    """
  static let example = "save session.dpu"

  static let file = Argument<String>.file()
  static let overwrite = Argument<Bool>.flag("overwrite").defaulting(to: false)
  static let forms = [Form(file)]
  static let keywords: [any AnyArgument] = [overwrite]

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    let path = try call[file]
    let mayReplace = try call[overwrite]
    if let error = SessionSuffixError(path) { throw call.placed(error, at: file) }
    do throws(FileError) {
      try notebook.save(to: path, replacing: mayReplace)
    } catch {
      throw call.placed(error, at: file)
    }
    let cells = notebook.log.savedCells
    return .message("saved \(cells) cell\(cells == 1 ? "" : "s") to \(path)")
  }
}

/// A session is not written into what by its name is something else: a checkpoint, a picture, a page.
private struct SessionSuffixError: Error, Explained {
  private let path: String
  private let suffix: Substring

  /// Suffixes of files that hold something else, values that `save` writes left out.
  private static let others: Set<String> = [
    ".pt", ".pth", ".ckpt", ".pkl", ".onnx", ".h5", ".png", ".pgm", ".jpg", ".jpeg", ".pdf",
  ]

  init?(_ path: String) {
    guard let dot = path.lastIndex(of: ".") else { return nil }
    (self.path, suffix) = (path, path[dot...])
    guard Self.others.contains(suffix.lowercased()) || Exports.format(of: path) != nil else {
      return nil
    }
  }

  var message: String { "a session is not saved as \(suffix)" }

  var remedy: String? {
    let name = path.dropLast(suffix.count)
    if Exports.format(of: path) != nil { return "export \(path), or save \(name).dpu" }
    return "save \(name).dpu; a network or layer: save \(name).safetensors NAME"
  }
}
