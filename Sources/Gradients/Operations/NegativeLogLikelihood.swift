import Running
import Tensors

/// The mean over the rows of −log probability of the right class:
/// `torch.nn.functional.nll_loss` of `[C]`, `[N, C]` or `[N, C, …]` with class numbers as targets.
///
/// Behind ``LogSoftmax`` it is the cross-entropy.
public struct NegativeLogLikelihood: Operation {
  /// The right class of each row, each from 0 and below the number of classes; nil leaves a row out
  /// (`ignore_index`), of the mean as well.
  public let targets: [Int?]
  /// How many dimensions the scores have.
  public let rank: Int

  /// Makes the operation; the caller has checked the targets.
  public init(targets: [Int?], rank: Int = 2) {
    self.targets = targets
    self.rank = rank
  }

  public var gradientName: String { rank > 2 ? "NllLoss2DBackward0" : "NllLossBackward0" }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    var sum: Float = 0
    try forEachPlace(inputs[0].shape) { sum -= inputs[0].elements[$0] }
    return Tensor(scalar: sum / Float(counted))
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let share = -upstream.elements[0] / Float(counted)
    return [
      try Tensor(shape: pass.inputs[0].shape) { target in
        try Cancellation.forEachPiece(of: pass.inputs[0].count) { piece in
          (target + piece.lowerBound).initialize(repeating: 0, count: piece.count)
        }
        try forEachPlace(pass.inputs[0].shape) { target[$0] = share }
      }
    ]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) -> [GradientTerm] {
    let layout = ClassLayout(pass.inputs[0].shape)
    guard targets[layout.row(of: element)] == layout.index(of: element) else { return [] }
    return [GradientTerm(output: 0, factor: -1 / Float(counted))]
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    var sum = 0.0
    try forEachPlace(inputs[0].shape) { sum -= inputs[0].elements[$0] }
    return DoubleTensor([sum / Double(counted)], shape: [])
  }

  private var counted: Int { targets.count { $0 != nil } }

  /// Calls `body` with each row's element of the right class, in order.
  private func forEachPlace(_ shape: Shape, _ body: (Int) -> Void) throws {
    let layout = ClassLayout(shape)
    try Cancellation.forEachPiece(of: targets.count) { rows in
      for row in rows {
        if let target = targets[row] { body(layout.place(row: row, of: target)) }
      }
    }
  }
}
