import Files
import Functions
import Gradients
import Language
import Layers
import Running
import Tensors

/// One cell being evaluated: the session as it becomes, and what the commands have to say.
public struct Evaluation {
  /// What the cell has made of the session so far.
  public internal(set) var session: Session
  /// What would otherwise mislead.
  public internal(set) var notes: [Note] = []
  /// How long the commands took that were asked for with `time`.
  public internal(set) var timings: [Timing] = []
  /// The layer that the running command was told to work on; nil where it was told none.
  private(set) var named: LayerPath?
  /// The values that were displayed, by cell.
  let outputs: (Int) throws -> Value
  /// Which files may be read and written.
  private let files: FileAccess
  /// Whether files are written; a state that is made once more has written them before.
  private let writes: Bool
  /// The checksums of those that were read, in order.
  private(set) var checksums: [UInt32] = []

  /// Begins with a session as the last cell left it.
  init(
    session: Session, files: FileAccess = .nothing, writes: Bool = false,
    outputs: @escaping (Int) throws -> Value
  ) {
    self.session = session
    (self.files, self.writes) = (files, writes)
    self.outputs = outputs
  }

  /// Runs a cell's commands in order.
  ///
  /// - Returns: the value of the last command, if it has one.
  /// - Throws: ``Diagnostic``, `Cancelled`; the session is then to be thrown away.
  mutating func run(_ cell: CellSyntax) throws -> Value? {
    let isAlone = cell.statements.count == 1
    if let command = cell.statements.lazy.compactMap({ $0.misplaced(isAlone: isAlone) }).first {
      throw Diagnostic(
        CellError.mustStandAlone(command.verb), range: command.verbRange, in: session)
    }
    if cell.losesDigits { notes.append(.digitsLost) }
    var value: Value?
    for statement in cell.statements { value = try run(statement) }
    return value
  }

  /// Runs one statement.
  ///
  /// - Throws: ``Diagnostic``, `Cancelled`.
  mutating func run(_ statement: StatementSyntax) throws -> Value? {
    try Cancellation.check()
    guard statement.time != nil else { return try untimed(statement) }
    let (value, timing) = try Timing.measure { try untimed(statement) }
    timings.append(timing)
    return value
  }

  private mutating func untimed(_ statement: StatementSyntax) throws -> Value? {
    var verb: String?
    if let command = statement.command, CommandTable.sessionCommand(command.verb) != nil {
      verb = command.verb
    }
    do {
      switch statement.content {
      case .command(let command):
        let value = try run(command)
        if case .part(let part, let indices)? = statement.target {
          return try assign(value ?? .nothing, to: part, indices, from: command.range)
        }
        return value
      case .expression(let expression):
        return try bind(try shown(expression), of: expression, in: statement)
      case .loop(let loop):
        return try bindLoop(loop, in: statement)
      }
    } catch let placed as Placed {
      throw Diagnostic(
        placed.error, verb: verb, range: placed.range, statement: statement.range.lowerBound,
        in: session)
    } catch let error as any Explained {
      throw Diagnostic(
        error, verb: verb, range: statement.range, statement: statement.range.lowerBound,
        in: session)
    }
  }

  /// The value of an expression that is a statement.
  private mutating func shown(_ expression: Expression) throws -> Value {
    guard let reference = expression.reference else { return try value(of: expression) }
    if let name = reference.name, session.names[name] == nil,
      LayerAttribute(rawValue: name) == nil, !["input", "output"].contains(name)
    {
      let nearest = session.nearest(to: name, among: CommandTable.verbs + session.names.keys)
      throw Placed(error: NameError.unknownVerb(name, nearest: nearest), range: expression.range)
    }
    let value = try resolve(reference)
    if case .nothing = value, let note = reference.gradientOfPart { notes.append(note) }
    return value
  }

  /// Gives a value to what the statement says.
  private mutating func bind(
    _ value: Value, of expression: Expression, in statement: StatementSyntax
  ) throws -> Value? {
    if case .part(let part, let indices)? = statement.target {
      return try assign(value, to: part, indices, from: expression.range)
    }
    guard let name = statement.name else { return value }
    try checkName(name, isTarget: statement.target != nil)
    if case .layer = value {
      throw Placed(
        error: NameError.layerNeedsCopy(expression.reference?.text ?? "", as: name.text),
        range: expression.range)
    }
    give(name.text, to: value)
    return value
  }

  private mutating func bindLoop(
    _ loop: LoopSyntax, in statement: StatementSyntax
  ) throws -> Value? {
    if let name = statement.name {
      try checkName(name, isTarget: statement.target != nil)
    }
    guard let value = try run(loop, named: statement.name?.text) else { return nil }
    if case .part(let part, let indices)? = statement.target {
      return try assign(value, to: part, indices, from: statement.range)
    }
    if let name = statement.name { give(name.text, to: value) }
    return value
  }

