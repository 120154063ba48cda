import Functions
import Gradients
import Language
import Layers
import Running
import Tensors

// `repeat` and `for`: statements that are run again and again, as one cell.

/// What one turn of a loop is about.
enum Turn {
  /// The turn's number alone.
  case number
  /// A value that the loop's name gets.
  case value(Value)
  /// A layer that the loop's name stands for.
  case layer(LayerPath)
}

extension Evaluation {
  /// Turns up to which a loop's values show as a table.
  static let tableLimit = 30
  /// The most turns of a loop.
  static let turnLimit = 1_000_000_000

  /// Runs a loop.
  ///
  /// - Parameters:
  ///   - loop: the loop.
  ///   - name: the name that its value is given, for the table's heading.
  /// - Returns: of `repeat` the last turn's value, of `for` the values of all turns as one tensor.
  /// - Throws: ``Diagnostic`` that tells the turn, `Cancelled` that tells it too.
  mutating func run(_ loop: LoopSyntax, named name: String?) throws -> Value? {
    let (count, turn) = try turns(of: loop)
    switch loop.turns {
    case .count:
      var value: Value?
      try run(loop, count: count, name: nil, turn: turn) { _, last in value = last }
      return value
    case .values(let variable, _):
      var stack = TurnStack(
        name: variable.text, columns: loop.columns.isEmpty ? [name ?? "value"] : loop.columns,
        count: count)
      try run(loop, count: count, name: variable.text, turn: turn) { turn, last in
        try stack.append(last?.datum, of: Self.label(turn), at: Self.number(turn))
      }
      if let note = stack.note, count > 0 { notes.append(note) }
      return try stack.value(options: session.printOptions)
    }
  }

  /// Runs a loop's block in each turn, and counts turns for whoever waits.
  private mutating func run(
    _ loop: LoopSyntax, count: Int, name: String?, turn: (Int) throws -> Turn,
    after: (Turn, Value?) throws -> Void
  ) throws {
    var remains = LoopRemains()
    Progress.command = name == nil ? "repeat" : "for"
    // Of a single turn, what runs in it tells more.
    guard count > 1 else {
      if count == 1 { try runTurn(0, of: loop, try turn(0), name, &remains, after) }
      return
    }
    try Progress.own(count) { advance in
      for index in 0..<count {
        try runTurn(index, of: loop, try turn(index), name, &remains, after)
        advance(1)
      }
    }
  }

  /// Runs a loop's block once; what goes wrong tells the turn.
  private mutating func runTurn(
    _ index: Int, of loop: LoopSyntax, _ turn: Turn, _ name: String?,
    _ remains: inout LoopRemains,
    _ after: (Turn, Value?) throws -> Void
  ) throws {
    func place() -> String {
      let label = name.flatMap { name in Self.label(turn).map { ", \(name) = \($0)" } } ?? ""
      return "turn \(index + 1)\(label)"
    }
    let said = notes.count
    do {
      try Cancellation.check()
      if let name { begin(turn, name) }
      var value: Value?
      for statement in loop.body { value = try run(statement) }
      try after(turn, value)
    } catch let cancelled as Cancelled {
      throw Cancelled(at: cancelled.place.map { "\(place()), \($0)" } ?? place())
    } catch let diagnostic as Diagnostic {
      throw diagnostic.adding(" (\(place()))")
    }
    remains.forget(in: &session)
    forgetNotesSaid(before: said)
  }

  /// Keeps of a turn's notes those that no earlier turn has said.
  private mutating func forgetNotesSaid(before count: Int) {
    guard notes.count > count else { return }
    let new = notes[count...]
    notes.removeLast(new.count)
    for note in new where !notes.contains(note) { notes.append(note) }
  }

  /// Gives a loop's name what a turn is about.
  mutating func begin(_ turn: Turn, _ name: String) {
    switch turn {
    case .number: break
    case .value(let value): session.bind(name, to: value)
    case .layer(let path): session.names[name] = .alias(path)
    }
  }

  /// What a turn is called in a message and in a table: the number, the word, the layer's name.
  private static func label(_ turn: Turn) -> String? {
    switch turn {
    case .number: nil
    case .layer(let path): "\(path)"
    case .value(.number(let number)): PythonNumber.text(number)
    case .value(.python(.scalar(let scalar))): scalar.text
    case .value(.python(.text(let text))): text
    case .value(let value): value.datum?.items == nil ? nil : value.kind
    }
  }

  /// The number that a turn is about; nil where it is about something else.
  private static func number(_ turn: Turn) -> Double? {
    guard case .value(let value) = turn else { return nil }
    switch value.datum {
    case .scalar(.boolean): return nil
    case .scalar(let scalar): return scalar.double
    case .tensor(let tensor): return tensor.item?.double
    default: return nil
    }
  }

  // MARK: Turns

  /// How many turns a loop has, and what each is about.
  ///
  /// - Throws: ``Placed``, `Cancelled`.
  mutating func turns(
    of loop: LoopSyntax
  ) throws -> (count: Int, turn: (Int) throws -> Turn) {
    switch loop.turns {
    case .count(let argument): return (try turns(argument), { _ in .number })
    case .values(let variable, let arguments):
      try checkName(variable)
      return try turns(arguments)
    }
  }

  /// How often `repeat` runs.
  private mutating func turns(_ argument: ArgumentSyntax) throws -> Int {
    let number: Int?
    switch argument.value {
    case .word(let word) where Double(literal: word) != nil: number = Int(word)
    default: number = try datum(of: argument).wholeNumber
    }
    guard let number else {
      throw Placed(error: LoopError.notACount(argument.value.quoted), range: argument.range)
    }
    return try checked(number, argument.range)
  }

