import Language
import Running

/// A session file made of a Python notebook.
public struct ImportedSession {
  /// A cell that stayed prose, or that shows other values than the notebook.
  public struct Remark {
    /// Where it is in the notebook, in words.
    public let place: String
    /// Why.
    public let reason: String
  }

  /// The text of the session file, with records.
  public let text: String
  /// How many cells of code became cells.
  public let taken: Int
  /// Those that became prose.
  public let left: [Remark]
  /// Those whose values are not what the notebook has.
  public let different: [Remark]

  /// Makes a session of the text of a notebook or a program. Nothing of it is run but the cells that
  /// it becomes.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - path: its name, whose suffix says what it is.
  ///   - files: what the cells may read.
  /// - Throws: ``ImportError``, `Cancelled`.
  public init(_ text: String, path: String, files: FileAccess) throws {
    let file = try NotebookFile(text, path: path)
    var maker = SessionMaker(file, files)
    for cell in file.cells { try maker.take(cell) }
    self.text = maker.text
    (taken, left, different) = (maker.taken, maker.left, maker.different)
  }
}

/// Writes a session while the cells of a notebook are put into it.
private struct SessionMaker {
  private var translation: Translation
  private var lines = [SessionFile.header]
  private var isAfterCell = false
  private(set) var taken = 0
  private(set) var left: [ImportedSession.Remark] = []
  private(set) var different: [ImportedSession.Remark] = []

  init(_ file: NotebookFile, _ files: FileAccess) {
    var words: Set<String> = []
    for cell in file.cells where cell.isCode {
      for line in cell.lines {
        words.formUnion(
          line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
      }
    }
    translation = Translation(words: words, files: files)
  }

  var text: String { lines.joined(separator: "\n") + "\n" }

  mutating func take(_ cell: NotebookFile.Cell) throws {
    try Cancellation.check()
    guard cell.isCode else { return add(prose: MarkdownProse.prose(cell.lines)) }
    let before = translation
    var statements: [PythonStatement] = []
    var reached = 0
    do {
      let code = CodeCell(cell.lines)
      let tokens: PythonTokens
      do {
        tokens = try PythonTokens(code.text)
      } catch {
        translation.forget(code.words, in: cell.place.text)
        throw error
      }
      statements = PythonParser.statements(tokens.tokens)
      translation.begin(showsLast: cell.isInteractive && !code.isQuiet)
      try translation.translate(
        cell: statements, comments: tokens.comments, code.magics, reached: &reached)
      // What Python had done before it failed is not known.
      guard !cell.failed else {
        throw Unsayable(line: 0, reason: "it fails there, and would not fail here")
      }
      add(translation.pieces)
      taken += 1
      try compare(cell)
    } catch let unsayable as Unsayable {
      // What fails there and here alike, and is the last thing that is done, is taken over.
      if cell.failed, let failed = unsayable.failed, reached == statements.count - 1 {
        translation.fail(failed.source, message: failed.message)
        add(translation.pieces)
        taken += 1
        return
      }
      if !statements.isEmpty {
        translation = before
        translation.forget(statements, in: cell.place.text)
      }
      leave(cell, unsayable)
    }
  }

  private mutating func add(prose: [String]) {
    guard !prose.isEmpty else { return }
    if lines.count > 1 { lines.append("") }
    lines += prose.map(Transcript.proseLine)
    isAfterCell = false
  }

  private mutating func add(_ pieces: [Translation.Piece]) {
    for piece in pieces {
      switch piece {
      case .prose(let prose): add(prose: prose)
      case .cell(let source, let text, let isShown):
        if !isAfterCell, lines.count > 1 { lines.append("") }
        isAfterCell = true
        lines.append(Transcript.cellText(isShown ? source : source + ";"))
        guard isShown, let text else { continue }
        lines += text.lines.map { SessionFile.Record.outputLine($0.trimmingTrailingBlanks) }
      case .failure(let source, let message):
        if !isAfterCell, lines.count > 1 { lines.append("") }
        isAfterCell = true
        lines.append(Transcript.cellText(source))
        let record = SessionFile.Record.failure(
          message.visible.lines.map(\.trimmingTrailingBlanks))
        lines += record.lines
      }
    }
  }

  /// Keeps a cell as it is.
  private mutating func leave(_ cell: NotebookFile.Cell, _ unsayable: Unsayable) {
    let place = cell.place.text(unsayable.line)
    left.append(ImportedSession.Remark(place: place, reason: unsayable.reason))
    let code = cell.lines.map { MarkdownProse.comment("    " + $0) }
    add(
      prose: MarkdownProse.filled(
        "Kept as it was, because \(place) cannot be said here: \(unsayable.reason)")
        + code)
  }

  /// Says where the notebook showed something else.
  private mutating func compare(_ cell: NotebookFile.Cell) throws {
    guard cell.printed != nil || cell.shown != nil else { return }
    let theirs = Self.normalized([cell.printed, cell.shown])
    let ours = Self.normalized([translation.printed, translation.shown])
    guard !ShownText.areAlike(theirs, ours) else { return }
    different.append(
      ImportedSession.Remark(place: cell.place.text, reason: "showed something else there"))
    add(prose: ["# (\(cell.place.text) showed something else in the notebook.)"])
  }

  private static func normalized(_ texts: [String?]) -> [String] {
    var lines = texts.compactMap(\.self).flatMap { $0.lines.map(\.trimmingTrailingBlanks) }
    // The generator that a seed gives back shows where it is in memory.
    lines.removeAll { $0.isEmpty || $0.hasPrefix("<torch._C.Generator object") }
    return lines
  }
}

/// A cell of code as Python reads it: without IPython's own commands.
private struct CodeCell {
  let text: String
  /// Whether a semicolon at its end hides its value.
  let isQuiet: Bool
  /// Commands of IPython's that no cell says, by line.
  let magics: [(line: Int, text: String)]

