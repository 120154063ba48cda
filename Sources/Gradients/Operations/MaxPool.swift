import Kernels
import Running
import Tensors

/// The largest value under each window: `torch.nn.functional.max_pool2d`.
///
/// The first of equal values in the order of rows takes the whole gradient; a NaN is the largest.
public struct MaxPool: Operation {
  /// The sizes of the pooling.
  public let sizes: PoolingShape

  /// Makes the operation for an input of this shape.
  ///
  /// - Throws: `WindowError` where the window does not fit the input.
  public init(_ window: PoolingWindow, input: Shape) throws(WindowError) {
    sizes = try window.sizes(input)
  }

  public var gradientName: String { "MaxPool2DWithIndicesBackward0" }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try Tensor(shape: sizes.outputShape(inputs[0].shape)) { target in
      try pool(inputs[0], to: target, indices: nil)
    }
  }

  /// Saves where each largest value was.
  public func forwardSaving(_ inputs: [Tensor]) throws -> (output: Tensor, saved: [Int32]) {
    let shape = sizes.outputShape(inputs[0].shape)
    var indices: [Int32] = []
    let output = try Tensor(shape: shape) { target in
      indices = try Memory.array(shape.count) { indices in
        try pool(inputs[0], to: target, indices: indices)
      }
    }
    return (output, indices)
  }

  private func pool(
    _ input: Tensor, to target: UnsafeMutablePointer<Float>,
    indices: UnsafeMutablePointer<Int32>?
  ) throws {
    try input.withPointer { source in
      try MaxPooling.forward(input: source, output: target, indices: indices, shape: sizes)
    }
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let indices = try saved(in: pass)
    let gradient = try Tensor(shape: pass.inputs[0].shape) { target in
      try upstream.withPointer { upstream in
        try MaxPooling.gradient(
          upstream: upstream, indices: indices, gradient: target,
          shape: sizes)
      }
    }
    return [gradient]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    let outputs = sizes.outputs(covering: element)
    return try GradientTerm.list(of: outputs.count, work: 8 * sizes.windowWork) { index in
      let place = outputs[index]
      return largest(of: sizes.elements(under: place), in: pass.inputs[0].elements) == element
        ? GradientTerm(output: place, factor: 1)
        : GradientTerm(output: place, factor: 0, block: .notLargest, isLeftOut: true)
    }
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int {
    min(sizes.kernelArea, pass.output.count)
  }

  /// Which element of its window each output is.
  public func branches(_ inputs: [DoubleTensor]) throws -> [Int] {
    let count = sizes.outputShape(inputs[0].shape).count
    return try Memory.array(mapping: count, work: 8 * sizes.windowWork) { place in
      var winner = -1
      for element in sizes.elements(under: place)
      where winner < 0 || inputs[0].elements[element] > inputs[0].elements[winner] {
        winner = element
      }
      return winner
    }
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let shape = sizes.outputShape(inputs[0].shape)
    return try DoubleTensor(shape: shape, work: 8 * sizes.windowWork) { place in
      sizes.elements(under: place).reduce(-.infinity) {
        max($0, inputs[0].elements[$1])
      }
    }
  }

  /// Which of these elements wins.
  private func largest(of places: [Int], in elements: [Float]) -> Int? {
    var winner = places.first
    var value = -Float.infinity
    for place in places where elements[place] > value || elements[place].isNaN {
      (winner, value) = (place, elements[place])
    }
    return winner
  }
}
