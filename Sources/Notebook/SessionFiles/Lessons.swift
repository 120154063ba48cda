#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The session files that are there to learn from.
///
/// They are looked for in the folder that `DPU_SESSIONS` names, in `./sessions`, and in the
/// `sessions` folder that is next to the program or next to a folder it lies in. Where two have the
/// same name, the first one found is meant.
public struct Lessons {
  /// One lesson.
  public struct Lesson {
    /// Its file's name without the suffix.
    public let name: String
    /// Its file.
    public let path: String
  }

  /// The lessons, sorted by name.
  public let all: [Lesson]

  /// Looks into folders, the most important first.
  public init(folders: [String] = Lessons.folders) {
    var found: [String: Lesson] = [:]
    for folder in folders {
      for file in Self.files(in: folder) where file.hasSuffix(SessionFile.suffix) {
        let name = String(file.dropLast(SessionFile.suffix.count))
        if !name.isEmpty, found[name] == nil {
          found[name] = Lesson(name: name, path: "\(folder)/\(file)")
        }
      }
    }
    all = found.values.sorted { $0.name < $1.name }
  }

  /// The lesson with a name.
  ///
  /// - Throws: ``LessonError``.
  public func lesson(_ name: String) throws(LessonError) -> Lesson {
    let plain =
      name.hasSuffix(SessionFile.suffix)
      ? String(name.dropLast(SessionFile.suffix.count)) : name
    if let lesson = all.first(where: { $0.name == plain }) { return lesson }
    guard !all.isEmpty else { throw .none }
    throw .unknown(name, nearest: Spelling.nearest(to: plain, among: all.map(\.name)).first)
  }

  /// A line for each lesson: its name, its number of cells, and its first line of prose.
  ///
  /// - Throws: ``LessonError/none``.
  public func table() throws(LessonError) -> String {
    guard !all.isEmpty else { throw .none }
    let rows = all.map { lesson -> (name: String, cells: String, title: String) in
      guard let text = try? TextFile.read(lesson.path),
        let file = try? SessionFile(text: text, path: lesson.path)
      else { return (lesson.name.visible, "", "(cannot be read)") }
      let count = file.cells.count
      return (lesson.name.visible, "\(count) cell\(count == 1 ? "" : "s")", file.title ?? "")
    }
    let nameWidth = rows.map(\.name.count).max() ?? 0
    let cellsWidth = rows.map(\.cells.count).max() ?? 0
    return rows.map { row in
      let name = row.name + String(repeating: " ", count: nameWidth - row.name.count)
      let cells = String(repeating: " ", count: cellsWidth - row.cells.count) + row.cells
      let line = "\(name)  \(cells)  \(row.title)".trimmingTrailingBlanks
      return line.count > 80 ? line.prefix(79).trimmingBlanks + "…" : line
    }.joined(separator: "\n")
  }

  /// Where lessons are looked for.
  public static var folders: [String] {
    var folders: [String] = []
    if let named = getenv("DPU_SESSIONS").map({ String(cString: $0) }), !named.isEmpty {
      folders.append(named)
    }
    folders.append("./sessions")
    if let program = FileAccess.realPath("/proc/self/exe") {
      var folder = TextFile.folder(of: program)
      while folder != "/", folder != "." {
        let candidate = folder + "/sessions"
        if files(in: candidate).contains(where: { $0.hasSuffix(SessionFile.suffix) }) {
          folders.append(candidate)
          break
        }
        folder = TextFile.folder(of: folder)
      }
    }
    return folders
  }

  private static func files(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }
}

/// Why there is no such lesson.
public enum LessonError: Error, Equatable, Explained {
  case none
  case unknown(String, nearest: String?)
  case insideFile(name: String?)

  public var message: String {
    switch self {
    case .none: "there are no lessons"
    case .unknown(let name, _): "there is no lesson '\(name.shortened)'"
    case .insideFile(nil): "a session file cannot list the lessons"
    case .insideFile: "a session file cannot open a lesson"
    }
  }

  public var remedy: String? {
    switch self {
    case .none: "DPU_SESSIONS=DIR says where they are; replay FILE step walks through any file"
    case .unknown(_, let nearest):
      nearest.map { "did you mean '\($0.visible)'?" } ?? "lessons lists them"
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
