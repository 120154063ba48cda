import Gradients
import Language
import Layers
import Tensors

/// A Python program that says what the cells of a session do, while it is being written.
///
/// A command asks it for the Python names of what it works on, and tells it which definitions its
/// lines need:
///
///     static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
///       PythonCode(["\(try scope.layer(of: call)).zero_grad()"])
///     }
public struct PythonScope {
  /// What only later cells tell: a program is written twice, and the second time it is known.
  struct Needs {
    /// The cells whose values `Out[n]` and `_` ask for.
    var outputs: Set<Int> = []
    /// The values whose gradients are asked for, by the commands that made them, counted from 0.
    var retained: [Int: [String]] = [:]
    /// Whether a linear layer gets a mask or a constant, for which it needs a class of its own.
    var masksLinear = false
  }

  /// The session as the command found it.
  var before: Evaluation
  /// The session as the command left it.
  var after: Session
  var needs: Needs
  /// What the lines so far need.
  private(set) var definitions: Set<PythonDefinition> = []
  /// The Python names of layers and values, by their names here.
  private var names: [String: String] = [:]
  /// Which command made a value, and its expression then, by the node that made it.
  private var makers: [UInt64: (command: Int, text: String)] = [:]
  /// How many commands have been written.
  private var commands = 0
  /// The cell that displayed a value last.
  var lastShown: Int?

  init(_ session: Session, needs: Needs) {
    before = Evaluation(session: session) { throw OutError.outShowsNothing($0) }
    (after, self.needs) = (session, needs)
  }

  /// Notes that lines need a definition.
  mutating func need(_ definition: PythonDefinition) { definitions.insert(definition) }

  /// A function of `torch.nn.functional`.
  mutating func functional(_ name: String) -> String {
    need(.functional)
    return "F.\(name)"
  }

  /// The lines for a statement that has been run.
  ///
  /// - Parameters:
  ///   - statement: the statement.
  ///   - source: the cell's text.
  ///   - result: its value.
  /// - Returns: the lines; nil where Python has none.
  /// - Throws: ``NotInPython``.
  mutating func code(
    for statement: StatementSyntax, in source: String, result: Value?
  ) throws -> PythonCode? {
    defer { commands += 1 }
    guard var code = try spelled(statement, source) else { return nil }
    let namesItself =
      statement.command.flatMap { CommandTable.sessionCommand($0.verb) }?.namesItself ?? false
    if let name = statement.name?.text, !namesItself, let value = code.value {
      let target = bind(name)
      if case .nothing? = result {
        code.statements.append("\(target) = \(value.text)")
      } else {
        code.statements.append("\(target) = \(value.kept)")
      }
      code.value = PythonValue(target)
    }
    if case .tensor(let variable)? = result, let text = code.value?.text {
      noteMaker(of: variable, text)
    }
    try noteProducts()
    code.statements += (needs.retained[commands] ?? []).map { "\($0).retain_grad()" }
    return code
  }

  private mutating func noteMaker(of variable: Variable, _ text: String) {
    guard let serial = variable.node?.serial, makers[serial] == nil else { return }
    makers[serial] = (commands, text)
  }

  /// Pruned weights are made anew by each forward pass.
  private mutating func noteProducts() throws {
    for (name, entry) in after.layers {
      for (members, layer) in [([], entry.layer)] + entry.layer.descendants {
        guard let weight = layer.affine?.weight, weight.isPruned else { continue }
        let path = LayerPath(name: name, members: members)
        noteMaker(of: weight.variable, try python(path) + ".weight")
      }
    }
  }

  private mutating func spelled(
    _ statement: StatementSyntax, _ source: String
  ) throws -> PythonCode? {
    // What stands before `=` is changed in place there, which is a line of its own.
    if case .part? = statement.target { throw NotInPython() }
    switch statement.content {
    case .loop: throw NotInPython()
    case .expression(let expression):
      if let reference = expression.reference {
        return PythonCode(value: try value(of: reference))
      }
      return PythonCode(value: PythonValue(try python(expression, in: source)))
    case .command(let syntax):
      guard let command = CommandTable.sessionCommand(syntax.verb) else { return nil }
      let evaluated = try before.evaluated(syntax, for: command)
      let call = try Call(evaluated, to: command) { [before] in before.isLayer($0) }
      return try command.python(call, in: &self)
    }
  }

  // MARK: Names

  /// Gives a layer or a value of this name a Python name.
  mutating func bind(_ name: String) -> String {
    if let known = names[name] { return known }
    var candidate = name
    while Self.isTaken(candidate) || names.values.contains(candidate) { candidate += "_" }
    names[name] = candidate
    return candidate
  }

  /// The Python name of what has this name.
  ///
  /// - Throws: ``NotInPython`` where the lines so far give it none.
  func python(_ name: String) throws -> String {
    guard let known = names[name] else { throw NotInPython() }
    return known
  }

  private static func isTaken(_ word: String) -> Bool {
    ["torch", "print", "float", "input", "output"].contains(word) || keywords.contains(word)
      || PythonDefinition.allCases.contains { $0.name == word }
  }

  private static let keywords = Set(
    """
    False None True and as assert async await break class continue def del elif else except finally
    for from global if import in is lambda nonlocal not or pass raise return try while with yield
    """.split(whereSeparator: \.isWhitespace).map(String.init))

  /// Notes that the gradient of the value of a node is asked for.
  mutating func retain(_ node: Node) throws {
    guard let maker = makers[node.serial] else { throw NotInPython() }
    if needs.retained[maker.command]?.contains(maker.text) != true {
      needs.retained[maker.command, default: []].append(maker.text)
    }
  }
}
