import Language
import Running

/// The Python program that does with PyTorch what the cells of a session do, and prints what they
/// show.
///
///     let program = try PythonProgram(cells: ["conv 1 2 3", "mask 0.5"])
///     print(program.text)   // import torch …
struct PythonProgram {
  /// What it imports and defines.
  let definitions: [PythonDefinition]
  /// The cells.
  let cells: [Cell]
  /// The verbs of the commands that it has lines for.
  let verbs: Set<String>
  /// What the program prints: what the cells show, as far as PyTorch has it.
  let shown: [String]

  /// A cell in Python.
  struct Cell {
    /// Its text.
    let source: String
    /// Whether Python does and shows all that the cell does.
    fileprivate(set) var isWhole = false
    /// The lines that do it.
    fileprivate(set) var statements: [String] = []
    /// The expression for what it shows; nil where it shows nothing that Python has.
    fileprivate(set) var value: String?

    /// The same as lines of a program; what is not whole begins with the cell in comments.
    func lines(comment: String = "# ") -> [String] {
      (isWhole ? [] : source.lines.map { comment + $0 }) + statements
        + (value.map { ["print(\($0))"] } ?? [])
    }
  }

  /// The lines for the cells.
  var lines: [String] { cells.flatMap { $0.lines() } }

  /// What stands before the cells: imports, definitions, the generator's seed.
  var preamble: String {
    let imports = ["import torch"] + definitions.filter(\.isImport).map(\.text)
    let others = definitions.filter { !$0.isImport }.map { "\n\n\($0.text)" }
    return (imports + others + ["\n", "torch.manual_seed(0)"]).joined(separator: "\n")
  }

  /// The whole program.
  var text: String { ([preamble] + lines + [""]).joined(separator: "\n") }

  /// Writes the program of a fresh session with these cells. What fails, what only dpu has, and what
  /// works on the notebook are comments in it.
  ///
  /// - Parameters:
  ///   - sources: the cells.
  ///   - files: what they may read.
  ///   - isRun: whether a cell, from 0, takes part; one that was undone does not.
  /// - Throws: `Cancelled`.
  init(
    cells sources: [String], files: FileAccess = .nothing, isRun: (Int) -> Bool = { _ in true }
  ) throws {
    let first = try Writer(sources, files, needs: PythonScope.Needs(), isRun)
    let second = try Writer(sources, files, needs: first.scope.needs, isRun)
    definitions = PythonDefinition.closure(of: second.scope.definitions)
    (cells, shown, verbs) = (second.cells, second.shown, second.verbs)
  }
}

extension PythonProgram {
  /// The program of a command's example; nil where PyTorch has no such command.
  init?(exampleOf command: any CommandDescription.Type) {
    guard
      let file = try? SessionFile(
        text: SessionFile.header + "\n" + command.example, path: command.name),
      let program = try? PythonProgram(cells: file.cells.map(\.source)),
      program.verbs.contains(command.name)
    else { return nil }
    self = program
  }
}

/// Runs cells and writes their lines.
private struct Writer {
  private(set) var scope: PythonScope
  private(set) var cells: [PythonProgram.Cell] = []
  private(set) var shown: [String] = []
  /// The verbs that Python has lines for.
  private(set) var verbs: Set<String> = []
  private let files: FileAccess
  private var differences = UnwrittenNames()
  private var session = Session()
  private var outputs: [Int: Value] = [:]

  init(
    _ sources: [String], _ files: FileAccess, needs: PythonScope.Needs, _ isRun: (Int) -> Bool
  ) throws {
    self.files = files
    scope = PythonScope(session, needs: needs)
    for (index, source) in sources.enumerated() {
      try Cancellation.check()
      let untouched = scope
      var cell = PythonProgram.Cell(source: source)
      do {
        if isRun(index) { try write(&cell, number: index + 1) }
      } catch let cancelled as Cancelled {
        throw cancelled
      } catch {
        // A cell that fails changes nothing, in Python neither.
        let needs = scope.needs
        scope = untouched
        scope.needs = needs
        cell = PythonProgram.Cell(source: source)
      }
      cells.append(cell)
    }
  }

  private mutating func write(_ cell: inout PythonProgram.Cell, number: Int) throws {
    let syntax = try Parser.parse(cell.source)
    let outputs = outputs
    let values = { (number: Int) throws -> Value in
      guard let value = outputs[number] else { throw OutError.outShowsNothing(number) }
      return value
    }
    var evaluation = Evaluation(session: session, files: files, outputs: values)
    var (result, code): (Value?, PythonCode?)
    cell.isWhole = true
    for (place, statement) in syntax.statements.enumerated() {
      scope.isValueWanted = place == syntax.statements.count - 1 && !syntax.isQuiet
      let before = evaluation.session
      scope.before = Evaluation(session: before, files: files, outputs: values)
      result = try evaluation.run(CellSyntax(statements: [statement]))
      scope.after = evaluation.session
      let untouched = scope
      do {
        code = try scope.code(for: statement, in: cell.source, result: result)
        let draws = before.generator != evaluation.session.generator
        if let code { try differences.check(code, draws: draws) }
      } catch is NotInPython {
        code = nil
        let (needs, commands) = (scope.needs, scope.commands)
        scope = untouched
        (scope.needs, scope.commands) = (needs, commands)
      }
      if code == nil {
        try differences.add(from: before, to: evaluation.session) { try? scope.python($0) }
      }
      cell.statements += code?.statements ?? []
      if code == nil { cell.isWhole = false } else { verbs.insert(statement.command?.verb ?? "") }
    }
    if let result, !syntax.isQuiet {
      evaluation.session.last = result
      self.outputs[number] = result
      scope.lastShown = number
      if let value = code?.value {
        scope.outputs.insert(number)
        let isAsked = scope.needs.outputs.contains(number)
        if isAsked { cell.statements.append("out_\(number) = \(value.kept)") }
        // The table of a loop's values is dpu's own.
        if case .stacked(let turns) = result, turns.table != nil {
          cell.isWhole = false
        } else {
          cell.value = isAsked ? "out_\(number)" : value.text
          shown.append(
            try evaluation.session.report(of: result).text(
              options: evaluation.session.printOptions))
        }
      } else {
        cell.isWhole = false
      }
    }
    session = evaluation.session
  }
}
