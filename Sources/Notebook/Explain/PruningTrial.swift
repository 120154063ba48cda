import Gradients
import Layers
import Pruning
import Running
import Tensors

/// A layer pruned one way or the other, its network run each time: what `compare` and `ablate`
/// measure.
struct PruningTrial {
  /// How filters are switched off.
  enum Method {
    /// `ln_structured`'s product: the gradient is blocked.
    case blocked
    /// The Dynamic Pruning Unit: the gradient passes straight through.
    case straightThrough
  }

  /// What runs.
  let run: TrialRun
  /// Where the layer is.
  let path: LayerPath
  /// The layer's parameters and constant, mask and pruning taken away.
  let dense: Affine
  /// Which filters are switched off.
  let mask: Mask

  /// Chooses the filters of lowest L1 norm.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  init(_ affine: Affine, at path: LayerPath, in run: TrialRun, rate: Double, method: MaskMethod)
    throws
  {
    (self.run, self.path) = (run, path)
    var dense = affine
    dense.makeDense()
    self.dense = dense
    mask = try method.mask(of: dense.weight.parameter.variable, removing: rate)
  }

  /// Runs forward with the layer pruned by one method, and backward from the sum.
  ///
  /// - Parameters:
  ///   - method: how the filters are switched off.
  ///   - epsilon: the layer's constant.
  ///   - activation: what is applied before the sum.
  /// - Returns: the gradient of the dense weight.
  /// - Throws: `LayerError`, `ShapeError`, `Cancelled`.
  func gradient(
    _ method: Method, epsilon: Double?, activation: (Variable) throws -> Variable
  ) throws -> Tensor {
    var pruned = dense
    pruned.epsilon = epsilon
    switch method {
    case .straightThrough: pruned.weight.mask = mask
    case .blocked: try pruned.weight.prune(mask: mask)
    }
    let value = try activation(try run.value(with: pruned, at: path))
    let parameter = dense.weight.parameter
    // A value that was taken before this layer does not depend on its weight.
    guard value.requiresGradient else {
      return try Tensor(repeating: 0, shape: parameter.tensor.shape)
    }
    let map = try Backward.gradients(
      of: try Variable(Sum(), value), upstream: Tensor(scalar: 1))
    return try map.leaves[parameter.leaf]
      ?? Tensor(repeating: 0, shape: parameter.tensor.shape)
  }

  /// How large a gradient is in the filters that are switched off, or in the kept ones.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  func magnitudes(of gradient: Tensor, kept: Bool) throws -> Magnitudes {
    var sum = Magnitudes()
    for (group, magnitudes) in try mask.partition.magnitudes(of: gradient).enumerated()
    where mask.keeps(group) == kept {
      try Cancellation.check()
      sum.add(magnitudes)
    }
    return sum
  }
}
