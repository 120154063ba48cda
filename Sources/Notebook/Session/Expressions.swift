import Functions
import Gradients
import Language
import Tensors

// Expressions: what is written becomes a value. Nothing of the session changes but the generator,
// where a function draws.

extension Evaluation {
  /// The value of an expression.
  ///
  /// - Throws: ``Placed`` with the part that cannot be computed; `Cancelled`.
  mutating func value(of expression: Expression) throws -> Value {
    switch expression.kind {
    case .reference(let reference): try resolve(reference)
    case .literal(let literal): Value(try datum(of: literal, isArgument: false))
    case .member(let owner, let name): try attribute(name, of: owner)
    default: Value(try datum(of: expression))
    }
  }

  /// The value of an expression as others compute with it.
  ///
  /// - Parameters:
  ///   - expression: the expression.
  ///   - isArgument: whether a list of numbers stays one, for a function that wants sizes.
  /// - Returns: the value.
  /// - Throws: as ``value(of:)``; a layer is refused.
  mutating func datum(of expression: Expression, isArgument: Bool = false) throws -> Datum {
    do {
      return try computed(expression, isArgument: isArgument)
    } catch let error as any Explained {
      throw Placed(error: error, range: expression.range)
    }
  }

  private mutating func computed(_ expression: Expression, isArgument: Bool) throws -> Datum {
    switch expression.kind {
    case .scalar(let scalar): return .scalar(scalar)
    case .none: return .none
    case .text(let text): return .text(text)
    case .literal(let literal): return try datum(of: literal, isArgument: isArgument)
    case .reference(let reference):
      let value = try resolve(reference)
      guard let datum = value.datum else {
        if case .layer = value { throw NameError.notATensor(reference.text, kind: "a layer") }
        throw ExpressionError.notAValue(reference.text, kind: value.kind)
      }
      return datum
    case .module(let name):
      guard let type = DataType.allCases.first(where: { $0.names.contains(name) }) else {
        throw ExpressionError.noSuchType(name)
      }
      return .type(type)
    case .call(let name, let module, let arguments):
      return try call(name, module: module, arguments, range: expression.range)
    case .method(let owner, let name, let arguments):
      return try method(owner, name, arguments, range: expression.range)
    case .member(let owner, let name):
      guard let datum = try attribute(name, of: owner).datum else {
        throw ExpressionError.notAValue(name.text, kind: "a layer")
      }
      return datum
    case .index(let owner, let indices): return try indexed(owner, indices)
    case .unary(let symbol, let operand):
      return try Operators.value(symbol, try datum(of: operand))
    case .binary(let symbol, let left, let right, let place):
      let (first, second) = (try datum(of: left), try datum(of: right))
      do {
        return try Operators.value(symbol, first, second)
      } catch let error as any Explained {
        throw Placed(error: error, range: place)
      }
    case .tuple(let items): return .tuple(try items.map { try datum(of: $0) })
    case .list(let items): return .list(try items.map { try datum(of: $0) })
    }
  }

  private func datum(of literal: LiteralSyntax, isArgument: Bool) throws -> Datum {
    if literal.isPrinted {
      let typed = try literal.numbers.typed()
      guard literal.requiresGradient else { return .tensor(typed) }
      guard case .float32(let variable) = typed else { throw ExpressionError.noGradient }
      return .tensor(
        .float32(Variable(variable.tensor, source: .leaf(Leaf(isParameter: false)))))
    }
    return isArgument ? .literal(literal.numbers) : .tensor(TensorValue(literal.tensor))
  }

  private mutating func attribute(_ name: NameSyntax, of owner: Expression) throws -> Value {
    let value = try value(of: owner)
    do {
      return try attribute(name.text, of: value)
    } catch let error as any Explained {
      throw Placed(error: error, range: name.range)
    }
  }

  // MARK: Calls

  private mutating func call(
    _ name: NameSyntax, module: String?, _ arguments: [CallArgument], range: SourceRange
  ) throws -> Datum {
    guard let function = FunctionTable.function(name.text), Self.spells(function, module) else {
      throw Placed(error: unknown(name.text, of: module), range: name.range)
    }
    var given: [(name: String?, value: Datum)] = []
    for argument in arguments {
      given.append((argument.name?.text, try datum(of: argument.value, isArgument: true)))
    }
    return try apply(
      function, given, places: arguments.map(\.range), whole: name.range)
  }