  /// Commands that do nothing for the values.
  private static let harmless = ["%matplotlib", "!pip ", "%pip ", "%config", "%autosave"]

  init(_ lines: [String]) {
    var kept: [String] = []
    var magics: [(line: Int, text: String)] = []
    for (index, line) in lines.enumerated() {
      guard line.hasPrefix("%") || line.hasPrefix("!") else {
        kept.append(line)
        continue
      }
      if !Self.harmless.contains(where: line.hasPrefix) {
        magics.append((index, String(line.prefix { $0 != " " })))
      }
      kept.append("")
    }
    text = kept.joined(separator: "\n")
    self.magics = magics
    let last = kept.last { line in
      let content = line.drop { $0 == " " }
      return !content.isEmpty && !content.hasPrefix("#")
    }
    isQuiet = last?.trimmingBlanks.hasSuffix(";") ?? false
  }

  /// All words in it.
  var words: Set<String> {
    Set(text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
  }
}

extension Translation {
  /// Translates the statements of a cell, with its comments between them.
  ///
  /// - Throws: ``Unsayable``, `Cancelled`.
  fileprivate mutating func translate(
    cell statements: [PythonStatement], comments: [PythonTokens.Comment],
    _ magics: [(line: Int, text: String)], reached: inout Int
  ) throws {
    if let magic = magics.first {
      throw Unsayable(line: magic.line, reason: "IPython's \(magic.text.visible)")
    }
    var comments = comments[...]
    for (index, statement) in statements.enumerated() {
      reached = index
      let isExported = Self.isExported(statement) != nil
      let lastLine = statement.tokens.last { $0.kind != .lineEnd && $0.kind != .outdentation }?.line
      while let comment = comments.first,
        comment.line < statement.line || comment.line <= lastLine ?? statement.line
      {
        if !isExported || comment.line < statement.line {
          say(MarkdownProse.filled(comment.text.trimmingBlanks))
        }
        comments.removeFirst()
      }
      try translate([statement], isLast: index == statements.count - 1)
    }
    for comment in comments { say(MarkdownProse.filled(comment.text.trimmingBlanks)) }
  }
}
