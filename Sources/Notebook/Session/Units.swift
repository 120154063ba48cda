import Functions
import Language
import Layers
import Pruning
import Tensors

// Units: the rules that a mask works by, built in or made at the prompt.

extension MaskUnit {
  /// Whether it is the paper's.
  var isUsual: Bool { name == MaskUnits.usual.name }
}

extension Session {
  /// The names of all units.
  var unitNames: [String] { MaskUnits.all.map(\.name) + units.map(\.name) }

  /// The unit of this name, if there is one.
  func unit(_ name: String) -> (any MaskUnit)? {
    MaskUnits.all.first { $0.name == name } ?? units.first { $0.name == name }
  }

  /// The layers whose masks work by a unit of this name, and of these rules where they are given.
  func layersUsing(unit name: String, as text: (String, String)? = nil) -> [String] {
    layers.flatMap { layer, entry in
      ([([], entry.layer)] + entry.layer.descendants).compactMap { path, inner in
        guard let weight = inner.affine?.weight, weight.mask != nil, weight.unit.name == name,
          text.map({ $0 == (weight.unit.text.forward, weight.unit.text.backward) }) ?? true
        else { return nil }
        return ([layer] + path).joined(separator: ".")
      }
    }
  }
}

extension Evaluation {
  /// The unit that a call names: by its name, or by a name that holds it as a word; nil where it
  /// names none.
  ///
  /// - Throws: ``Placed`` where there is no such unit.
  func unit(of call: Call, _ argument: Argument<String> = MaskArguments.unit) throws
    -> (any MaskUnit)?
  {
    guard let word = try call[optional: argument] else { return nil }
    if let unit = session.unit(word) { return unit }
    if case .value(let value)? = session.names[word], case .text(let held)? = value.datum,
      let unit = session.unit(held)
    {
      return unit
    }
    throw call.placed(
      UnitError.noUnit(word, nearest: Spelling.nearest(to: word, among: session.unitNames)),
      at: argument)
  }

  /// An expression as a rule of a unit.
  ///
  /// - Parameters:
  ///   - expression: the expression.
  ///   - isBackward: whether it may speak of grad, in which it must be affine.
  /// - Returns: the rule.
  /// - Throws: ``Placed`` with the part that a rule cannot have.
  func rule(_ expression: Expression, isBackward: Bool) throws -> UnitRule {
    func part(_ expression: Expression) throws -> UnitRule {
      try rule(expression, isBackward: isBackward)
    }
    func refuse(_ error: UnitError, at range: SourceRange? = nil) -> Placed {
      Placed(error: error, range: range ?? expression.range)
    }
    func arguments(_ arguments: [CallArgument]) throws -> [(name: String?, value: UnitRule)] {
      try arguments.map { ($0.name?.text, try part($0.value)) }
    }
    func function(_ name: NameSyntax) throws -> any Function.Type {
      guard let function = FunctionTable.function(name.text) else {
        throw refuse(
          .noFunction(
            name.text, nearest: Spelling.nearest(to: name.text, among: FunctionTable.names)),
          at: name.range)
      }
      if ["float", "bool", "long"].contains(name.text) {
        throw refuse(.changesType(name.text), at: name.range)
      }
      guard FunctionTable.isElementwise(function) else {
        throw refuse(.notElementwise(name.text), at: name.range)
      }
      return function
    }
    let result: UnitRule
    switch expression.kind {
    case .scalar(let scalar): result = .number(scalar)
    case .reference(let reference):
      if reference.members.contains(where: { if case .index = $0.member { true } else { false } }) {
        throw refuse(.notElementwise("an index"))
      }
      if let word = reference.name, let name = UnitRule.Name(word: word) {
        if name == .gradient, !isBackward { throw refuse(.gradientForward) }
        return .name(name)
      }
      result = .number(try number(reference))
    case .unary(let symbol, let operand): result = .unary(symbol, try part(operand))
    case .binary(.matrixMultiply, _, _, let place): throw refuse(.notElementwise("@"), at: place)
    case .binary(let symbol, let first, let second, _):
      result = .binary(symbol, try part(first), try part(second))
    case .call(let name, _, let given):
      result = .call(try function(name), try arguments(given), isMethod: false)
    case .method(let owner, let name, let given):
      result = .call(
        try function(name), [(nil, try part(owner))] + (try arguments(given)), isMethod: true)
    default: throw refuse(.notElementwise("this"))
    }
    if isBackward, AffineRule(result) == nil { throw refuse(.notAffine) }
    return result
  }

