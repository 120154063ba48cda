import Kernels
import Tensors

/// The sum of all elements: `x.sum()`.
public struct Sum: Operation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "SumBackward0" }
  public var keepsTensors: Bool { false }

  public func forward(_ inputs: [Tensor]) -> Tensor {
    Tensor(scalar: inputs[0].elements.cascadeSum())
  }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) throws -> [Tensor?] {
    [try .filled(upstream.elements[0], shape: inputs[0].shape)]
  }

  public func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) -> [GradientTerm] {
    [GradientTerm(output: 0, factor: 1)]
  }

  public func reference(_ inputs: [DoubleTensor]) -> DoubleTensor {
    DoubleTensor([inputs[0].elements.reduce(0, +)], shape: [])
  }
}

/// The sum over every dimension but the first: `x.sum(dim=(1, 2, 3))` for a filter bank.
public struct SumTrailing: Operation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "SumBackward1" }
  public var keepsTensors: Bool { false }

  public func forward(_ inputs: [Tensor]) -> Tensor {
    let (rows, length) = Self.rows(of: inputs[0].shape)
    return Tensor(
      (0..<rows).map { inputs[0].elements[$0 * length..<($0 + 1) * length].cascadeSum() },
      shape: [rows])
  }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) -> [Tensor?] {
    let (rows, length) = Self.rows(of: inputs[0].shape)
    return [
      Tensor(shape: inputs[0].shape) { target in
        for row in 0..<rows {
          (target + row * length).initialize(repeating: upstream.elements[row], count: length)
        }
      }
    ]
  }

  public func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) -> [GradientTerm] {
    [GradientTerm(output: element / Self.rows(of: inputs[0].shape).length, factor: 1)]
  }

  public func reference(_ inputs: [DoubleTensor]) -> DoubleTensor {
    let (rows, length) = Self.rows(of: inputs[0].shape)
    return DoubleTensor(
      (0..<rows).map { inputs[0].elements[$0 * length..<($0 + 1) * length].reduce(0, +) },
      shape: [rows])
  }

  private static func rows(of shape: Shape) -> (count: Int, length: Int) {
    (shape[0], shape.droppingFirst.count)
  }
}

extension Collection<Float> {
  /// The sum in the order of PyTorch's `sum`.
  fileprivate func cascadeSum() -> Float {
    withContiguousStorageIfAvailable { buffer in
      buffer.baseAddress.map { CascadeSum.sum($0, count: buffer.count) } ?? 0
    } ?? Array(self).cascadeSum()
  }
}
