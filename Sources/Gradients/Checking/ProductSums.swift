import Kernels
import Tensors

// What the two operations that add up products say of their rounding and their work.

extension Convolve {
  /// By how much each element of the output can be wrong through float32's rounding.
  ///
  /// - Parameter inputs: as of ``forward(_:)``.
  /// - Returns: a tensor of the output's shape.
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  public func rounding(_ inputs: [Tensor]) throws -> Tensor {
    try Tensor(shape: outputShape) { target in
      try withPointers(inputs) { input, weight, bias in
        try Convolution.rounding(
          input: input, weight: weight, bias: bias, rounding: target, shape: sizes)
      }
    }
  }

  /// Σ|W|·d: by how much the output can change at most where the input changes by d.
  ///
  /// - Parameters:
  ///   - difference: nowhere below 0.
  ///   - weight: the weight.
  /// - Returns: a tensor of the output's shape, with what rounding may have taken from it.
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  public func passing(difference: Tensor, weight: Tensor) throws -> Tensor {
    let result = try Tensor(shape: outputShape) { target in
      try withPointers([difference, weight]) { input, weight, _ in
        try Convolution.magnitudes(input: input, weight: weight, output: target, shape: sizes)
      }
    }
    return try result.enlarged(terms: sizes.taps)
  }
}

extension Convolve {
  /// How many multiply-adds ``forward(_:)`` makes of finite inputs: it leaves out filters of zeros.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func multiplyAdds(weight: Tensor) throws -> Int {
    try weight.withPointer { try Convolution.multiplyAdds(weight: $0, shape: sizes) }
  }
}

extension LinearMap {
  /// By how much each element of the output can be wrong: as ``Convolve/rounding(_:)``.
  public func rounding(_ inputs: [Tensor]) throws -> Tensor {
    let (rows, depth, columns) = Self.sizes(inputs)
    return try Tensor(shape: Self.outputShape(inputs[0].shape, columns: columns)) { target in
      try withPointers(inputs) { input, weight, bias in
        try MatrixProduct.roundingOfTimesTransposed(
          input, weight, bias: bias, rounding: target, rows: rows, columns: columns, depth: depth)
      }
    }
  }

  /// d·|W|ᵀ: as ``Convolve/passing(difference:weight:)``.
  public func passing(difference: Tensor, weight: Tensor) throws -> Tensor {
    try LinearMap(hasBias: false, rank: rank)
      .forward([difference, try weight.map(\.magnitude)])
      .enlarged(terms: weight.shape[1])
  }
}

extension Tensor {
  /// A sum of so many terms, none below 0, with what its own rounding may have taken from it.
  fileprivate func enlarged(terms: Int) throws -> Tensor {
    let factor = 1 + Float(terms + 8) * .ulpOfOne
    return try map { $0 * factor }
  }
}

/// Calls `body` with an input, a weight and perhaps a bias.
@inline(__always)
func withPointers(
  _ inputs: [Tensor],
  _ body: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>?) throws -> Void
) throws {
  try inputs[0].withPointer { input in
    try inputs[1].withPointer { weight in
      guard inputs.count > 2 else { return try body(input, weight, nil) }
      try inputs[2].withPointer { try body(input, weight, $0) }
    }
  }
}
