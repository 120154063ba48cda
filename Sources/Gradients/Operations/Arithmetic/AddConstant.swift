import Tensors

/// Adds one number to every element: `x + constant`.
///
/// The constant is rounded to float32 first, as PyTorch does with a Python number.
public struct AddConstant: ElementwiseOperation {
  /// What is added.
  public let constant: Float

  /// Makes the operation.
  public init(_ constant: Float) { self.constant = constant }

  public var gradientName: String { "AddBackward0" }
  public var keepsTensors: Bool { false }

  public func value<N: Number>(_ x: N) -> N { x + N(constant) }

  public func gradient(_ upstream: Float, x: Float, y: Float) -> Float { upstream }

  // The gradient is the one that came in, not a copy.
  public func gradients(_ upstream: Tensor, after pass: ForwardPass) -> [Tensor?] { [upstream] }
}
