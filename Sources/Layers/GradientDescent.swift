import Gradients
import Tensors

extension Layer {
  /// One step of gradient descent: parameter ← parameter − rate · gradient, for every parameter
  /// that has a gradient (`torch.optim.SGD(parameters, lr=rate).step()`).
  ///
  /// - Parameters:
  ///   - rate: rounded to float32.
  ///   - gradient: the gradient of a parameter's leaf, nil where it has none.
  /// - Throws: `Cancelled`; some parameters may have moved.
  public mutating func descend(rate: Double, along gradient: (Leaf) -> Tensor?) throws {
    try updateParameters { parameter in
      guard let gradient = gradient(parameter.leaf) else { return parameter.tensor }
      // PyTorch's `add_` with a factor fuses the product with the sum.
      return try parameter.tensor.adding(gradient, times: Float(-rate))
    }
  }
}
