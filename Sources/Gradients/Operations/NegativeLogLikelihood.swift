import Running
import Tensors

/// −log probability of the right class of each row, or the mean or the sum over the rows:
/// `torch.nn.functional.nll_loss` of `[C]`, `[N, C]` or `[N, C, …]` with class numbers as targets.
///
/// After ``LogSoftmax`` it is the cross-entropy.
public struct NegativeLogLikelihood: Operation {
  /// The right class of each row, each from 0 and below the number of classes; nil leaves a row out
  /// (`ignore_index`), of the mean as well.
  public let targets: [Int?]
  /// How many dimensions the scores have.
  public let rank: Int
  /// What each class counts; nil where all count the same.
  public let weights: [Float]?
  /// What becomes of the rows' losses.
  public let reduction: LossReduction

  /// Makes the operation; the caller has checked the targets.
  public init(
    targets: [Int?], rank: Int = 2, weights: [Float]? = nil, reduction: LossReduction = .mean
  ) {
    (self.targets, self.rank, self.weights, self.reduction) = (targets, rank, weights, reduction)
  }

  /// The last of PyTorch's steps: rows of more dimensions than two get their shape back.
  public var gradientName: String {
    if rank < 3 { return "NllLossBackward0" }
    return reduction == .none && rank != 4 ? "ViewBackward0" : "NllLoss2DBackward0"
  }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let shape = inputs[0].shape
    guard reduction != .none else {
      return try Tensor(shape: Self.rows(of: shape)) { target in
        target.initialize(repeating: 0, count: targets.count)
        try forEachRow(shape) { row, place, weight in
          // PyTorch takes a row by itself for the sum of one, which starts from 0.
          target[row] = (rank == 1 ? 0 : -0.0) - inputs[0].elements[place] * weight
        }
      }
    }
    var sum: Float = 0
    try forEachRow(shape) { _, place, weight in sum -= inputs[0].elements[place] * weight }
    return Tensor(scalar: reduction == .mean ? sum / counted : sum)
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let counted = counted
    return [
      try Tensor(shape: pass.inputs[0].shape) { target in
        try Cancellation.forEachPiece(of: pass.inputs[0].count) { piece in
          (target + piece.lowerBound).initialize(repeating: 0, count: piece.count)
        }
        try forEachRow(pass.inputs[0].shape) { row, place, weight in
          let above = upstream.elements[reduction == .none ? row : 0]
          target[place] = reduction == .mean ? -weight * above / counted : -weight * above
        }
      }
    ]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) -> [GradientTerm] {
    let layout = ClassLayout(pass.inputs[0].shape)
    let row = layout.row(of: element)
    guard let target = targets[row], target == layout.index(of: element) else { return [] }
    let weight = weights?[target] ?? 1
    return [
      GradientTerm(
        output: reduction == .none ? row : 0,
        factor: reduction == .mean ? -weight / counted : -weight)
    ]
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int { 1 }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let shape = inputs[0].shape
    var losses = [Double](repeating: 0, count: targets.count)
    try forEachRow(shape) { losses[$0] = -inputs[0].elements[$1] * Double($2) }
    switch reduction {
    case .none: return DoubleTensor(losses, shape: Self.rows(of: shape))
    case .mean: return DoubleTensor([losses.reduce(0, +) / Double(counted)], shape: [])
    case .sum: return DoubleTensor([losses.reduce(0, +)], shape: [])
    }
  }

  /// How much all rows count together.
  private var counted: Float {
    targets.reduce(into: 0) { $0 += $1.map { weights?[$0] ?? 1 } ?? 0 }
  }

  /// The shape of one loss for each row.
  private static func rows(of shape: Shape) -> Shape {
    shape.rank == 1 ? [] : Shape([shape[0]] + shape.dimensions.dropFirst(2))
  }

  /// Calls `body` with each row that counts, its element of the right class and the class's weight, in
  /// order.
  private func forEachRow(_ shape: Shape, _ body: (Int, Int, Float) -> Void) throws {
    let layout = ClassLayout(shape)
    try Cancellation.forEachPiece(of: targets.count) { rows in
      for row in rows {
        guard let target = targets[row] else { continue }
        body(row, layout.place(row: row, of: target), weights?[target] ?? 1)
      }
    }
  }
}
