import Gradients
import Kernels
import Layers
import Tensors

/// One cell being evaluated: the session as it becomes, and what the commands have to say.
public struct Evaluation {
  /// What the cell has made of the session so far.
  public internal(set) var session: Session
  /// What would otherwise mislead.
  public internal(set) var notes: [Note] = []
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
    var value: Value?
    for command in cell.commands {
      try Cancellation.check()
      value = try run(command, isAlone: cell.commands.count == 1)
    }
    return value
  }

  private mutating func run(_ syntax: CommandSyntax, isAlone: Bool) throws -> Value? {
    var verb: String?
    do {
      switch syntax.head {
      case .reference(let reference):
        return try show(reference, syntax)
      case .verb(let word):
        if let command = CommandTable.sessionCommand(word) {
          guard isAlone || !command.standsAlone else { throw CommandError.mustStandAlone(word) }
          verb = word
          let call = try Call(syntax, to: command)
          if let name = syntax.name { try checkName(name, isForLayer: command.namesItself) }
          let value = try command.run(call, in: &self)
          if let name = syntax.name, !command.namesItself, let value {
            session.bind(name.text, to: value)
          }
          return value
        }
        if CommandTable.notebookCommand(word) != nil {
          throw CommandError.mustStandAlone(word)
        }
        guard session.names[word] != nil || LayerAttribute(rawValue: word) != nil else {
          let nearest = session.nearest(to: word, among: CommandTable.verbs + session.names.keys)
          throw Placed(
            error: CommandError.unknownVerb(word, nearest: nearest), range: syntax.headRange)
        }
        return try show(try Parser.reference(word, range: syntax.headRange), syntax)
      }
    } catch let placed as Placed {
      throw Diagnostic(placed.error, verb: verb, range: placed.range, in: session)
    } catch let error as any Explained {
      throw Diagnostic(error, verb: verb, range: syntax.range, in: session)
    }
  }

  /// A reference typed as a command.
  private mutating func show(_ reference: ReferenceSyntax, _ syntax: CommandSyntax) throws -> Value
  {
    if let argument = syntax.arguments.first {
      throw Placed(
        error: SyntaxError.trailingValue(argument.value.quoted), range: argument.range)
    }
    let value = try resolve(reference)
    if let name = syntax.name {
      try checkName(name, isForLayer: false)
      if case .layer = value {
        throw Placed(
          error: CommandError.layerNeedsCopy(Self.text(reference), as: name.text),
          range: reference.range)
      }
      session.bind(name.text, to: value)
    }
    return value
  }

  private func checkName(_ name: NameSyntax, isForLayer: Bool) throws {
    func refuse(_ why: String) -> Placed {
      Placed(error: CommandError.reservedName(name.text, why: why), range: name.range)
    }
    if CommandTable.verbs.contains(name.text) { throw refuse("a command") }
    if LayerAttribute(rawValue: name.text) != nil || name.text == "shape" {
      throw refuse("an attribute")
    }
    if ["as", "Out", "In", "_", "true", "false", "nan", "inf", "None"].contains(name.text) {
      throw refuse("a word of the language")
    }
    // The layer would be gone with its name.
    if !isForLayer, case .layer? = session.names[name.text] {
      throw refuse("the name of a layer")
    }
  }
}
