import ArgumentParser
import Notebook

/// How a replay goes on: by itself, or by a person's keys.
struct StepOptions: ParsableArguments {
  @Flag(help: "Wait for a key before each cell, and again before it runs; ? lists the keys.")
  var step = false

  @Option(help: ArgumentHelp("With --step: begin at this cell.", valueName: "cell"))
  var from: Int?

  func validate() throws {
    guard from == nil || step else { throw ValidationError("--from needs --step") }
    guard from ?? 1 >= 1 else { throw ValidationError("cells count from 1") }
  }

  /// Steps through a file in a fresh session, then opens the notebook with what it left.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - first: the cell to begin with.
  ///   - shared: what the file may touch.
  /// - Throws: ``Status``, and an error for wrong usage.
  static func run(_ path: String, from first: Int?, _ shared: SharedOptions) throws {
    // Where nobody can press a key, nobody is waited for.
    guard Stepper.isPossible else { return try ReplayFiles.replay([path], shared) }
    guard let file = SessionFile.open(path) else { throw Status.unreadable }
    if let first, first > file.cells.count {
      throw ValidationError("there is no cell \(first): \(path) has \(file.cells.count)")
    }
    var inner = Notebook(files: shared.access(for: path))
    inner.isReplaying = true
    let history = History()
    let journal = Journal.begin()
    var stepper = Stepper(
      Lecture(file, in: inner, outer: Notebook()), path: path, history: history,
      journal: journal)
    let notebook = stepper.run(from: first)
    var terminal = Terminal(notebook: notebook, history: history, journal: journal)
    try terminal.talk().leave()
  }
}

/// `dpu lessons`: lists the lessons.
struct ListLessons: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lessons", abstract: "List the lessons.",
    discussion: """
      Lessons are session files in the folder that the environment variable DPU_SESSIONS names, in \
      ./sessions, and in the sessions folder next to the program or next to a folder it lies in.
      """)

  func run() throws {
    do throws(LessonError) {
      Console.print(try Lessons().table())
    } catch {
      throw error.shown
    }
  }
}

/// `dpu lesson NAME`: steps through a lesson.
struct OpenLesson: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lesson", abstract: "Step through a lesson, from any folder.",
    usage: "dpu lesson [--from <cell>] [<options>] <name>",
    discussion: """
      Enter shows the next cell, Enter again runs it; ? lists the other keys. q goes on in a \
      notebook with the state as it is. Without a terminal the lesson is replayed.
      """)

  @Option(help: ArgumentHelp("Begin at this cell.", valueName: "cell"))
  var from: Int?

  @OptionGroup var shared: SharedOptions

  @Argument(help: "A lesson's name, as dpu lessons lists it.")
  var name: String

  func validate() throws {
    guard from ?? 1 >= 1 else { throw ValidationError("cells count from 1") }
  }

  func run() throws {
    let path: String
    do throws(LessonError) {
      path = try Lessons().lesson(name).path
    } catch {
      throw error.shown
    }
    try StepOptions.run(path, from: from, shared)
  }
}

extension LessonError {
  /// Says on standard error what is wrong.
  fileprivate var shown: Status {
    Console.error("dpu: error: \(message.visible)")
    if let remedy { Console.error("  \(remedy)") }
    return .unreadable
  }
}
