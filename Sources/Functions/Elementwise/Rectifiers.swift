import Gradients
import Tensors

/// `relu`: 0 below 0.
enum ReLUFunction: Function {
  static let name = "relu"
  static let spellings: Spellings = [.method, .torch, .functional]
  static let summary = "each element, or 0 where it is below 0"
  static let example = "relu(tensor([-1., 2.]))"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let inplace = FunctionParameter<Bool>.flag("inplace")
  static let signatures = [Signature(input, inplace)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    if try call[inplace] { throw Refusal.inplace().about(inplace) }
    switch try call[input] {
    case .float32(let x): return .tensor(.float32(try Variable(ReLU(), x)))
    case .int64(let x): return .tensor(.int64(try x.map { max($0, 0) }))
    case .bool: throw Refusal.noBool(name)
    }
  }
}

/// `leaky_relu`: a slope below 0.
enum LeakyReLUFunction: Function {
  static let name = "leaky_relu"
  static let spellings: Spellings = .functional
  static let summary = "each element, or a share of it where it is below 0"
  static let example = "leaky_relu(tensor([-1., 2.]))"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let slope = FunctionParameter<Scalar>.scalar("negative_slope").defaulting(
    to: .float(0.01), written: "0.01")
  private static let inplace = FunctionParameter<Bool>.flag("inplace")
  static let signatures = [Signature(input, slope, inplace)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    if try call[inplace] { throw Refusal.inplace().about(inplace) }
    guard let x = try call[input].variable else {
      throw Refusal.floatsOnly(name).about(input)
    }
    return .tensor(.float32(try Variable(LeakyReLU(slope: call[slope].float), x)))
  }
}

extension Refusal {
  fileprivate static func inplace() -> Refusal {
    Refusal("an expression changes no tensor", remedy: "leave inplace= out and name the result")
  }

  fileprivate static func floatsOnly(_ function: String) -> Refusal {
    Refusal("\(function) takes a tensor of float32", remedy: ".float() first")
  }
}
