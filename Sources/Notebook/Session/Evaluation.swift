import Gradients
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

  /// Begins with a session as the last cell left it.
  init(session: Session, outputs: @escaping (Int) throws -> Value) {
    self.session = session
    self.outputs = outputs
  }

  /// Runs a cell's commands in order.
  ///
  /// - Returns: the value of the last command, if it has one.
  /// - Throws: ``Diagnostic``, `Cancelled`; the session is then to be thrown away.
  mutating func run(_ cell: CellSyntax) throws -> Value? {
    let isAlone = cell.commands.count == 1
    if let command = cell.commands.first(where: { $0.isMisplaced(isAlone: isAlone) }) {
      throw Diagnostic(
        CellError.mustStandAlone(command.verb ?? ""), range: command.headRange, in: session)
    }
    if cell.losesDigits { notes.append(.digitsLost) }
    var value: Value?
    for command in cell.commands {
      try Cancellation.check()
      if command.time == nil {
        value = try run(command)
      } else {
        let (result, timing) = try Timing.measure { try run(command) }
        value = result
        timings.append(timing)
      }
    }
    return value
  }

  private mutating func run(_ syntax: CommandSyntax) throws -> Value? {
    var verb: String?
    do {
      switch syntax.head {
      case .reference(let reference):
        return try show(reference, syntax)
      case .literal(let tensor):
        try checkAlone(syntax)
        if let name = syntax.name {
          try checkName(name, isForLayer: false)
          session.bind(name.text, to: .tensor(Variable(tensor)))
        }
        return .tensor(Variable(tensor))
      case .verb(let word):
        if let command = CommandTable.sessionCommand(word) {
          verb = word
          let call = try Call(syntax, to: command) { isLayer($0) }
          named = try call.layer.map { try layerPath($0) }
          defer { named = nil }
          if let name = syntax.name { try checkName(name, isForLayer: command.namesItself) }
          Progress.command = word
          let value = try command.run(call, in: &self)
          if command.worksOnLayer, !call.namesLayer { noteLayer() }
          if let name = syntax.name, !command.namesItself, let value {
            session.bind(name.text, to: value)
          }
          return value
        }
        guard session.names[word] != nil || LayerAttribute(rawValue: word) != nil else {
          let nearest = session.nearest(to: word, among: CommandTable.verbs + session.names.keys)
          throw Placed(
            error: NameError.unknownVerb(word, nearest: nearest), range: syntax.headRange)
        }
        return try show(try Parser.reference(word, range: syntax.headRange), syntax)
      }
    } catch let placed as Placed {
      throw Diagnostic(
        placed.error, verb: verb, range: placed.range, statement: syntax.range.lowerBound,
        in: session)
    } catch let error as any Explained {
      throw Diagnostic(
        error, verb: verb, range: syntax.range, statement: syntax.range.lowerBound, in: session)
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

  /// A reference typed as a command.
  private mutating func show(_ reference: ReferenceSyntax, _ syntax: CommandSyntax) throws -> Value
  {
    try checkAlone(syntax)
    let value = try resolve(reference)
    if case .nothing = value, let note = reference.gradientOfPart { notes.append(note) }
    if let name = syntax.name {
      try checkName(name, isForLayer: false)
      if case .layer = value {
        throw Placed(
          error: NameError.layerNeedsCopy(Self.text(reference), as: name.text),
          range: reference.range)
      }
      session.bind(name.text, to: value)
    }
    return value
  }

  /// Says which layer a command meant without naming it, where that has changed since it was last
  /// plain: another one has run, say.
  mutating func noteLayer(again: Bool = false) {
    guard let path = session.currentLayer, again || path != session.layerTold,
      session.layers.count > 1 || !path.members.isEmpty, !notes.contains(.layerMeant("\(path)"))
    else { return }
    session.layerTold = path
    notes.append(.layerMeant("\(path)"))
  }

  /// A value typed as a command takes no arguments.
  private func checkAlone(_ syntax: CommandSyntax) throws {
    guard let argument = syntax.arguments.first else { return }
    throw Placed(
      error: SyntaxError.trailingValue(argument.value.quoted), range: argument.range)
  }

  func checkName(_ name: NameSyntax, isForLayer: Bool) throws {
    func refuse(_ why: String) -> Placed {
      Placed(error: NameError.reservedName(name.text, why: why), range: name.range)
    }
    if let meaning = ReservedWords.meaning(of: name.text) { throw refuse(meaning) }
    // The layer would be gone with its name.
    if !isForLayer, case .layer? = session.names[name.text] {
      throw refuse("the name of a layer")
    }
  }
}

extension ReferenceSyntax {
  /// What to say where the gradient of a part was asked for: `weight[0].grad`.
  fileprivate var gradientOfPart: Note? {
    guard steps.count >= 2, steps[steps.count - 1].step == .attribute("grad"),
      case .index = steps[steps.count - 2].step
    else { return nil }
    func text(_ steps: [(step: Step, range: SourceRange)]) -> String {
      Evaluation.text(
        ReferenceSyntax(base: base, steps: steps, baseRange: baseRange, range: range))
    }
    let (part, owner) = (text(steps.dropLast()), text(steps.dropLast(2)))
    let gradient = owner == LayerAttribute.weight.rawValue ? "grad" : owner + ".grad"
    return .indexHasNoGradient(part, instead: gradient + part.dropFirst(owner.count))
  }
}

extension CommandSyntax {
  /// Its verb, if it starts with one.
  var verb: String? { if case .verb(let verb) = head { verb } else { nil } }

  /// Whether it is one that must stand alone and does not. What works on the notebook is only seen
  /// here where it does not.
  fileprivate func isMisplaced(isAlone: Bool) -> Bool {
    guard let verb else { return false }
    return CommandTable.notebookCommand(verb) != nil
      || !isAlone && CommandTable.sessionCommand(verb)?.standsAlone == true
  }
}
