import Gradients
import Tensors

/// A function of scores along one dimension: softmax, or its logarithm.
protocol SoftmaxKind: Function {
  /// The value along a dimension.
  static func value(_ scores: Variable, along dimension: Int) throws -> Variable
}

extension SoftmaxKind {
  static var spellings: Spellings { [.method, .torch, .functional] }
  static var signatures: [Signature] {
    [Signature(Softmaxing.input, Softmaxing.dim, Softmaxing.dtype)]
  }

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[Softmaxing.input]
    let dimension = try Dimension.place(
      try call[Softmaxing.dim], rank: input.shape.rank, of: Softmaxing.dim)
    let type = try call[Softmaxing.dtype]
    guard type ?? .float32 == .float32 else {
      throw Refusal.onlyFloats(name).about(Softmaxing.dtype)
    }
    guard type != nil || input.dataType == .float32 else {
      throw Refusal.onlyFloats(name).about(Softmaxing.input)
    }
    return .tensor(.float32(try value(input.floats(), along: dimension)))
  }
}

/// The parameters that both share.
private enum Softmaxing {
  static let input = FunctionParameter<TensorValue>.tensor()
  static let dim = FunctionParameter<Int>.dimension()
  static let dtype = FunctionParameter<DataType>.type().optional
}

/// `softmax`: scores made into probabilities.
enum SoftmaxFunction: SoftmaxKind {
  static let name = "softmax"
  static let summary = "scores made into probabilities along a dimension"
  static let example = "softmax(tensor([1., 2., 3.]), dim=0)"

  static func value(_ scores: Variable, along dimension: Int) throws -> Variable {
    try Variable(Softmax(dimension), scores)
  }
}

/// `log_softmax`: the logarithms of those probabilities.
enum LogSoftmaxFunction: SoftmaxKind {
  static let name = "log_softmax"
  static let summary = "the logarithm of softmax"
  static let example = "log_softmax(tensor([1., 2., 3.]), dim=0)"

  static func value(_ scores: Variable, along dimension: Int) throws -> Variable {
    try Variable(LogSoftmax(dimension), scores)
  }
}

extension Refusal {
  fileprivate static func onlyFloats(_ function: String) -> Refusal {
    Refusal("\(function) takes and gives float32", remedy: "\(function)(x, 0, dtype=torch.float32)")
  }
}
