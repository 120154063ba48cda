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
  /// The lines for the cells.
  let lines: [String]
  /// The verbs of the commands that it has lines for.
  let verbs: Set<String>
  /// What the program prints: what the cells show, as far as PyTorch has it.
  let shown: [String]

  /// The whole program.
  var text: String {
    let imports = ["import torch"] + definitions.filter(\.isImport).map(\.text)
    let others = definitions.filter { !$0.isImport }.map { "\n\n\($0.text)\n" }
    let body = ["", "torch.manual_seed(0)"] + lines + [""]
    return (imports + others + body).joined(separator: "\n")
  }

  /// Writes the program of a fresh session with these cells. What fails, what only dpu has, and what
  /// works on the notebook are comments in it.
  ///
  /// - Throws: `Cancelled`.
  init(cells: [String]) throws {
    let first = try Writer(cells, needs: PythonScope.Needs())
    let second = try Writer(cells, needs: first.scope.needs)
    definitions = PythonDefinition.closure(of: second.scope.definitions)
    (lines, shown, verbs) = (second.lines, second.shown, second.verbs)
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
  private(set) var lines: [String] = []
  private(set) var shown: [String] = []
  /// The verbs that Python has lines for.
  private(set) var verbs: Set<String> = []
  private var session = Session()
  private var outputs: [Int: Value] = [:]

  init(_ cells: [String], needs: PythonScope.Needs) throws {
    scope = PythonScope(session, needs: needs)
    for (index, source) in cells.enumerated() {
      try Cancellation.check()
      let untouched = scope
      do {
        try write(source, number: index + 1)
      } catch let cancelled as Cancelled {
        throw cancelled
      } catch {
        // A cell that fails changes nothing, in Python neither.
        let needs = scope.needs
        scope = untouched
        scope.needs = needs
        comment(source)
      }
    }
  }

  private mutating func comment(_ source: String) {
    lines += source.lines.map { "# \($0)" }
  }

  private mutating func write(_ source: String, number: Int) throws {
    let syntax = try Parser.parse(source)
    let outputs = outputs
    let values = { (number: Int) throws -> Value in
      guard let value = outputs[number] else { throw OutError.outShowsNothing(number) }
      return value
    }
    var evaluation = Evaluation(session: session, outputs: values)
    var written: [String] = []
    var (result, code): (Value?, PythonCode?)
    var isWhole = true
    for (place, statement) in syntax.statements.enumerated() {
      scope.isValueWanted = place == syntax.statements.count - 1 && !syntax.isQuiet
      scope.before = Evaluation(session: evaluation.session, outputs: values)
      result = try evaluation.run(CellSyntax(statements: [statement]))
      scope.after = evaluation.session
      do {
        code = try scope.code(for: statement, in: source, result: result)
      } catch is NotInPython {
        code = nil
      }
      written += code?.statements ?? []
      if code == nil { isWhole = false } else { verbs.insert(statement.command?.verb ?? "") }
    }
    if let result, !syntax.isQuiet {
      evaluation.session.last = result
      self.outputs[number] = result
      scope.lastShown = number
      if let value = code?.value {
        let isAsked = scope.needs.outputs.contains(number)
        if isAsked { written.append("out_\(number) = \(value.kept)") }
        // The table of a loop's values is dpu's own.
        if case .stacked(let turns) = result, turns.table != nil {
          isWhole = false
        } else {
          written.append("print(\(isAsked ? "out_\(number)" : value.text))")
          shown.append(
            try evaluation.session.report(of: result).text(
              options: evaluation.session.printOptions))
        }
      } else {
        isWhole = false
      }
    }
    session = evaluation.session
    if !isWhole { comment(source) }
    lines += written
  }
}
