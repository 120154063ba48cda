import Gradients
import Tensors

/// `torch.nn.ReLU`.
public struct ReLULayer: PlainLayer {
  public static let kind = "ReLU"
  public static let verb = "relu"

  /// Makes the layer.
  public init() {}

  public var steepness: Double? { 1 }

  public func rounding(of output: Tensor, for input: Tensor) -> Tensor? { nil }

  public func apply(to input: Variable) throws -> Variable { try Variable(ReLU(), input) }

  public var description: String { "\(Self.kind)()" }
}

/// `torch.nn.LeakyReLU`.
public struct LeakyReLULayer: PlainLayer {
  public static let kind = "LeakyReLU"
  public static let verb = "leaky_relu"

  /// The slope below zero.
  public let slope: Double

  /// Makes the layer.
  public init(slope: Double) { self.slope = slope }

  public var steepness: Double? { max(1, abs(slope)) }

  public var isIncreasing: Bool { slope >= 0 }

  public func apply(to input: Variable) throws -> Variable {
    try Variable(LeakyReLU(slope: Float(slope)), input)
  }

  public var description: String {
    "\(Self.kind)(negative_slope=\(PythonNumber.text(slope)))"
  }
}

/// `torch.nn.Sigmoid`.
public struct SigmoidLayer: PlainLayer {
  public static let kind = "Sigmoid"
  public static let verb = "sigmoid"

  /// Makes the layer.
  public init() {}

  public var steepness: Double? { 0.25 }

  public func apply(to input: Variable) throws -> Variable { try Variable(Sigmoid(), input) }

  public var description: String { "\(Self.kind)()" }
}

/// `torch.nn.Tanh`.
public struct TanhLayer: PlainLayer {
  public static let kind = "Tanh"
  public static let verb = "tanh"

  /// Makes the layer.
  public init() {}

  public var steepness: Double? { 1 }

  public func apply(to input: Variable) throws -> Variable { try Variable(Tanh(), input) }

  public var description: String { "\(Self.kind)()" }
}
