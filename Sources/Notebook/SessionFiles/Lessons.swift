import Language
import LessonTexts
import Reports

/// The lessons that are part of the program: found by name, and listed.
public struct Lessons: Sendable {
  /// The lessons, by name.
  public let all: [Lesson]

  /// All that the program has, unless others are given.
  public init(_ all: [Lesson] = Lesson.all) { self.all = all }

  /// The session file of a lesson's name, which may have its suffix.
  ///
  /// - Throws: ``LessonError``, ``FileError``.
  public func file(_ name: String) throws -> SessionFile {
    let plain =
      name.hasSuffix(SessionFile.suffix)
      ? String(name.dropLast(SessionFile.suffix.count)) : name
    guard let lesson = all.first(where: { $0.name == plain }) else {
      let nearest = Spelling.nearest(to: plain, among: all.map(\.name)).first
      throw LessonError.unknown(name, nearest: nearest)
    }
    return try SessionFile(text: lesson.text, path: lesson.name + SessionFile.suffix)
  }

  /// The session file that is meant by a lesson's name or by a file's path.
  ///
  /// What has a `/` in it is a path. A file with the suffix comes before a lesson of its name.
  ///
  /// - Parameters:
  ///   - text: the name or path.
  ///   - files: what may be read.
  /// - Returns: the file, and the path that errors name; the lesson's name and the suffix where it
  ///   is one.
  /// - Throws: ``LessonError``, ``FileError``.
  public func open(
    _ text: String, files: FileAccess = .everything
  ) throws -> (file: SessionFile, path: String) {
    let path = TextFile.expanded(text)
    let isPath =
      path.contains("/") || path.hasSuffix(SessionFile.suffix) && TextFile.exists(path)
    if isPath { return (try SessionFile(text: try files.read(path), path: path), path) }
    let file = try file(text)
    return (file, text.hasSuffix(SessionFile.suffix) ? text : text + SessionFile.suffix)
  }

  /// A line for each lesson: its name, its number of cells, and its first line of prose; below them
  /// how one is opened.
  ///
  /// - Parameter command: what stands before a lesson's name.
  /// - Returns: the lines, without a line feed at the end.
  /// - Throws: ``FileError``.
  public func table(opening command: String) throws(FileError) -> String {
    var rows: [[String]] = []
    for lesson in all {
      let file = try SessionFile(text: lesson.text, path: lesson.name)
      let count = file.cells.count
      rows.append([lesson.name, "\(count) cell\(count == 1 ? "" : "s")", file.title ?? ""])
    }
    let width = Report.lineWidth
    guard let lines = try? Table(rows, leading: [0, 2]).lines else {
      throw .interrupted("the lessons")
    }
    let table = lines.map(\.text)
      .map { $0.count > width ? $0.prefix(width - 1).trimmingBlanks + "…" : $0 }
    return "\(command) NAME steps through one:\n" + table.joined(separator: "\n")
  }
}

/// Why there is no such lesson.
public enum LessonError: Error, Equatable, Explained {
  case unknown(String, nearest: String?)
  case insideFile(name: String?)

  public var message: String {
    switch self {
    case .unknown(let name, _): "there is no lesson '\(name.shortened)'"
    case .insideFile(nil): "a session file cannot list the lessons"
    case .insideFile: "a session file cannot open a lesson"
    }
  }

  public var remedy: String? { remedy(listing: "lessons") }

  /// What to do, where the lessons are listed with this command.
  public func remedy(listing command: String) -> String {
    switch self {
    case .unknown(_, let nearest?): "did you mean '\(nearest)'?"
    case .unknown: "\(command) lists them; a file is named by its path: ./mine.dpu"
    case .insideFile(nil): "dpu lessons lists them, as lessons does at a prompt"
    case .insideFile(let name?): "dpu lesson \(name) opens it, as lesson \(name) does at a prompt"
    }
  }
}

extension SessionFile {
  /// The first line of prose that says something, without its `#`.
  public var title: String? {
    for case .prose(let line) in items {
      let text = Prose.text(of: line).trimmingBlanks
      if !text.isEmpty { return text }
    }
    return nil
  }
}
