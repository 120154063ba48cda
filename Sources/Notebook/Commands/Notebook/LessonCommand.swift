/// `lesson NAME`: steps through a lesson.
enum LessonCommand: NotebookCommand {
  static let name = "lesson"
  static let summary = "step through a lesson, one key at a time"
  static let details = """
    Enter shows the next cell, Enter again runs it; ? lists the other keys, q leaves
    into the prompt with the state as it is. The cells run in this session, as with
    replay FILE step. lessons lists the names.
    """
  static let example = "lesson first-steps"

  static let lesson = Parameter<String>.lesson()
  static let forms = [Form(lesson)]

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    guard !notebook.isReplaying else {
      throw LessonError.insideFile(name: try call[lesson].shortened)
    }
    do {
      let path = try Lessons().lesson(try call[lesson]).path
      return .lecture(try SessionFile(text: try notebook.files.read(path), path: path), path: path)
    } catch let error as any Explained {
      throw call.placed(error, at: lesson)
    }
  }
}

/// `lessons`: lists them.
enum LessonsCommand: NotebookCommand {
  static let name = "lessons"
  static let summary = "list the lessons"
  static let details = """
    Shows each lesson's name, its number of cells and its first line. Lessons are
    session files in the folder that the environment variable DPU_SESSIONS names, in
    ./sessions, and in the sessions folder next to the program or next to a folder
    it lies in. lesson NAME steps through one.
    """
  static let example = "lessons"

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    guard !notebook.isReplaying else { throw LessonError.insideFile(name: nil) }
    return .text(try Lessons().table() + "\n\nlesson NAME steps through one.")
  }
}
