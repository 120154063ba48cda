import Kernels
import Tensors

/// The mean over the rows of −log probability of the right class:
/// `torch.nn.functional.nll_loss` of `[N, C]` with class numbers as targets.
///
/// Behind ``LogSoftmax`` it is the cross-entropy.
public struct NegativeLogLikelihood: Operation {
  /// The right class of each row, each from 0 and below the number of classes.
  public let targets: [Int]

  /// Makes the operation; the caller has checked the targets.
  public init(targets: [Int]) { self.targets = targets }

  public var gradientName: String { "NllLossBackward0" }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    var sum: Float = 0
    try forEachPlace(inputs[0].shape) { sum -= inputs[0].elements[$0] }
    return Tensor(scalar: sum / Float(targets.count))
  }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) throws -> [Tensor?] {
    let share = -upstream.elements[0] / Float(targets.count)
    return [
      try Tensor(shape: inputs[0].shape) { target in
        try Cancellation.forEachPiece(of: inputs[0].count) { piece in
          (target + piece.lowerBound).initialize(repeating: 0, count: piece.count)
        }
        try forEachPlace(inputs[0].shape) { target[$0] = share }
      }
    ]
  }

  public func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) -> [GradientTerm] {
    let classes = inputs[0].shape[1]
    guard targets[element / classes] == element % classes else { return [] }
    return [GradientTerm(output: 0, factor: -1 / Float(targets.count))]
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    var sum = 0.0
    try forEachPlace(inputs[0].shape) { sum -= inputs[0].elements[$0] }
    return DoubleTensor([sum / Double(targets.count)], shape: [])
  }

  /// Calls `body` with each row's element of the right class, in order.
  private func forEachPlace(_ shape: Shape, _ body: (Int) -> Void) throws {
    try Cancellation.forEachPiece(of: targets.count) { rows in
      for row in rows { body(row * shape[1] + targets[row]) }
    }
  }
}
