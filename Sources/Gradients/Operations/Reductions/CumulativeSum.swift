import Running
import Tensors

/// The sums of the elements up to each of them along a dimension: `x.cumsum(dim)`, in double.
public struct CumulativeSum: Operation {
  /// The dimension, counted from the first.
  public let dimension: Int

  /// Makes the operation; the caller has checked that the dimension is there.
  public init(_ dimension: Int) { self.dimension = dimension }

  public var gradientName: String { "CumsumBackward0" }
  public var keepsTensors: Bool { false }

  public func forward(_ inputs: [Tensor]) throws -> Tensor { try sums(inputs[0], backwards: false) }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    // PyTorch passes on what it need not add up, with the signs of its zeros.
    let shape = upstream.shape
    guard upstream.count > 1, shape[dimension] > 1 else { return [upstream] }
    return [try sums(upstream, backwards: true)]
  }

  private func sums(_ tensor: Tensor, backwards: Bool) throws -> Tensor {
    let line = LineLayout(tensor.shape, dimension)
    return try Tensor(shape: tensor.shape) { target in
      try tensor.withPointer { source in
        try line.accumulate(from: source, backwards: backwards, 0.0) { sum, x, place in
          sum += Double(x)
          target[place] = Float(sum)
        }
      }
    }
  }

  /// Every element up to an output has its share in it.
  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    let line = LineLayout(pass.inputs[0].shape, dimension)
    let index = element / line.step % line.length
    return try GradientTerm.list(of: line.length - index) {
      GradientTerm(output: element + $0 * line.step, factor: 1)
    }
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int {
    LineLayout(pass.inputs[0].shape, dimension).length
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let line = LineLayout(inputs[0].shape, dimension)
    let (elements, step) = (inputs[0].elements, line.step)
    return try DoubleTensor(shape: inputs[0].shape, work: line.length) { place in
      let index = place / step % line.length
      return (0...index).reduce(0) { $0 + elements[place - (index - $1) * step] }
    }
  }
}
