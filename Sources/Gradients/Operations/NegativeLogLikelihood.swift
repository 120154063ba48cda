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

  public func forward(_ inputs: [Tensor]) -> Tensor {
    var sum: Float = 0
    for place in places(inputs[0].shape) { sum -= inputs[0].elements[place] }
    return Tensor(scalar: sum / Float(targets.count))
  }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) -> [Tensor?] {
    var gradient = [Float](repeating: 0, count: inputs[0].count)
    let share = -upstream.elements[0] / Float(targets.count)
    for place in places(inputs[0].shape) { gradient[place] = share }
    return [Tensor(gradient, shape: inputs[0].shape)]
  }

  public func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) -> [GradientTerm] {
    let classes = inputs[0].shape[1]
    guard targets[element / classes] == element % classes else { return [] }
    return [GradientTerm(output: 0, factor: -1 / Float(targets.count))]
  }

  public func reference(_ inputs: [DoubleTensor]) -> DoubleTensor {
    let sum = places(inputs[0].shape).reduce(0) { $0 - inputs[0].elements[$1] }
    return DoubleTensor([sum / Double(targets.count)], shape: [])
  }

  private func places(_ shape: Shape) -> [Int] {
    targets.enumerated().map { row, target in row * shape[1] + target }
  }
}
