import Notebook

extension Lecture {
  /// The keys that walk through a lecture.
  static let keys = """
      Enter        show the next cell; Enter again runs it
      Space        both at once
      b            go back one cell, to the state before it
      g K Enter    go to cell K; the cells before it run silently
      c            run to the end
      s            pass over a cell that failed
      :            open a branch: a prompt to try things at, Ctrl-D returns here
      :COMMAND     the same, and begin with this command
      q, Ctrl-D    leave into the notebook, with the state as it is
      ?, h         show this list
    Right, down and page down work as Enter does, left and page up as b. Ctrl-C
    stops a running cell. What is done in a branch changes nothing here.

    """

  /// Where the lecture stands, and what the main keys do there, in one line.
  ///
  /// - Parameters:
  ///   - hasFailed: whether the cell in hand failed.
  ///   - hint: what there is to say instead of the keys.
  ///   - width: the window's columns.
  /// - Returns: the line; in a narrow window with fewer keys.
  func status(hasFailed: Bool, hint: String?, width: Int) -> String {
    let cell = "cell \(currentCell) of \(pages.count)"
    if let hint { return "\(cell) · \(hint)" }
    var keys =
      hasFailed || position == 0 ? [": branch", "q leave"] : ["b back", ": branch", "q leave"]
    while true {
      let text = ([cell, enter(hasFailed)] + keys + ["? keys"]).joined(separator: " · ")
      if text.count < width || keys.isEmpty { return text }
      keys.removeFirst()
    }
  }

  /// What Enter does.
  private func enter(_ hasFailed: Bool) -> String {
    if isAtEnd { return "the end" }
    if hasFailed { return "Enter tries again · s passes over it" }
    if next == nil { return "Enter goes on" }
    if isShown { return "Enter runs it" }
    return position == 0 ? "Enter shows cell 1, then runs it" : "Enter shows cell \(position + 1)"
  }
}