  private mutating func method(
    _ owner: Expression, _ name: NameSyntax, _ arguments: [CallArgument], range: SourceRange
  ) throws -> Datum {
    let value = try value(of: owner)
    guard let receiver = value.datum else {
      throw Placed(
        error: NameError.noSuchAttribute(name.text, kind: value.kind, known: []), range: name.range)
    }
    var given: [(name: String?, value: Datum)] = [(nil, receiver)]
    for argument in arguments {
      given.append((argument.name?.text, try datum(of: argument.value, isArgument: true)))
    }
    guard case .tensor = receiver else {
      do {
        let values = given.dropFirst().map(\.value)
        if let result = try Members.call(name.text, of: receiver, values) { return result }
      } catch {
        throw Placed(error: error, range: name.range)
      }
      throw Placed(
        error: NameError.noSuchAttribute(
          name.text, kind: receiver.kind,
          known: Attributes.names(of: receiver) + Members.names(of: receiver)),
        range: name.range)
    }
    guard let function = FunctionTable.function(name.text), function.spellings.contains(.method)
    else {
      throw Placed(error: unknown(name.text, of: "a tensor"), range: name.range)
    }
    return try apply(
      function, given, places: [owner.range] + arguments.map(\.range), whole: name.range,
      isMethod: true)
  }

  private mutating func apply(
    _ function: any Function.Type, _ arguments: [(name: String?, value: Datum)],
    places: [SourceRange], whole: SourceRange, isMethod: Bool = false
  ) throws -> Datum {
    let call: FunctionCall
    do {
      call = try FunctionCall(of: function, arguments, isMethod: isMethod)
    } catch {
      throw Placed(
        error: error.refusal, range: error.argument.map { places[$0] } ?? whole)
    }
    do {
      var scope = FunctionScope(generator: session.generator)
      let result = try function.value(call, in: &scope)
      session.generator = scope.generator
      return result
    } catch let refusal as Refusal {
      let place = refusal.parameter.flatMap { call.place(of: $0) }
      throw Placed(error: refusal, range: place.map { places[$0] } ?? whole)
    } catch let error as any Explained {
      throw Placed(error: error, range: whole)
    }
  }

  /// Whether a function can be spelled with a module, or bare.
  private static func spells(_ function: any Function.Type, _ module: String?) -> Bool {
    switch module {
    case nil: true
    case "F"?: function.spellings.contains(.functional)
    default: function.spellings.contains(.torch)
    }
  }

  /// Why a word with a parenthesis means nothing.
  ///
  /// - Parameters:
  ///   - name: the word.
  ///   - owner: what stands before its point; nil where nothing does.
  /// - Returns: the error.
  private func unknown(_ name: String, of owner: String?) -> any Explained {
    if owner == nil {
      switch session.names[name] {
      case .layer, .alias: return ExpressionError.notAFunction(name, kind: "a layer")
      case .value(let value): return ExpressionError.notAFunction(name, kind: value.kind)
      case nil: break
      }
      if name == "Out" || CommandTable.verbs.contains(name) {
        return SyntaxError.noParentheses(name, isEmpty: false)
      }
    }
    if let refusal = UnknownFunction.refusal(name) { return ExpressionError.lacking(refusal) }
    return ExpressionError.noSuchFunction(
      name, of: owner, nearest: Spelling.nearest(to: name, among: FunctionTable.names))
  }

  // MARK: Indices

  private mutating func indexed(_ owner: Expression, _ indices: [IndexSyntax]) throws -> Datum {
    let value = try value(of: owner)
    guard let receiver = value.datum else {
      throw Placed(error: IndexError.notIndexable(kind: value.kind), range: owner.range)
    }
    let resolved = try indices.map { try index($0) }
    do {
      return try receiver.indexed(resolved)
    } catch let refusal as Refusal {
      throw Placed(
        error: refusal,
        range: refusal.index.map { indices[min($0, indices.count - 1)].range }
          ?? (indices[0].range.lowerBound..<indices[indices.count - 1].range.upperBound))
    }
  }

