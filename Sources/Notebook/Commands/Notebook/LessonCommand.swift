import Language

/// `lesson NAME`: steps through a lesson.
enum LessonCommand: NotebookCommand {
  static let name = "lesson"
  static let summary = "step through a lesson, one key at a time"
  static let details = """
    Enter shows the next cell, Enter again runs it; ? lists the other keys, q leaves
    into the prompt with the state as it is. The cells run in a session of their own,
    as after reset; undo reset returns to yours. lessons lists the names; a session
    file is opened by its path: lesson ./mine.dpu. A line #? expect NAME number above
    a cell of it (or shape, or filters) asks what you expect before the cell runs;
    save keeps your answers, and dpu check --report FILE shows them to a teacher.
    """
  static let example = "lesson first-steps"

  static let lesson = Argument<String>.lesson("NAME|FILE")
  static let forms = [Form(lesson)]

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    guard !notebook.isReplaying else {
      throw LessonError.insideFile(name: try call[lesson].shortened)
    }
    do {
      let (file, path) = try Lessons().open(try call[lesson], files: notebook.files)
      return .lecture(file, path: path)
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
    session files that are part of the program. lesson NAME steps through one.
    """
  static let example = "lessons"

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    guard !notebook.isReplaying else { throw LessonError.insideFile(name: nil) }
    return .text(try Lessons().table(opening: LessonCommand.name))
  }
}
