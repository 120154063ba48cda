import Running
import Tensors

/// The mean of the squared differences of two tensors of one shape: `torch.nn.functional.mse_loss`.
///
/// The gradient of the first is upstream · 2 · (x − target) / n, that of the target its negative.
public struct MeanSquaredError: Operation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "MseLossBackward0" }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let squares = try inputs[0].zip(inputs[1]) { ($0 - $1) * ($0 - $1) }
    return try Mean().forward([squares])
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let norm = 2 / Float(pass.inputs[0].count)
    let gradient = upstream.elements[0]
    return [
      pass.wanted[0] ? try pass.inputs[0].zip(pass.inputs[1]) { norm * ($0 - $1) * gradient } : nil,
      pass.wanted[1] ? try pass.inputs[1].zip(pass.inputs[0]) { norm * ($0 - $1) * gradient } : nil,
    ]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) -> [GradientTerm] {
    let difference = pass.inputs[input].elements[element] - pass.inputs[1 - input].elements[element]
    return [GradientTerm(output: 0, factor: 2 / Float(pass.inputs[0].count) * difference)]
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    var sum = 0.0
    try Cancellation.forEachPiece(of: inputs[0].elements.count) { piece in
      for index in piece {
        let difference = inputs[0].elements[index] - inputs[1].elements[index]
        sum += difference * difference
      }
    }
    return DoubleTensor([sum / Double(inputs[0].elements.count)], shape: [])
  }
}
