import Gradients
import Tensors

/// `tensor`: a tensor of numbers, of nested lists of them, or of the values of another tensor.
enum TensorFunction: Function {
  static let name = "tensor"
  static let summary = "a tensor of numbers in nested lists"
  static let example = "tensor([1, 2])"
  static let spellings = Spellings.torch

  private static let data = FunctionParameter<Datum>("data", "numbers in nested lists") { value in
    switch value {
    case .tensor, .scalar, .literal: value
    default: value.items == nil ? nil : value
    }
  }
  static let signatures = [Signature(data, keywords: Creation.keywords)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let data = try call[data]
    let wanted = try call[Creation.dtype]
    if case .tensor(let tensor) = data {
      let converted = try tensor.converted(to: wanted ?? tensor.dataType)
      guard case .float32(let variable) = converted else {
        return try Creation.result(converted, of: call)
      }
      return try Creation.result(.float32(variable.detached), of: call)
    }
    do {
      if case .literal(let list) = data {
        let tensor = try wanted == .int64 ? list.checkedIntegers() : list.typed()
        return try Creation.result(tensor.converted(to: wanted ?? tensor.dataType), of: call)
      }
      let numbers = try NestedNumbers(data)
      return try Creation.result(numbers.tensor(of: wanted ?? numbers.type), of: call)
    } catch let refusal as Refusal where refusal.parameter == nil {
      throw refusal.about(Self.data)
    }
  }
}

/// The numbers of nested lists, in order.
private struct NestedNumbers {
  private var sizes: [Int] = []
  private var numbers: [Scalar] = []
  /// The type that holds all of them; that of none is float32.
  private(set) var type = DataType.bool
  /// Whether tensors of float32 are among them, which PyTorch makes no whole numbers of.
  private var hasFloatTensors = false

  init(_ data: Datum) throws {
    // Each first part says how long all parts at its depth must be.
    var first: Datum? = data
    while let items = first?.items {
      sizes.append(items.count)
      first = items.first
    }
    try collect(data, depth: 0)
    if numbers.isEmpty { type = .float32 }
  }

  private mutating func collect(_ data: Datum, depth: Int) throws(Refusal) {
    if let items = data.items {
      guard depth < sizes.count else { throw .listForNumber() }
      guard items.count == sizes[depth] else {
        throw .unequal(items.count, sizes[depth], depth: depth)
      }
      for item in items { try collect(item, depth: depth + 1) }
      return
    }
    guard depth == sizes.count else { throw .numberForList() }
    switch data {
    case .scalar(let scalar):
      numbers.append(scalar)
      type = type.promoted(with: scalar.dataType)
    case .tensor(let tensor):
      guard let item = tensor.item else { throw .severalElements(tensor.count) }
      numbers.append(item)
      type = type.promoted(with: tensor.dataType)
      if tensor.dataType == .float32 { hasFloatTensors = true }
    default: throw .notANumber(data)
    }
  }

  func tensor(of type: DataType) throws -> TensorValue {
    let shape = try Shape(checking: sizes)
    switch type {
    case .float32: return TensorValue(Tensor(numbers.map(\.float), shape: shape))
    case .int64 where hasFloatTensors: throw Refusal.wholeOfFloat()
    case .int64:
      return .int64(IntegerTensor(try numbers.map { try $0.checkedInteger() }, shape: shape))
    case .bool: return .bool(BooleanTensor(numbers.map(\.isTrue), shape: shape))
    }
  }
}

extension NumberList {
  /// The numbers as whole ones, cut off at the point.
  ///
  /// - Throws: ``Refusal`` where one has none; `ShapeError`, `Cancelled`.
  fileprivate func checkedIntegers() throws -> TensorValue {
    if let integers { return .int64(integers) }
    return .int64(
      try IntegerTensor(shape: tensor.shape) {
        try Scalar.float(Double(tensor.elements[$0])).checkedInteger()
      })
  }
}

extension Refusal {
  fileprivate static func unequal(_ count: Int, _ expected: Int, depth: Int) -> Refusal {
    Refusal(
      "the lists are of different lengths: \(expected) and \(count) in dimension \(depth)")
  }

  fileprivate static func listForNumber() -> Refusal {
    Refusal("a list stands where the first ones have a number")
  }

  fileprivate static func numberForList() -> Refusal {
    Refusal("a number stands where the first ones have a list")
  }

  fileprivate static func severalElements(_ count: Int) -> Refusal {
    Refusal(
      "a tensor of \(count) elements stands where a number should",
      remedy: "stack([a, b]) joins tensors")
  }

  fileprivate static func wholeOfFloat() -> Refusal {
    Refusal("a tensor of float32 stands where a whole number should", remedy: "x.long()")
  }

  fileprivate static func notANumber(_ value: Datum) -> Refusal {
    Refusal("\(value.kind) stands where a number should")
  }
}
