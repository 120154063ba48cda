import Running
import Gradients
import Tensors

/// `where`: of two values the one that a condition chooses, or the places where it holds.
enum WhereFunction: Function {
  static let name = "where"
  static let summary = "of each two elements the first where a mask holds; alone its places"
  static let example = "where(tensor([1, -2, 3]) > 0, 1, 0)"

  private static let condition = FunctionParameter<TensorValue>.tensor("condition")
  private static let input = FunctionParameter<Operand>.operand("input")
  private static let other = FunctionParameter<Operand>.operand("other")
  static let signatures = [Signature(condition, input, other), Signature(condition)]
  static let methodSignatures = [Signature(input, condition, other)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let condition = try call[condition]
    guard call.signature == 0 else {
      return .tuple(try places(condition.booleans()).map { .tensor(.int64($0)) })
    }
    guard case .bool(let mask) = condition else {
      throw Refusal.noMask(condition.dataType).about(Self.condition)
    }
    let (input, other) = (try call[input], try call[other])
    return .tensor(
      try choice(mask, input, other).strided(as: [.tensor(condition), input, other]))
  }

  /// Of two values the one that a mask chooses.
  ///
  /// - Throws: ``Refusal`` where the shapes do not fit; `ShapeError`, `Cancelled`.
  private static func choice(
    _ mask: BooleanTensor, _ a: Operand, _ b: Operand
  ) throws -> TensorValue {
    guard let inner = try a.shape.broadcast(with: b.shape) else {
      throw Refusal.shapes(a.shape, b.shape)
    }
    guard let shape = try mask.shape.broadcast(with: inner) else {
      throw Refusal.shapes(mask.shape, inner)
    }
    switch a.dataType.promoted(with: b.dataType) {
    case .float32: return .float32(try Variable(Choose(mask), a.floats(), b.floats()))
    case .int64: return .int64(try mask.choosing(a.integers(), b.integers(), shape))
    case .bool: return .bool(try mask.choosing(a.booleans(), b.booleans(), shape))
    }
  }

  /// For each dimension the indices of what holds, in order: `nonzero(as_tuple=True)`.
  private static func places(_ mask: BooleanTensor) throws -> [IntegerTensor] {
    let shape: Shape = mask.shape.rank == 0 ? [1] : mask.shape
    var found: [Int] = []
    for (place, holds) in mask.elements.enumerated() {
      if place & 0xffff == 0xffff { try Cancellation.check() }
      if holds { try Memory.append(place, to: &found) }
    }
    var step = 1
    let steps = shape.dimensions.reversed().map { size in
      defer { step *= size }
      return step
    }
    return try zip(shape.dimensions, steps.reversed()).map { size, step in
      try IntegerTensor(shape: [found.count]) { Int64(found[$0] / step % size) }
    }
  }
}

/// `masked_fill`: one value where a mask holds.
enum MaskedFillFunction: Function {
  static let name = "masked_fill"
  static let summary = "each element, or a value where a mask holds"
  static let example = "tensor([1., 2.]).masked_fill(tensor([True, False]), 0)"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let mask = FunctionParameter<TensorValue>.tensor("mask")
  private static let value = FunctionParameter<Operand>.operand("value")
  static let signatures = [Signature(input, mask, value)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let (input, value) = (try call[input], try call[value])
    guard case .bool(let mask) = try call[mask] else {
      throw Refusal.noMask(try call[mask].dataType).about(Self.mask)
    }
    guard value.shape.rank == 0 else {
      throw Refusal.manyValues(value.shape).about(Self.value)
    }
    guard let shape = try mask.shape.broadcast(with: input.shape) else {
      throw Refusal.shapes(mask.shape, input.shape)
    }
    switch input {
    case .float32(let x):
      if case .scalar(let number) = value, number.double.isFinite, !number.float.isFinite {
        throw Refusal.doesNotFit(.float32).about(Self.value)
      }
      let name = value.isNumber ? "MaskedFillBackward0" : "MaskedFillBackward1"
      return .tensor(.float32(try Variable(Choose(mask, named: name), value.floats(), x)))
    case .int64(let x):
      let whole = value.tensor.item.flatMap { item in
        item.integer.map(Int64.init) ?? Int64(exactly: item.double.rounded(.towardZero))
      }
      guard let whole else { throw Refusal.doesNotFit(.int64).about(Self.value) }
      return .tensor(.int64(try mask.choosing(IntegerTensor([whole], shape: []), x, shape)))
    case .bool(let x):
      let filled = BooleanTensor([value.tensor.item?.isTrue ?? false], shape: [])
      return .tensor(.bool(try mask.choosing(filled, x, shape)))
    }
  }
}

extension BooleanTensor {
  /// Of two tensors' elements the first's where it holds, all broadcast to one shape.
  fileprivate func choosing<Value>(
    _ first: PlainTensor<Value>, _ second: PlainTensor<Value>, _ shape: Shape
  ) throws -> PlainTensor<Value> {
    let plan = Broadcast([self.shape, first.shape, second.shape], to: shape)
    let chosen: [Value] = try Memory.array(shape.count) { target in
      try elements.withUnsafeBufferPointer { condition in
        try first.elements.withUnsafeBufferPointer { first in
          try second.elements.withUnsafeBufferPointer { second in
            guard let condition = condition.baseAddress, let first = first.baseAddress,
              let second = second.baseAddress
            else { return }
            try plan.choose(target, condition, first, second)
          }
        }
      }
    }
    return PlainTensor<Value>(chosen, shape: shape)
  }
}

extension Refusal {
  fileprivate static func noMask(_ type: DataType) -> Refusal {
    Refusal(
      "the mask must be a tensor of bool, not of \(type.rawValue)",
      remedy: "compare: x != 0, or x.bool()")
  }

  fileprivate static func manyValues(_ shape: Shape) -> Refusal {
    Refusal(
      "masked_fill takes a number or a tensor without dimensions, not of shape \(shape)",
      remedy: "where(mask, value, x)")
  }

  fileprivate static func doesNotFit(_ type: DataType) -> Refusal {
    Refusal("the value does not fit into \(type.rawValue)")
  }
}