  private func checked(_ count: Int, _ range: SourceRange) throws -> Int {
    guard (0...Self.turnLimit).contains(count) else {
      throw Placed(error: LoopError.tooMany(count), range: range)
    }
    return count
  }

  /// What the turns of `for` are.
  private mutating func turns(
    _ arguments: [ArgumentSyntax]
  ) throws -> (count: Int, turn: (Int) throws -> Turn) {
    if arguments.count == 1 {
      let argument = arguments[0]
      if let path = try layerPath(of: argument) {
        let members = try session.turns(through: path)
        return (members.count, { .layer(members[$0]) })
      }
      if let range = try range(argument) { return range }
      switch try datum(of: argument) {
      case .tensor(let tensor):
        guard tensor.shape.rank > 0 else { return (1, { _ in .value(Value(.tensor(tensor))) }) }
        return (
          tensor.shape[0],
          { .value(Value(.tensor(try Indexing.value(tensor, [.integer($0)])))) }
        )
      case let datum:
        guard let items = datum.items else { return (1, { _ in .value(Value(datum)) }) }
        return (items.count, { .value(Value(items[$0])) })
      }
    }
    let values = try arguments.map { argument in
      if let path = try layerPath(of: argument) { return Turn.layer(path) }
      return Turn.value(Value(try datum(of: argument)))
    }
    return (values.count, { values[$0] })
  }

  /// The layer that a value of a loop is, if it is one.
  func layerPath(of argument: ArgumentSyntax) throws -> LayerPath? {
    guard let reference = try? Call.reference(argument), isLayer(reference) else { return nil }
    return try layerPath(reference)
  }

  /// `range(stop)`, `range(start, stop[, step])`; nil for another value.
  private mutating func range(
    _ argument: ArgumentSyntax
  ) throws -> (count: Int, turn: (Int) throws -> Turn)? {
    guard let expression = argument.expression,
      case .call(let name, nil, let arguments) = expression.kind,
      name.text == "range"
    else { return nil }
    let numbers = try arguments.map { argument in
      guard argument.name == nil, let number = try datum(of: argument.value).wholeNumber else {
        throw Placed(error: LoopError.badRange, range: argument.range)
      }
      return number
    }
    guard (1...3).contains(numbers.count), numbers.count < 3 || numbers[2] != 0 else {
      throw Placed(error: LoopError.badRange, range: expression.range)
    }
    let (start, stop) = numbers.count == 1 ? (0, numbers[0]) : (numbers[0], numbers[1])
    let step = numbers.count == 3 ? numbers[2] : 1
    let (distance, overflow) = stop.subtractingReportingOverflow(start)
    guard !overflow else { throw Placed(error: LoopError.tooMany(.max), range: expression.range) }
    let count = max(0, (distance + step - step.signum()) / step)
    return (
      try checked(count, expression.range),
      { .value(Value(.scalar(.integer(start + $0 * step)))) }
    )
  }

  /// The value of an argument, whatever takes it.
  ///
  /// - Throws: ``Placed``, `Cancelled`.
  mutating func datum(of argument: ArgumentSyntax) throws -> Datum {
    switch argument.value {
    case .evaluated(let datum, _): return datum
    case .string(let text): return .text(text)
    case .literal(let literal): return .tensor(TensorValue(literal.tensor))
    case .expression(let expression, _): return try datum(of: expression)
    case .stage(_, let expression?, _): return try datum(of: expression)
    case .stage(let stage, nil, _):
      throw Placed(error: LoopError.notAValue(stage.verb), range: argument.range)
    case .word(let word):
      if let number = Double(literal: word) {
        return .scalar(Int(word).map { .integer($0) } ?? .float(number))
      }
      fallthrough
    case .reference:
      guard let reference = try Call.reference(argument),
        let datum = try resolve(reference).datum
      else {
        throw Placed(error: LoopError.notAValue(argument.value.quoted), range: argument.range)
      }
      return datum
    }
  }
}

extension Session {
  /// The layers that a loop goes through: of a network those with parameters, or the layer itself.
  ///
  /// - Throws: ``LayerUseError/noLayer``.
  func turns(through path: LayerPath) throws -> [LayerPath] {
    let layer = try layer(at: path)
    guard layer.isNetwork else { return [path] }
    return layer.descendants.filter { !$0.layer.parameters.isEmpty && !$0.layer.isNetwork }
      .map { LayerPath(name: path.name, members: path.members + $0.path) }
  }
}

extension ArgumentSyntax {
  /// The expression that it can be read as, if it is written as one.
  var expression: Expression? {
    switch value {
    case .stage(_, let expression, _): expression
    case .expression(let expression, _): expression
    default: nil
    }
  }
}

/// Why a loop cannot be run.
enum LoopError: EvaluationError {
  case notACount(String)
  case tooMany(Int)
  case badRange
  case notAValue(String)

  var message: String {
    switch self {
    case .notACount(let text): "a count must be a whole number, not \(text)"
    case .tooMany(let count): "a loop has from 0 to 10^9 turns, not \(count)"
    case .badRange: "range takes one to three whole numbers: start, stop, and a step that is not 0"
    case .notAValue(let text): "\(text) is not a value that a loop can go through"
    }
  }

  var remedy: String? {
    switch self {
    case .notAValue: "a loop goes through numbers, tensors, layers, range(…), and words in quotes"
    default: nil
    }
  }
}
