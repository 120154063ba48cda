import Language
import ArgumentParser
import Notebook

/// How a replay goes on: by itself, or by a person's keys.
struct PaceOptions: ParsableArguments {
  @Flag(help: "Wait for a key before each cell, and again before it runs; ? lists the keys.")
  var step = false

  @Option(help: ArgumentHelp("With --step: begin at this cell.", valueName: "cell"))
  var from: Int?

  func validate() throws {
    guard from == nil || step else { throw ValidationError("--from needs --step") }
    guard from ?? 1 >= 1 else { throw ValidationError("cells count from 1") }
  }

  /// Steps through a file in a fresh session, then opens the notebook with what it left. Where
  /// nobody can press a key, the file is replayed.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - path: what errors call it.
  ///   - first: the cell to begin with.
  ///   - shared: what the file may touch.
  /// - Throws: ``Status``, and an error for wrong usage.
  static func run(
    _ file: SessionFile, path: String, from first: Int?, _ shared: SharedOptions
  ) throws {
    guard Presenter.isPossible else {
      return try ReplayFiles.replay(file, path: path, shared).leave()
    }
    if let first, first > file.cells.count {
      throw ValidationError("there is no cell \(first): \(path.visible) has \(file.cells.count)")
    }
    var inner = Notebook(files: shared.access(for: path))
    inner.isReplaying = true
    let history = History()
    let journal = Journal.begin()
    var presenter = Presenter(
      Lecture(file, in: inner, outer: Notebook()), path: path, history: history,
      journal: journal)
    let notebook = presenter.run(from: first)
    var terminal = Terminal(notebook: notebook, history: history, journal: journal)
    try terminal.talk().leave()
  }
}

/// `dpu lessons`: lists the lessons.
struct ListLessons: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lessons", abstract: "List the lessons, which are part of the program.")

  func run() throws { Console.print(try Lessons().table(opening: "dpu lesson")) }
}

/// `dpu lesson NAME|FILE`: steps through a lesson, or through any session file.
struct OpenLesson: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lesson", abstract: "Step through a lesson, from any folder.",
    usage: "dpu lesson [--from <cell>] [<options>] <name|file>",
    discussion: """
      Enter shows the next cell, Enter again runs it; ? lists the other keys. q goes on in a \
      notebook with the state as it is. Without a terminal the lesson is replayed.
      """)

  @Option(help: ArgumentHelp("Begin at this cell.", valueName: "cell"))
  var from: Int?

  @OptionGroup var shared: SharedOptions

  @Argument(help: "A lesson's name, or a session file: ./mine.dpu.")
  var name: String

  func validate() throws {
    guard from ?? 1 >= 1 else { throw ValidationError("cells count from 1") }
  }

  func run() throws {
    do {
      let (file, path) = try Lessons().open(name)
      try PaceOptions.run(file, path: path, from: from, shared)
    } catch let error as LessonError {
      Console.error("dpu: error: \(error.message.visible)")
      Console.error("  \(error.remedy(listing: "dpu lessons"))")
      throw Status.unreadable
    } catch let error as FileError {
      throw Status(of: error)
    }
  }
}
