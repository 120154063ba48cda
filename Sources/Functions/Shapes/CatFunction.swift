import Gradients
import Tensors

/// `cat`: tensors one after another along a dimension.
enum CatFunction: Function {
  static let name = "cat"
  static let otherNames = ["concat", "concatenate"]
  static let spellings: Spellings = .torch
  static let summary = "tensors one after another along a dimension"
  static let example = "cat([tensor([1]), tensor([2, 3])])"

  private static let tensors = FunctionParameter<[TensorValue]>.tensors()
  private static let dim = FunctionParameter<Int>.dimension().defaulting(to: 0, written: "0")
  static let signatures = [Signature(tensors, dim)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let tensors = try call[tensors]
    guard !tensors.isEmpty else { throw Refusal.nothing().about(self.tensors) }
    if let place = tensors.firstIndex(where: { $0.shape.rank == 0 }) {
      throw Refusal.noDimensions(place).about(self.tensors)
    }
    // PyTorch lets a tensor of shape [0] stand among those of any shape.
    let filled = tensors.filter { $0.shape != [0] }
    guard let first = filled.first?.shape else {
      return .tensor(try joined(tensors, along: 0, to: [0]))
    }
    let dimension = try Dimension.place(call[dim], rank: first.rank, of: dim)
    var sizes = first.dimensions
    for tensor in filled.dropFirst() {
      var other = tensor.shape.dimensions
      guard other.count == sizes.count else {
        throw Refusal.otherRank(tensor.shape, first).about(self.tensors)
      }
      sizes[dimension] += other[dimension]
      other[dimension] = sizes[dimension]
      guard other == sizes else {
        throw Refusal.otherSizes(tensor.shape, first, dimension).about(self.tensors)
      }
    }
    return .tensor(try joined(tensors, along: dimension, to: Shape(checking: sizes)))
  }

  private static func joined(
    _ tensors: [TensorValue], along dimension: Int, to shape: Shape
  ) throws -> TensorValue {
    try TensorValue(
      joining: tensors,
      JoinPlan(concatenating: tensors.map(\.shape), along: dimension, to: shape),
      named: "CatBackward0")
  }
}

/// `stack`: tensors of one shape, each in a slice of a new dimension.
enum StackFunction: Function {
  static let name = "stack"
  static let spellings: Spellings = .torch
  static let summary = "tensors of one shape, side by side in a new dimension"
  static let example = "stack([tensor([1, 2]), tensor([3, 4])])"

  private static let tensors = FunctionParameter<[TensorValue]>.tensors()
  private static let dim = FunctionParameter<Int>.dimension().defaulting(to: 0, written: "0")
  static let signatures = [Signature(tensors, dim)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let tensors = try call[tensors]
    guard let first = tensors.first?.shape else { throw Refusal.nothing().about(self.tensors) }
    let dimension = try Dimension.place(call[dim], rank: first.rank + 1, of: dim)
    if let other = tensors.first(where: { $0.shape != first }) {
      throw Refusal.otherShape(other.shape, first).about(self.tensors)
    }
    var sizes = first.dimensions
    sizes.insert(tensors.count, at: dimension)
    let plan = JoinPlan(
      stacking: tensors.count, along: dimension, to: try Shape(checking: sizes))
    return .tensor(try TensorValue(joining: tensors, plan, named: "StackBackward0"))
  }
}

extension TensorValue {
  /// Several tensors made one, of the type that holds all of theirs.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  fileprivate init(
    joining tensors: [TensorValue], _ plan: JoinPlan, named name: String
  ) throws {
    switch tensors.reduce(DataType.bool, { $0.promoted(with: $1.dataType) }) {
    case .float32:
      self = .float32(
        try Variable(JoinTensors(plan, named: name), tensors.map { try $0.floats() }))
    case .int64: self = .int64(try plan.joined(tensors.map { try $0.integers() }))
    case .bool: self = .bool(try plan.joined(tensors.map { try $0.booleans() }))
    }
  }
}

extension Refusal {
  fileprivate static func nothing() -> Refusal { Refusal("the list of tensors is empty") }

  fileprivate static func noDimensions(_ place: Int) -> Refusal {
    Refusal(
      "tensor \(place) of the list has no dimensions", remedy: "stack takes such tensors")
  }

  fileprivate static func otherRank(_ shape: Shape, _ first: Shape) -> Refusal {
    Refusal("all tensors must have as many dimensions as \(first), and one is \(shape)")
  }

  fileprivate static func otherSizes(
    _ shape: Shape, _ first: Shape, _ dimension: Int
  ) -> Refusal {
    Refusal("\(shape) and \(first) differ in another dimension than \(dimension)")
  }

  fileprivate static func otherShape(_ shape: Shape, _ first: Shape) -> Refusal {
    Refusal("all tensors must have the shape \(first), and one has \(shape)")
  }
}
