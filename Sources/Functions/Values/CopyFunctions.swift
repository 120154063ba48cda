import Gradients

/// `detach`: the values without their graph.
enum DetachFunction: Function {
  static let name = "detach"
  static let summary = "the values without their graph"
  static let example = "tensor([1., 2.]).detach()"

  private static let input = FunctionParameter<TensorValue>.tensor()
  static let signatures = [Signature(input)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[input]
    guard case .float32(let variable) = input else { return .tensor(input) }
    return .tensor(.float32(variable.detached))
  }
}

/// `clone`: a copy, through which a gradient flows.
enum CloneFunction: Function {
  static let name = "clone"
  static let summary = "a copy, through which a gradient flows"
  static let example = "tensor([1., 2.]).clone()"

  private static let input = FunctionParameter<TensorValue>.tensor()
  static let signatures = [Signature(input)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[input]
    guard case .float32(let variable) = input else { return .tensor(input.strided(as: input)) }
    return .tensor(TensorValue.float32(try Variable(Clone(), variable)).strided(as: input))
  }
}
