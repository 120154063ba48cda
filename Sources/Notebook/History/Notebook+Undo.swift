import Language

/// Why a notebook command cannot be carried out.
enum NotebookError: Error, Explained {
  case tooFewToUndo(Int, available: Int)
  case tooFewToRedo(Int, available: Int)
  case tooFewToCompare(Int, available: Int)
  case noReset
  case fileChanged(cell: Int)
  case noProse
  case noSuchCell(Int)
  case badRange(String)
  case nothingToTime
  case nothingToRerun(ClosedRange<Int>)
  case tooManyToRerun(isInFile: Bool)
  case nothingToEdit
  case onlyAtPrompt

  var message: String {
    switch self {
    case .tooFewToUndo(_, 0): "there is nothing to undo"
    case .tooFewToUndo(let count, let available): Self.tooFew(available, "undo", count)
    case .tooFewToRedo(_, 0): "there is nothing to redo"
    case .tooFewToRedo(let count, let available): Self.tooFew(available, "redo", count)
    case .noReset: "there is no reset to undo"
    case .fileChanged(let number):
      "a file has changed since cell \(number) read it, so the state cannot be made anew"
    case .noProse: "there is no line of prose to take back"
    case .tooFewToCompare(_, 0): "there is no earlier state to compare with"
    case .tooFewToCompare(let count, let available): Self.tooFew(available, "look back on", count)
    case .noSuchCell(let number): "there is no cell \(number)"
    case .badRange(let text): "'\(text.shortened)' is neither a cell's number nor a range"
    case .nothingToTime: "a command is missing"
    case .nothingToEdit: "there is no cell yet"
    case .onlyAtPrompt: "this works where a person types, at the prompt only"
    case .nothingToRerun(let range) where range.count == 1:
      "cell \(range.lowerBound) worked on the notebook, and is not run again"
    case .nothingToRerun(let range):
      "cells \(range.lowerBound) to \(range.upperBound) failed or worked on the notebook"
    case .tooManyToRerun(let isInFile):
      "these are more cells than \(isInFile ? "the reruns of a file run" : "a rerun runs"): "
        + "the limit is \(Limit.rerun.words)"
    }
  }

  var remedy: String? {
    switch self {
    case .tooFewToUndo(_, 0), .noSuchCell, .noReset: "history lists the cells"
    case .fileChanged(let number): "put the old file back, or rerun \(number) reads the new one"
    case .noProse: "a line that begins with # is prose; save keeps it"
    case .tooFewToUndo(_, let available): "undo \(available) goes back to the beginning"
    case .tooFewToRedo(_, 0): "redo brings back what undo took, until another cell is run"
    case .tooFewToRedo(_, let available): "redo \(available) brings back all that was undone"
    case .tooFewToCompare(_, 0): "run a cell; diff then shows what it changed"
    case .tooFewToCompare(_, let available): "diff \(available) looks back to the beginning"
    case .badRange: "rerun 3 runs cell 3 again, rerun 3-5 cells 3 to 5"
    case .nothingToTime: "time forward"
    case .nothingToEdit: "type a cell; edit then brings it back"
    case .onlyAtPrompt: nil
    case .nothingToRerun: "history lists the cells"
    case .tooManyToRerun: Limit.rerun.remedy
    }
  }

  private static func tooFew(_ available: Int, _ verb: String, _ count: Int) -> String {
    "there \(available == 1 ? "is 1 cell" : "are \(available) cells") to \(verb), not \(count)"
  }
}

extension Notebook {
  /// How many cells can be undone: of those that a file runs, its own.
  var undoCount: Int { timeline.undoCount(after: base) }

  /// Goes back behind the last `count` accepted cells.
  ///
  /// - Returns: the numbers of the cells that were undone, in order.
  /// - Throws: ``NotebookError``, `Cancelled`; nothing has changed then.
  mutating func undo(_ count: Int) throws -> [Int] {
    guard count <= undoCount else {
      throw NotebookError.tooFewToUndo(count, available: undoCount)
    }
    let target = timeline.position - count
    let numbers = Array(timeline.cells[target..<timeline.position])
    try go(to: target)
    for number in numbers { log.mark(number, undone: true) }
    return numbers
  }

  /// Goes back to the session before the last reset, as one step.
  ///
  /// - Returns: the numbers of the cells that were undone, the reset's first.
  /// - Throws: ``NotebookError``, `Cancelled`; nothing has changed then.
  mutating func undoReset() throws -> [Int] {
    guard let reset = log.lastReset, reset > base, let position = timeline.position(of: reset)
    else {
      throw NotebookError.noReset
    }
    let numbers = Array(timeline.cells[(position - 1)..<timeline.position])
    try go(to: position - 1, asOneStep: true)
    for number in numbers { log.mark(number, undone: true) }
    return numbers
  }

  /// Takes back the last line of prose.
  ///
  /// - Returns: the line.
  /// - Throws: ``NotebookError``.
  mutating func undoProse() throws -> String {
    guard let line = log.withdrawProse(after: base) else { throw NotebookError.noProse }
    return line
  }

  /// Goes forward again over the next `count` steps that were undone.
  ///
  /// - Returns: their numbers, in order.
  /// - Throws: ``NotebookError``, `Cancelled`; nothing has changed then.
  mutating func redo(_ count: Int) throws -> [Int] {
    let positions = timeline.redoPositions(after: base)
    guard count <= positions.count else {
      throw NotebookError.tooFewToRedo(count, available: positions.count)
    }
    let target = positions[count - 1]
    let numbers = Array(timeline.cells[timeline.position..<target])
    for number in numbers { log.mark(number, undone: false) }
    do {
      try go(to: target)
    } catch {
      for number in numbers { log.mark(number, undone: true) }
      throw error
    }
    return numbers
  }

  private mutating func go(to position: Int, asOneStep: Bool = false) throws {
    state = try state(at: position)
    timeline.move(to: position, asOneStep: asOneStep)
  }

  /// The state behind a number of accepted cells, rebuilt where it was given up.
  ///
  /// - Throws: `Cancelled`.
  func state(at position: Int) throws -> SessionState { try Rebuilding(self).state(at: position) }

  /// `Out[number]` of a cell whose numbers count from after `base`.
  ///
  /// - Throws: ``OutError``, `Cancelled`.
  func output(_ number: Int, after base: Int) throws -> Value {
    guard number >= 1, number < nextNumber - base else { throw OutError.outNotYet(number) }
    do {
      return try Rebuilding(self).output(number + base)
    } catch let error as OutError {
      throw error.renumbered(number)
    }
  }

  /// The files that were written when one of these cells was the last one.
  func pathsSaved(after numbers: [Int]) -> [String] {
    saves.filter { numbers.contains($0.cell) }.map(\.path)
  }
}
