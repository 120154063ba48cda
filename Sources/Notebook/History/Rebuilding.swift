import Language
import Tensors

/// States and values that were given up for their memory, made anew by running cells again.
///
/// Each stretch of cells between two kept states is run once at most, however often later cells ask
/// for what was displayed in it: what other cells name is kept while this lasts.
final class Rebuilding {
  private let notebook: Notebook
  /// The displayed values of cells that were run again, where somebody asks for them.
  private var values: [Int: Value] = [:]
  private var wanted: Set<Int> = []
  /// How far the cells behind a kept state were run, and the state there.
  private var reached: [Int: (position: Int, state: SessionState)] = [:]

  init(_ notebook: Notebook) { self.notebook = notebook }

  /// The state behind a number of accepted cells.
  ///
  /// - Throws: ``Diagnostic``, `Cancelled`.
  func state(at target: Int) throws -> SessionState {
    let kept = notebook.timeline.nearest(target)
    var (position, state) = (kept.position, kept.state)
    if let further = reached[kept.position], further.position <= target {
      (position, state) = further
    }
    while position < target {
      let number = notebook.timeline.cells[position]
      guard let cell = notebook.log[number] else { break }
      let syntax = try Parser.parse(cell.source)
      let (value, after) = try notebook.evaluated(syntax, from: state, outputs: earlier)
      guard after.checksums == notebook.checksums[number] ?? [] else {
        throw NotebookError.fileChanged(cell: number)
      }
      if let value, !syntax.isQuiet, wanted.contains(number) || notebook.log.isNamed(number) {
        values[number] = value
      }
      state = after.state
      position += 1
      reached[kept.position] = (position, state)
    }
    return state
  }

  /// `Out[number]`: the kept value, or the one that running its cell again gives.
  ///
  /// - Throws: ``OutError``, ``Diagnostic``, `Cancelled`.
  func output(_ number: Int) throws -> Value {
    if let value = try notebook.log.output(number) { return value }
    return try earlier(number)
  }

  /// The same for a cell that is run again: what it named was there then, whatever was since undone
  /// or reset.
  private func earlier(_ number: Int) throws -> Value {
    if let value = notebook.log.keptValue(number) ?? values[number] { return value }
    guard let position = notebook.timeline.position(of: number) else {
      throw OutError.outShowsNothing(number)
    }
    wanted.insert(number)
    // What was passed without keeping this value has to be passed again.
    let start = notebook.timeline.nearest(position).position
    if let further = reached[start], further.position >= position { reached[start] = nil }
    _ = try state(at: position)
    guard let value = values[number] else { throw OutError.outShowsNothing(number) }
    return value
  }
}
