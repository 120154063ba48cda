import Tensors

@testable import Gradients

/// The gradient of an operation by central differences in double, from its plain reference.
enum NumericalGradient {
  /// How `Σ upstream · reference(inputs)` changes with every element of one input.
  static func gradient(
    of operation: some Operation, inputs: [Tensor], upstream: Tensor, input: Int
  ) throws -> [Double] {
    let step = 1e-4
    var doubles = try inputs.map { try DoubleTensor($0) }
    func value() throws -> Double {
      zip(try operation.reference(doubles).elements, upstream.elements)
        .reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    return try doubles[input].elements.indices.map { index in
      let old = doubles[input].elements[index]
      doubles[input].elements[index] = old + step
      let above = try value()
      doubles[input].elements[index] = old - step
      let below = try value()
      doubles[input].elements[index] = old
      return (above - below) / (2 * step)
    }
  }

  /// Where the operation's own gradient is not the numerical one.
  static func disagreements(
    of operation: some Operation, inputs: [Tensor], upstream: Tensor, input: Int
  ) throws -> [Int] {
    let pass = try ForwardPass(
      of: operation, inputs, wanted: inputs.indices.map { $0 == input })
    let gradients = try operation.gradients(upstream, after: pass)
    guard let found = gradients[input], found.shape == inputs[input].shape else {
      return Array(inputs[input].elements.indices)
    }
    let expected = try gradient(of: operation, inputs: inputs, upstream: upstream, input: input)
    let scale = max(1, expected.lazy.map(\.magnitude).max() ?? 1)
    return found.elements.indices.filter {
      !((Double(found.elements[$0]) - expected[$0]).magnitude <= 2e-5 * scale)
    }
  }
}

/// Values in (−1, 1) that keep away from the kinks at 0.
func values(_ shape: Shape, seed: UInt64) throws -> Tensor {
  var generator = Generator(seed: seed)
  return try generator.uniform(shape: shape, low: -1, high: 1).map {
    $0.magnitude < 0.01 ? 0.5 : $0
  }
}
