import Tensors

/// One slice of the first dimension: `x[index]`.
public struct Select: Operation {
  /// Which slice, counted from 0.
  public let index: Int

  /// Makes the operation; the caller has checked the range.
  public init(_ index: Int) { self.index = index }

  public var gradientName: String { "SelectBackward0" }
  public var keepsTensors: Bool { false }

  public func forward(_ inputs: [Tensor]) -> Tensor { inputs[0][index] }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) -> [Tensor?] {
    [
      Tensor(shape: inputs[0].shape) { target in
        target.initialize(repeating: 0, count: inputs[0].count)
        for (offset, value) in upstream.elements.enumerated() {
          target[index * upstream.count + offset] = value
        }
      }
    ]
  }

  public func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) -> [GradientTerm] {
    element / output.count == index
      ? [GradientTerm(output: element % output.count, factor: 1)] : []
  }

  public func reference(_ inputs: [DoubleTensor]) -> DoubleTensor {
    let shape = inputs[0].shape.droppingFirst
    return DoubleTensor(
      Array(inputs[0].elements[index * shape.count..<(index + 1) * shape.count]), shape: shape)
  }
}
