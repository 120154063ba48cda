/// A session file walked through one cell at a time, back and forth.
///
/// It knows no terminal: whoever shows it asks for the next cell's text, runs it, and goes back.
/// The cells have a file's restricted rights; what is opened from it has the person's own.
public struct Lecture {
  /// One cell, and what is said before it.
  public struct Page {
    /// The prose before the cell, with its `#`; an empty line stands for blank ones.
    public let prose: [String]
    /// The same with the lines that state questions and answers: what the file says.
    let lines: [String]
    /// The cell.
    public let cell: SessionFile.Cell

    fileprivate init(lines: [String], cell: SessionFile.Cell) {
      (self.lines, self.cell) = (lines, cell)
      prose = lines.filter { !Expectation.isMark($0) }.droppingBlankEnd
    }
  }

  /// The cells in order.
  public let pages: [Page]
  /// The prose behind the last cell.
  public let epilogue: [String]
  /// How many cells have been run.
  public private(set) var position = 0
  /// Whether the text of the next cell, or behind the last one the epilogue, has been shown.
  public private(set) var isShown = false
  /// The notebook as the cells have left it, with the rights of a file.
  public private(set) var notebook: Notebook
  /// What came of the cells that the cell run last has run again (`rerun`).
  public private(set) var repeated: [CellResult] = []
  /// What a student has answered, by the expectation's name.
  private var answers: [String: String] = [:]
  private let outer: Notebook
  private var states = StatesBeforeCells()

  /// Begins before the first cell.
  ///
  /// - Parameters:
  ///   - file: the cells.
  ///   - notebook: where they run, with the rights of a file.
  ///   - outer: the notebook whose rights hold in a branch and behind the lecture.
  public init(_ file: SessionFile, in notebook: Notebook, outer: Notebook) {
    var pages: [Page] = []
    var prose: [String] = []
    for item in file.items {
      switch item {
      case .blank: if let last = prose.last, !last.isEmpty { prose.append("") }
      case .prose(let text): prose.append(text)
      case .cell(let cell):
        pages.append(Page(lines: prose.droppingBlankEnd, cell: cell))
        prose = []
      }
    }
    self.pages = pages
    epilogue = prose.droppingBlankEnd
    self.notebook = notebook
    self.outer = outer
  }

  /// The cell that is run next, nil behind the last one.
  public var next: Page? { position < pages.count ? pages[position] : nil }

  /// The place of the cell in hand, from 1: the one whose text is shown, or else the one run last.
  /// Before the first one is shown it is 0.
  public var currentCell: Int { next != nil && isShown ? position + 1 : position }

  /// Whether there is nothing left to show or run.
  public var isAtEnd: Bool { next == nil && (isShown || epilogue.isEmpty) }

  /// The notebook for a branch, or for going on without the lecture: the present state with the
  /// person's own rights. The lecture itself stays as it is.
  public var opened: Notebook { notebook.leaving(to: outer) }

  /// Takes the next cell's text, or the epilogue, as shown.
  public mutating func show() {
    guard !isShown else { return }
    isShown = true
    if next == nil { epilogue.forEach { notebook.note(prose: $0) } }
  }

  /// Whether somebody has answered a question here.
  public var hasAnswers: Bool { !answers.isEmpty }

  /// The questions before the next cell that nobody has answered yet.
  public var openQuestions: [Expectation] {
    (next?.cell.questions ?? []).filter { answer(to: $0) == nil }.map(\.expectation)
  }

  /// The answer to a question of a page; nil where there is none.
  public func answer(to question: Question) -> String? {
    answers[question.expectation.name] ?? question.answer
  }

  /// Takes an answer to a question; it becomes part of what `save` writes.
  public mutating func answer(_ expectation: Expectation, with text: String) {
    answers[expectation.name] = text
  }

  /// Notes what a page says before its cell, with the answers that were given.
  private mutating func note(_ page: Page) {
    for line in page.lines {
      if let (name, _) = Expectation.answer(line: line), answers[name] != nil { continue }
      notebook.note(prose: line)
      if let expectation = try? Expectation(line: line), let answer = answers[expectation.name] {
        notebook.note(prose: Expectation.line(answering: expectation.name, answer))
      }
    }
  }

  /// Runs the next cell.
  ///
  /// Where it fails and that was not recorded, or is cancelled, nothing has happened and the
  /// lecture stays before it.
  ///
  /// - Parameter skipping: go on behind a cell that fails.
  /// - Returns: what came of it, nil behind the last cell.
  public mutating func run(skipping: Bool = false) -> CellResult? {
    guard let page = next else { return nil }
    let before = notebook
    note(page)
    let result = notebook.run(page.cell.source)
    let isAsRecorded = result.failure == nil || result.hasFailed(as: page.cell.record)
    guard !result.wasCancelled, isAsRecorded || skipping else {
      notebook = before
      return result
    }
    repeated = []
    if case .rerun(let sources)? = result.reply {
      for source in sources where repeated.last?.failure == nil {
        repeated.append(notebook.run(again: source))
      }
    }
    states.keep(before, at: position)
    position += 1
    isShown = false
    return result
  }

  /// Goes back one cell: the state becomes the one before the cell that was run last.
  ///
  /// - Returns: what stopped it, as ``go(before:)`` does.
  public mutating func back() -> CellResult? { go(before: max(1, position)) }

  /// Goes to the state before a cell, running silently what lies in between.
  ///
  /// - Parameter number: the cell's place in the file, from 1.
  /// - Returns: nil where it got there; otherwise what came of the cell that failed, before which
  ///   the lecture then stands, or of the one that was cancelled, when nothing has happened.
  public mutating func go(before number: Int) -> CellResult? {
    let start = self
    let target = min(max(number, 1), pages.count + 1) - 1
    if target < position {
      guard let (place, state) = states.nearest(to: target) else { return nil }
      (notebook, position) = (state, place)
      states.drop(from: place)
    }
    isShown = isShown && target == start.position
    while position < target {
      let place = position
      // A cell that was passed over the first time is passed over again.
      guard let result = run(skipping: place < start.position) else { break }
      if result.wasCancelled { self = start }
      if result.wasCancelled || position == place { return result }
    }
    return nil
  }
}

extension [String] {
  fileprivate var droppingBlankEnd: [String] { last == "" ? Array(dropLast()) : self }
}
