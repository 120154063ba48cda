import Tensors

/// The same values with every dimension but the first in one: `torch.flatten(x, 1)`, a view.
public struct Flatten: RearrangingOperation {
  /// Makes the operation; the input has at least two dimensions.
  public init() {}

  // PyTorch 1.13 calls it ReshapeAliasBackward0, 2.x ViewBackward0.
  public var gradientName: String { "ViewBackward0" }
  public var gradientLayout: GradientLayout { .asUpstream }

  /// The shape of the result for an input of this shape.
  public func outputShape(_ input: Shape) -> Shape { [input[0], input.droppingFirst.count] }

  public func plan(of input: Shape) -> ViewPlan { ViewPlan(whole: outputShape(input)) }
}
