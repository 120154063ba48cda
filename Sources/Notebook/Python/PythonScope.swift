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
  var commands = 0
  /// How many loops are being written, each within the one before.
  var loopDepth = 0
  /// The layers that the names of the loops being written stand for.
  var aliases: [String: LayerPath] = [:]
  /// Whether somebody asks for the value of the statement that is being written.
  var isValueWanted = false
  /// What the arguments of the command that is being written are computed from, by their places.
  private var computed: [SourceRange: (text: String, isTensor: Bool)] = [:]
  /// The cells whose displayed value Python has.
  var outputs: Set<Int> = []
  /// The cell that displayed a value last.
  var lastShown: Int?
  /// The text of the cell that is being written.
  private(set) var source = ""
  /// Whether an expression is the rule of a unit, in which some names are its own.
  var isRule = false
  /// The units that have a class, with the rules that it has.
  var units: [String: [String]] = [:]

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
    self.source = source
    isValueWanted = isValueWanted || statement.name != nil || statement.isAssignment
    guard var code = try spelled(statement, source, result) else { return nil }
    let namesItself =
      statement.command.flatMap { CommandTable.sessionCommand($0.verb) }?.namesItself ?? false
    if let name = statement.name?.text, !namesItself, let value = code.value {
      let target = bind(name)
      if case .nothing? = result {
        code.statements.append("\(target) = \(value.text)")
      } else {
        code.statements.append("\(target) = \(value.kept)")
      }
      // A copy is displayed as what it is a copy of.
      code.value = value.changes ? value : PythonValue(target)
    }
    if case .tensor(let variable)? = result, let text = code.value?.text {
      noteMaker(of: variable, text)
    }
    try noteProducts()
    code.statements += (needs.retained[commands] ?? []).map { "\($0).retain_grad()" }
    return code
  }

  /// Knows the makers of what names hold after a loop by those of what they held after a few turns.
  mutating func adoptMakers(from trial: Session, to session: Session) {
    for (name, binding) in trial.names {
      guard case .value(.tensor(let known)) = binding, let serial = known.node?.serial,
        let maker = makers[serial], case .value(.tensor(let variable))? = session.names[name],
        let other = variable.node?.serial
      else { continue }
      makers[other] = maker
    }
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
    _ statement: StatementSyntax, _ source: String, _ result: Value?
  ) throws -> PythonCode? {
    let code = try contentCode(statement, source, result)
    guard case .part(let part, let indices)? = statement.target else { return code }
    guard let code, let value = code.value else { throw NotInPython() }
    var isNumber = false
    if case .expression(let expression) = statement.content {
      var trial = before
      if case .scalar = try trial.datum(of: expression) { isNumber = true }
    }
    return try assigning(
      value, isNumber: isNumber, after: code.statements, to: part, indices, in: source)
  }

  private mutating func contentCode(
    _ statement: StatementSyntax, _ source: String, _ result: Value?
  ) throws -> PythonCode? {
    switch statement.content {
    case .loop(let loop): return try self.code(for: loop, in: source, result: result)
    case .expression(let expression):
      if let reference = expression.reference {
        return PythonCode(value: try value(of: reference))
      }
      return PythonCode(value: PythonValue(try python(expression, in: source)))
    case .command(let syntax):
      guard let command = CommandTable.sessionCommand(syntax.verb) else { return nil }
      var trial = before
      let evaluated = try trial.evaluated(syntax, for: command)
      try noteComputed(syntax.arguments, evaluated.arguments, source)
      let call = try Call(evaluated, to: command) { [before] in before.isLayer($0) }
      return try command.python(call, in: &self)
    }
  }

  /// Notes what computed arguments are computed from.
  private mutating func noteComputed(
    _ written: [ArgumentSyntax], _ evaluated: [ArgumentSyntax], _ source: String
  ) throws {
    computed = [:]
    for (argument, value) in zip(written, evaluated) {
      guard case .evaluated(let datum, _) = value.value else { continue }
      let text: String
      if let expression = argument.expression {
        text = try python(expression, in: source)
      } else if let reference = try Call.reference(argument) {
        text = try self.value(of: reference).text
      } else {
        continue
      }
      let isTensor = if case .tensor = datum { true } else { false }
      computed[argument.range] = (text, isTensor)
    }
  }

  /// What the argument at a place is computed from; nil where it is no such argument.
  func text(computedAt range: SourceRange) -> String? { computed[range]?.text }

  /// The number that a call is given, as it is computed or as it is.
  ///
  /// - Throws: what reading the argument throws.
  func number(_ call: Call, _ parameter: Argument<Double>) throws -> String {
    guard let found = computed[call.range(of: parameter)] else {
      return PythonLiteral.number(try call[parameter])
    }
    return found.isTensor ? "\(found.text).item()" : found.text
  }

  // MARK: Names

  /// A name for a loop's own use that nothing has.
  func unused(_ word: String) -> String {
    var candidate = loopDepth > 1 ? "\(word)\(loopDepth)" : word
    while Self.isTaken(candidate) || names.values.contains(candidate) { candidate += "_" }
    return candidate
  }

  /// Gives a layer or a value of this name a Python name, the same where that is free.
  mutating func bind(_ name: String, as wanted: String? = nil) -> String {
    if let known = names[name] { return known }
    var candidate = wanted ?? name
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
  ///
  /// - Throws: ``NotInPython`` where no line made it.
  mutating func retain(_ node: Node) throws {
    guard let maker = makers[node.serial] else { throw NotInPython() }
    if needs.retained[maker.command]?.contains(maker.text) != true {
      needs.retained[maker.command, default: []].append(maker.text)
    }
  }
}

extension StatementSyntax {
  /// Whether its value becomes a part of a layer, or the input.
  fileprivate var isAssignment: Bool { if case .part? = target { true } else { false } }
}