  /// The names in rules that hold numbers, in order and each once, and the numbers.
  ///
  /// - Throws: ``Placed`` where one does not hold a number.
  func numbers(in rules: [Expression]) throws -> [(name: String, value: Scalar)] {
    var numbers: [(name: String, value: Scalar)] = []
    func collect(_ expression: Expression) throws {
      switch expression.kind {
      case .reference(let reference):
        let isKnown = numbers.contains { $0.name == reference.text }
        if reference.name.flatMap(UnitRule.Name.init(word:)) == nil, !isKnown {
          numbers.append((reference.text, try number(reference)))
        }
      case .unary(_, let operand): try collect(operand)
      case .binary(_, let first, let second, _):
        try collect(first)
        try collect(second)
      case .call(_, _, let arguments): for argument in arguments { try collect(argument.value) }
      case .method(let owner, _, let arguments):
        try collect(owner)
        for argument in arguments { try collect(argument.value) }
      default: break
      }
    }
    for rule in rules { try collect(rule) }
    return numbers
  }

  /// The number that a name holds.
  private func number(_ reference: ReferenceSyntax) throws -> Scalar {
    let datum: Datum?
    do {
      datum = try resolve(reference).datum
    } catch let placed as Placed {
      guard placed.error is NameError else { throw placed }
      throw Placed(error: UnitError.noName(reference.text), range: reference.range)
    }
    switch datum {
    case .scalar(let scalar)?: return scalar
    case .tensor(let tensor)? where tensor.shape.rank == 0:
      if let item = tensor.item { return item }
    default: break
    }
    throw Placed(error: UnitError.notANumber(reference.text), range: reference.range)
  }
}

/// Why there is no such unit, or none can be made of what was written.
enum UnitError: EvaluationError {
  case noUnit(String, nearest: [String])
  case builtIn(String)
  case badName(String, why: String)
  case noFunction(String, nearest: [String])
  case notElementwise(String)
  case changesType(String)
  case gradientForward
  case notAffine
  case noName(String)
  case notANumber(String)
  case refused(Refusal)

  var message: String {
    switch self {
    case .noUnit(let name, _): "there is no unit '\(name.shortened)'"
    case .builtIn(let name): "\(name) is built in"
    case .badName(let name, let why): "'\(name.shortened)' is \(why), not a name for a unit"
    case .noFunction(let name, _): "there is no function '\(name.shortened)'"
    case .notElementwise("this"): "a rule works on each element by itself"
    case .notElementwise(let name): "a rule works on each element by itself, and \(name) does not"
    case .changesType(let name): "a rule computes in float32, and \(name) changes the type"
    case .gradientForward: "on the way forward there is no gradient yet"
    case .notAffine: "the backward rule must be affine in grad, and this is not"
    case .noName(let name): "a rule has no name '\(name.shortened)'"
    case .notANumber(let name): "'\(name.shortened)' does not hold a number"
    case .refused(let refusal): refusal.message
    }
  }

  var remedy: String? {
    switch self {
    case .noUnit(_, let nearest): Spelling.suggestion(nearest) ?? "units lists them"
    case .builtIn: "give yours another name"
    case .badName: "a letter, then letters, digits and _: soft"
    case .noFunction(_, let nearest): Spelling.suggestion(nearest)
    case .notElementwise: "operators, abs, exp, clamp, where and the like do"
    case .changesType: "leave it out; where(x > 0, grad, 0) takes a condition as it is"
    case .gradientForward: "forward speaks of x and mask, backward of grad too"
    case .notAffine:
      "grad may be added, subtracted, multiplied or divided by what is free of it, or stand in "
        + "where's branches"
    case .noName: "it speaks of x, mask, grad and names of numbers"
    case .notANumber: "a rule takes numbers, whose values are those of this moment"
    case .refused(let refusal): refusal.remedy
    }
  }
}
