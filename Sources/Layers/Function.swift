import Gradients
import Tensors

/// A step without parameters, alone or between the layers of a network: activations, pooling,
/// flattening.
public enum Function: Hashable, Sendable {
  case relu
  case leakyReLU(slope: Double)
  case sigmoid
  case tanh
  case maxPool(Pooling)
  case averagePool(Pooling)
  case flatten

  /// What it is called in a network, before its number: the verb of its command.
  public var verb: String {
    switch self {
    case .relu: "relu"
    case .leakyReLU: "leaky_relu"
    case .sigmoid: "sigmoid"
    case .tanh: "tanh"
    case .maxPool: "maxpool"
    case .averagePool: "avgpool"
    case .flatten: "flatten"
    }
  }

  /// The value for an input, recorded for `backward`.
  ///
  /// - Throws: ``LayerError`` where the input does not fit, `Cancelled`.
  public func apply(to input: Variable) throws -> Variable {
    _ = try outputShape(input.tensor.shape)
    switch self {
    case .relu: return try Variable(ReLU(), input)
    case .leakyReLU(let slope): return try Variable(LeakyReLU(slope: Float(slope)), input)
    case .sigmoid: return try Variable(Sigmoid(), input)
    case .tanh: return try Variable(Tanh(), input)
    case .maxPool(let pooling):
      return try Variable(MaxPool(pooling.window, input: input.tensor.shape), input)
    case .averagePool(let pooling):
      return try Variable(AveragePool(pooling.window, input: input.tensor.shape), input)
    case .flatten:
      // A matrix is flat: PyTorch gives back the same tensor and records no step.
      return input.tensor.shape.rank == 2 ? input : try Variable(Flatten(), input)
    }
  }

  /// The shape of the value for an input of this shape.
  ///
  /// - Throws: ``LayerError`` where the input does not fit, `ShapeError`.
  public func outputShape(_ input: Shape) throws -> Shape {
    switch self {
    case .relu, .leakyReLU, .sigmoid, .tanh: return input
    case .flatten:
      guard input.rank >= 2 else { throw LayerError.inputRank(input, expected: "[N, …]") }
      return Flatten().outputShape(input)
    case .maxPool(let pooling), .averagePool(let pooling): return try pooling.outputShape(input)
    }
  }
}

extension Function: CustomStringConvertible {
  /// The step as PyTorch prints its module.
  public var description: String {
    switch self {
    case .relu: "ReLU()"
    case .leakyReLU(let slope): "LeakyReLU(negative_slope=\(PythonNumber.text(slope)))"
    case .sigmoid: "Sigmoid()"
    case .tanh: "Tanh()"
    case .maxPool(let pooling):
      "MaxPool2d(\(pooling.text), dilation=\(pooling.dilation), ceil_mode=False)"
    case .averagePool(let pooling): "AvgPool2d(\(pooling.text))"
    case .flatten: "Flatten(start_dim=1, end_dim=-1)"
    }
  }
}
