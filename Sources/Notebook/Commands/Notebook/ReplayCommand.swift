/// `replay FILE`: runs the cells of a session file here.
enum ReplayCommand: NotebookCommand {
  static let name = "replay"
  static let summary = "run the cells of a session file here"
  static let details = """
    The cells run in this session, on top of what it holds, and enter its log as if
    they had been typed; a fresh session shows them with dpu replay FILE. With step,
    Enter shows the next cell and Enter again runs it, ? lists the other keys, and
    the cells run in a session of their own, as after reset; undo reset returns.
    """
  static let example = "replay sessions/first-steps.dpu"

  static let file = Argument<String>.file()
  static let pace = Argument<String>.choice("step", ["step"])
  static let forms = [Form(file), Form(file, pace)]

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    guard !notebook.isReplaying else { throw CellError.replayInsideFile }
    let path = try call[file]
    do throws(FileError) {
      let session = try SessionFile(text: try notebook.files.read(path), path: path)
      return call.has(pace) ? .lecture(session, path: path) : .replay(session, path: path)
    } catch {
      throw call.placed(error, at: file)
    }
  }
}
