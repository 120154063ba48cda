import Tensors

/// Elements of a tensor in another order or shape, some left out, some repeated: permuted, sliced,
/// expanded, one row of it. What PyTorch's views show, as a copy.
public struct StridedView: RearrangingOperation {
  public let plan: ViewPlan
  public let shape: Shape
  public let gradientName: String

  /// Makes the operation; the caller has checked that the plan stays within the input.
  ///
  /// - Parameters:
  ///   - plan: where the elements lie.
  ///   - shape: the shape that they get at last; the plan's if nil.
  ///   - gradientName: PyTorch's name.
  public init(_ plan: ViewPlan, as shape: Shape? = nil, named gradientName: String) {
    (self.plan, self.shape, self.gradientName) = (plan, shape ?? plan.shape, gradientName)
  }

  public var keepsTensors: Bool { false }
}
