import Functions
import Gradients
import Tensors

/// A chain of calls, attributes and indices as fixtures write it: `x.t()[0, t[1, 0]].reshape(-1)`.
///
/// `x` is the tensor it begins with, `t[…]` a tensor of whole numbers or truth values, `t(…)` one of
/// floats. Arguments have names where the fixture gives them.
struct FixtureExpression {
  struct Malformed: Error {
    let rest: String
  }

  private var rest: Substring
  private let x: Datum
  private var scope = FunctionScope(generator: Generator(seed: 0))

  /// The value of an expression.
  static func value(_ text: String, x: TensorValue) throws -> Datum {
    var expression = FixtureExpression(rest: text[...], x: .tensor(x))
    let value = try expression.value()
    guard expression.rest.isEmpty else { throw Malformed(rest: text) }
    return value
  }

  private init(rest: Substring, x: Datum) { (self.rest, self.x) = (rest, x) }

  private mutating func take(_ text: String) -> Bool {
    while rest.first == " " { rest.removeFirst() }
    guard rest.hasPrefix(text) else { return false }
    rest.removeFirst(text.count)
    return true
  }

  private mutating func word() -> String {
    _ = take(" ")
    let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
    rest.removeFirst(word.count)
    return String(word)
  }

  private mutating func items(until end: String) throws -> [Datum] {
    var items: [Datum] = []
    while !take(end) {
      items.append(try value())
      guard take(",") || rest.hasPrefix(end) else { throw Malformed(rest: String(rest)) }
    }
    return items
  }

  private mutating func value() throws -> Datum {
    if take("[") { return .list(try items(until: "]")) }
    if take("(") { return .tuple(try items(until: ")")) }
    if take("'") {
      let text = rest.prefix { $0 != "'" }
      rest.removeFirst(min(rest.count, text.count + 1))
      return .text(String(text))
    }
    var word = word()
    if let number = Int(word) {
      guard take(".") else { return .scalar(.integer(number)) }
      word += "." + self.word()
    }
    if let number = Double(word) { return .scalar(.float(number)) }
    switch word {
    case "torch":
      guard take("."), let type = DataType(rawValue: self.word()) else {
        throw Malformed(rest: String(rest))
      }
      return .type(type)
    case "None": return .none
    case "True", "False": return .scalar(.boolean(word == "True"))
    case "x": return try postfixes(of: x)
    case "t":
      if take("(") {
        let numbers = try items(until: ")").compactMap { Operand($0)?.tensor.item?.double }
        return .tensor(TensorValue(Tensor(numbers.map(Float.init), shape: [numbers.count])))
      }
      guard take("[") else { throw Malformed(rest: String(rest)) }
      return .tensor(try Self.tensor(.list(items(until: "]"))))
    default: return try postfixes(of: call(word, []))
    }
  }

  private mutating func call(_ name: String, _ receiver: [Datum]) throws -> Datum {
    guard take("("), let function = FunctionTable.function(name) else {
      throw Malformed(rest: name + rest)
    }
    var arguments: [(name: String?, value: Datum)] = receiver.map { (nil, $0) }
    while !take(")") {
      let start = rest
      let name = self.word()
      let isNamed = !name.isEmpty && take("=")
      if !isNamed { rest = start }
      arguments.append((isNamed ? name : nil, try value()))
      guard take(",") || rest.hasPrefix(")") else { throw Malformed(rest: String(rest)) }
    }
    return try function.value(
      FunctionCall(of: function, arguments, isMethod: !receiver.isEmpty), in: &scope)
  }

  private mutating func postfixes(of first: Datum) throws -> Datum {
    var value = first
    while true {
      if take(".") {
        let name = word()
        value = try Attributes.value(name, of: value) ?? call(name, [value])
      } else if take("["), case .tensor(let tensor) = value {
        var indices: [Index] = []
        while !take("]") {
          indices.append(try index())
          guard take(",") || rest.hasPrefix("]") else { throw Malformed(rest: String(rest)) }
        }
        value = .tensor(try Indexing.value(tensor, indices))
      } else {
        return value
      }
    }
  }

  private mutating func index() throws -> Index {
    if take("...") { return .ellipsis }
    var parts: [Int?] = []
    while !rest.hasPrefix(","), !rest.hasPrefix("]") {
      if take(":") {
        if parts.isEmpty { parts.append(nil) }
        parts.append(nil)
        continue
      }
      switch try value() {
      case .scalar(.integer(let number)):
        if parts.isEmpty { parts.append(number) } else { parts[parts.count - 1] = number }
      case .scalar(.boolean(let flag)): return .boolean(flag)
      case .none: return .none
      case .tensor(let tensor): return .tensor(tensor)
      case .list(let items):
        return .list(items.compactMap { if case .scalar(.integer(let n)) = $0 { n } else { nil } })
      default: throw Malformed(rest: String(rest))
      }
    }
    if parts.count == 1, let number = parts[0] { return .integer(number) }
    parts += [nil, nil, nil]
    return .slice(parts[0], parts[1], parts[2])
  }

  /// The tensor that nested lists are.
  private static func tensor(_ value: Datum) throws -> TensorValue {
    var scalars: [Scalar] = []
    func shape(_ value: Datum) -> [Int] {
      guard let items = value.items else {
        if case .scalar(let scalar) = value { scalars.append(scalar) }
        return []
      }
      let inner = items.map(shape)
      return [items.count] + (inner.first ?? [])
    }
    let sizes = Shape(shape(value))
    if case .boolean? = scalars.first {
      return .bool(BooleanTensor(scalars.map(\.isTrue), shape: sizes))
    }
    return .int64(IntegerTensor(scalars.map { Int64($0.integer ?? 0) }, shape: sizes))
  }
}
