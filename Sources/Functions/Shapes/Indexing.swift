import Gradients
import Tensors

/// One of the indices between a value's brackets.
public enum Index {
  /// A whole number, negative from the end: `x[-1]`.
  case integer(Int)
  /// Start, end and step: `x[1:-1]`.
  case slice(Int?, Int?, Int?)
  /// All dimensions that the other indices leave: `x[..., 0]`.
  case ellipsis
  /// A new dimension of size 1: `x[None]`.
  case none
  /// A mask or places: `x[x > 0]`, `x[order]`.
  case tensor(TensorValue)
  /// Places: `x[[0, 2]]`.
  case list([Int])
  /// All of it or nothing, in a new dimension: `x[True]`.
  case boolean(Bool)
}

/// What stands in brackets directly after a value: `x[0, 1:, mask]`, as in PyTorch.
public enum Indexing {
  /// The part of a tensor that indices name.
  ///
  /// - Throws: ``Refusal`` with the index that it is about; `ShapeError` where memory cannot hold the
  ///   result, `Cancelled`.
  public static func value(_ tensor: TensorValue, _ indices: [Index]) throws -> TensorValue {
    var reading = try IndexReading(tensor.shape, indices)
    for (place, index) in indices.enumerated() { try reading.read(index, at: place) }
    if reading.views.isEmpty, reading.picks.isEmpty {
      return try tensor.viewed(View("AliasBackward0") { $0 })
    }
    let viewed = reading.views.isEmpty ? tensor : try tensor.viewed(reading.views)
    return reading.picks.isEmpty ? viewed : try picked(viewed, reading.picks)
  }

  /// The elements that masks and tensors of places pick.
  private static func picked(_ tensor: TensorValue, _ picks: [IndexPick]) throws -> TensorValue {
    let dimensions = picks.flatMap { Array($0.dimensions) }
    let others = tensor.shape.dimensions.indices.filter { !dimensions.contains($0) }
    // Among indices that do not stand next to each other there is no one place for theirs.
    let isTogether = dimensions.indices.allSatisfy { dimensions[$0] == dimensions[0] + $0 }
    let front = isTogether ? dimensions[0] : 0
    let (outer, inner) = (Array(others.prefix(front)), Array(others.dropFirst(front)))
    let places = try places(of: picks, in: ViewPlan(whole: tensor.shape))
    let plan = try IndexPlan(tensor.shape, places: places, outer: outer, inner: inner)
    return try tensor.indexed(plan).strided(
      strides(of: picks, at: front, plan.shape, places.shape, tensor.layout.permuted(others)))
  }

  /// How far into a tensor in row-major order the indices lead together.
  private static func places(
    of picks: [IndexPick], in whole: ViewPlan
  ) throws -> PlainTensor<Int> {
    try picks.dropFirst().reduce(picks[0].offsets(in: whole)) { sum, pick in
      guard let plan = try Broadcast(sum.shape, pick.places.shape) else {
        throw Refusal.differentShapes(pick.places.shape, sum.shape).at(pick.index)
      }
      return try PlainTensor(sum.elements, pick.offsets(in: whole).elements, plan, +)
    }
  }

  /// PyTorch's strides of the result: its operands are the tensor, which rests in the dimensions of
  /// the indices, and the indices, which rest in the others.
  private static func strides(
    of picks: [IndexPick], at front: Int, _ shape: Shape, _ common: Shape, _ others: ViewPlan
  ) -> [Int] {
    let resting = common.dimensions.map { _ in 0 }
    let tensor = ViewPlan(
      shape: shape,
      strides: others.strides.prefix(front) + resting + others.strides.dropFirst(front))
    let indices = picks.map { pick in
      (front + common.rank..<shape.rank).reduce(pick.layout.expanded(to: common)) {
        $0.inserting($1 - front)
      }
    }
    return ViewPlan.resultStrides(of: [tensor] + indices, to: shape)
  }
}

extension Refusal {
  fileprivate static func differentShapes(_ shape: Shape, _ other: Shape) -> Refusal {
    Refusal("the index has the shape \(shape), and those before it \(other)")
  }
}
