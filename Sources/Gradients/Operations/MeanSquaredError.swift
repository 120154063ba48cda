import Running
import Tensors

/// The squared differences of two tensors of one shape, or their mean or sum:
/// `torch.nn.functional.mse_loss`.
///
/// The gradient of the first is upstream · 2 · (x − target), of the mean divided by n; that of the
/// target its negative.
public struct MeanSquaredError: Operation {
  /// What becomes of the squares.
  public let reduction: LossReduction

  /// Makes the operation.
  public init(_ reduction: LossReduction = .mean) { self.reduction = reduction }

  public var gradientName: String { "MseLossBackward0" }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let squares = try inputs[0].zip(inputs[1]) { ($0 - $1) * ($0 - $1) }
    return switch reduction {
    case .none: squares
    case .mean: try Mean().forward([squares])
    case .sum: try Sum().forward([squares])
    }
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let norm = norm(of: pass)
    return try [0, 1].map { input in
      guard pass.wanted[input] else { return nil }
      let slopes = try pass.inputs[input].zip(pass.inputs[1 - input]) { norm * ($0 - $1) }
      guard reduction == .none else {
        let gradient = upstream.elements[0]
        return try slopes.map { $0 * gradient }
      }
      return try slopes.zip(upstream, *)
    }
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) -> [GradientTerm] {
    let difference = pass.inputs[input].elements[element] - pass.inputs[1 - input].elements[element]
    return [
      GradientTerm(
        output: reduction == .none ? element : 0, factor: norm(of: pass) * difference)
    ]
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int { 1 }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let squares = try DoubleTensor(shape: inputs[0].shape) {
      let difference = inputs[0].elements[$0] - inputs[1].elements[$0]
      return difference * difference
    }
    switch reduction {
    case .none: return squares
    case .mean:
      return DoubleTensor([try squares.sum() / Double(squares.elements.count)], shape: [])
    case .sum: return DoubleTensor([try squares.sum()], shape: [])
    }
  }

  private func norm(of pass: ForwardPass) -> Float {
    reduction == .mean ? 2 / Float(pass.inputs[0].count) : 2
  }
}
