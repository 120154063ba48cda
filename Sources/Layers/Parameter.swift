import Gradients
import Tensors

/// A layer's trainable tensor: `torch.nn.Parameter`.
public struct Parameter: Sendable {
  /// What its gradient is filed under.
  public let leaf: Leaf
  /// Its value.
  public var tensor: Tensor

  /// Makes a parameter, different from all others.
  public init(_ tensor: Tensor) {
    leaf = Leaf(isParameter: true)
    self.tensor = tensor
  }

  /// The parameter as a value to compute with.
  public var variable: Variable { Variable(tensor, source: .leaf(leaf)) }
}