  /// What an index means.
  ///
  /// - Throws: ``Placed``.
  mutating func index(_ syntax: IndexSyntax) throws -> Index {
    switch syntax.kind {
    case .ellipsis: return .ellipsis
    case .slice(let first, let second, let third):
      return .slice(try bound(first), try bound(second), try bound(third))
    case .value(let expression):
      switch try datum(of: expression, isArgument: true) {
      case .scalar(.integer(let number)): return .integer(number)
      case .scalar(.boolean(let flag)): return .boolean(flag)
      case .none: return .none
      case .tensor(let tensor): return .tensor(tensor)
      case .literal(let list):
        if let numbers = list.integers, numbers.shape.rank == 1 {
          return .list(numbers.elements.map { Int($0) })
        }
        return .tensor(try list.typed())
      case let other:
        if let numbers = other.wholeNumbers { return .list(numbers) }
        throw Placed(error: ExpressionError.notAnIndex(other.kind), range: syntax.range)
      }
    }
  }

  private mutating func bound(_ expression: Expression?) throws -> Int? {
    guard let expression else { return nil }
    switch try datum(of: expression) {
    case .none: return nil
    case let value:
      if let number = value.wholeNumber { return number }
      throw Placed(error: ExpressionError.notABound(value.kind), range: expression.range)
    }
  }
}

extension Datum {
  /// What indices take of a value: parts of a tensor, elements of a tuple or of a size.
  ///
  /// - Throws: `Refusal`, ``ExpressionError``; `ShapeError`, `OutOfMemory`, `Cancelled`.
  func indexed(_ indices: [Index]) throws -> Datum {
    switch self {
    case .tensor(let tensor): return .tensor(try Indexing.value(tensor, indices))
    case .literal(let list): return .tensor(try Indexing.value(TensorValue(list.tensor), indices))
    default: break
    }
    guard indices.count == 1 else { throw ExpressionError.notIndexable(kind) }
    switch indices[0] {
    case .integer(let place):
      guard let element = try element(at: place) else { throw ExpressionError.notIndexable(kind) }
      return element
    case .slice(let start, let end, let step):
      guard (step ?? 1) > 0, let part = slice(from: start, to: end, by: step ?? 1) else {
        throw ExpressionError.notIndexable(kind)
      }
      return part
    default: throw ExpressionError.notIndexable(kind)
    }
  }
}

/// Why an expression cannot be computed.
enum ExpressionError: EvaluationError {
  case notAValue(String, kind: String)
  case noSuchType(String)
  case noGradient
  case noSuchFunction(String, of: String?, nearest: [String])
  case notAFunction(String, kind: String)
  case lacking(Refusal)
  case notAnIndex(String)
  case notABound(String)
  case notIndexable(String)

  var message: String {
    switch self {
    case .notAValue(let text, let kind):
      "'\(text.shortened)' is \(kind): nothing is computed with it"
    case .noSuchType(let name): "there is no type torch.\(name.shortened)"
    case .noSuchFunction(let name, let owner, _):
      (owner.map { "\($0) has no" } ?? "there is no") + " function '\(name.shortened)'"
    case .notAFunction(let name, let kind): "'\(name.shortened)' is \(kind), not a function"
    case .lacking(let refusal): refusal.message
    case .noGradient: "only a tensor of float32 can require a gradient"
    case .notAnIndex(let kind): "\(kind) is not an index"
    case .notIndexable(let kind): "\(kind) has no elements that could be taken so"
    case .notABound(let kind): "a slice goes from whole number to whole number, not \(kind)"
    }
  }

  var remedy: String? {
    switch self {
    case .noSuchFunction(let name, let owner?, let nearest) where nearest.first == name:
      owner == "a tensor" ? "write: \(name)(x)" : "write: \(name)(x), or x.\(name)()"
    case .noSuchFunction(_, _, let nearest):
      Spelling.suggestion(nearest) ?? "help expressions lists them"
    case .notAFunction(let name, "a layer"):
      "a command runs it: forward \(name) input=x; then output"
    case .notAFunction(let name, "a tensor"): "an element is \(name)[0]"
    case .lacking(let refusal): refusal.remedy
    case .noSuchType: "the types are torch.float32, torch.int64 and torch.bool"
    case .notAnIndex: "indices are whole numbers, slices, ..., None, and tensors of int64 or bool"
    default: nil
    }
  }
}