  /// Runs a command; one that is unknown may be a name with something after it.
  ///
  /// - Throws: ``Placed``, an ``Explained`` error, `Cancelled`.
  mutating func run(_ syntax: CommandSyntax) throws -> Value? {
    guard let command = CommandTable.sessionCommand(syntax.verb) else {
      throw unknown(syntax)
    }
    let evaluated = try evaluated(syntax, for: command)
    let call = try Call(evaluated, to: command) { isLayer($0) }
    let outer = named
    named = try call.layer.map { try layerPath($0) }
    defer { named = outer }
    if let name = syntax.name { try checkName(name) }
    Progress.command = command.name
    let value = try command.run(call, in: &self)
    if command.worksOnLayer, !call.namesLayer { noteLayer() }
    if let name = syntax.name, !command.namesItself, let value { give(name.text, to: value) }
    return value
  }

  /// Why a word with arguments is no command.
  private func unknown(_ syntax: CommandSyntax) -> Placed {
    let word = syntax.verb
    guard session.names[word] != nil || LayerAttribute(rawValue: word) != nil,
      let argument = syntax.arguments.first
    else {
      let nearest = session.nearest(to: word, among: CommandTable.verbs + session.names.keys)
      return Placed(
        error: NameError.unknownVerb(word, nearest: nearest), range: syntax.verbRange)
    }
    if case .literal = argument.value {
      return Placed(error: SyntaxError.bracketAfterBlank(word), range: argument.range)
    }
    return Placed(
      error: SyntaxError.trailingValue(argument.value.quoted), range: argument.range)
  }

  /// The bytes of a file, with their checksum, which is kept.
  ///
  /// - Throws: ``FileError``, `TensorFileError`, `Cancelled`.
  mutating func read(_ path: String) throws -> (source: ByteSource, checksum: UInt32) {
    let source = try files.source(path)
    let checksum = try source.checksum()
    checksums.append(checksum)
    return (source, checksum)
  }

  /// Writes the bytes of a file, where the cell is not only run once more to make its state.
  ///
  /// - Parameters:
  ///   - bytes: the bytes.
  ///   - path: where.
  ///   - replaces: whether a file with other bytes is replaced.
  /// - Throws: ``FileError``, `Cancelled`.
  func write(_ bytes: [UInt8], to path: String, replacing replaces: Bool) throws {
    guard writes else { return }
    do {
      try files.write(bytes, to: path, replacing: replaces)
    } catch FileError.interrupted {
      throw Cancelled()
    }
  }

  /// Where the layer is that the running command works on: the one named, or the current one.
  ///
  /// - Throws: ``LayerUseError/noLayer``.
  var path: LayerPath { get throws { try named ?? session.current().path } }

  /// The layer that the running command works on.
  ///
  /// - Throws: ``LayerUseError/noLayer``.
  func layer() throws -> any Layer { try session.layer(at: path) }

  /// Says which layer a command meant without naming it, where that has changed since it was last
  /// plain: another one has run, say.
  mutating func noteLayer(again: Bool = false) {
    guard let path = session.currentLayer, again || path != session.layerTold,
      session.layers.count > 1 || !path.members.isEmpty, !notes.contains(.layerMeant("\(path)"))
    else { return }
    session.layerTold = path
    notes.append(.layerMeant("\(path)"))
  }

  /// Refuses a reserved word as a name.
  ///
  /// - Parameters:
  ///   - name: the name.
  ///   - isTarget: whether it stands before `=`, as the remedy has it then.
  /// - Throws: ``Placed``.
  func checkName(_ name: NameSyntax, isTarget: Bool = false) throws {
    guard let meaning = ReservedWords.meaning(of: name.text) else { return }
    throw Placed(
      error: NameError.reservedName(name.text, why: meaning, isTarget: isTarget),
      range: name.range)
  }

  /// Gives a name to a value, and says what a reader of PyTorch may not expect of it.
  mutating func give(_ name: String, to value: Value) {
    if case .layer? = session.names[name] { notes.append(.layerUnreachable(name)) }
    if case .tensor(let variable) = value, variable.leaf?.isParameter == true,
      !session.explainedNames
    {
      session.explainedNames = true
      notes.append(.nameKeepsValues(name))
    }
    session.bind(name, to: value.plain)
  }
}

extension ReferenceSyntax {
  /// What to say where the gradient of a part was asked for: `weight[0].grad`.
  var gradientOfPart: Note? {
    guard members.count >= 2, members[members.count - 1].member == .attribute("grad"),
      case .index = members[members.count - 2].member
    else { return nil }
    let (part, owner) = (dropping(1).text, dropping(2).text)
    let gradient = owner == LayerAttribute.weight.rawValue ? "grad" : owner + ".grad"
    return .indexHasNoGradient(part, instead: gradient + part.dropFirst(owner.count))
  }
}

extension StatementSyntax {
  /// The command in it that must stand alone and does not. What works on the notebook is only seen
  /// here where it does not.
  fileprivate func misplaced(isAlone: Bool) -> CommandSyntax? {
    switch content {
    case .expression: return nil
    case .loop(let loop): return loop.body.lazy.compactMap { $0.misplaced(isAlone: false) }.first
    case .command(let command):
      let isMisplaced =
        CommandTable.notebookCommand(command) != nil
        || !isAlone && CommandTable.sessionCommand(command.verb)?.standsAlone == true
      return isMisplaced ? command : nil
    }
  }
}
