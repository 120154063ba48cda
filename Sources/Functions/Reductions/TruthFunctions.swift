import Gradients
import Tensors

/// `all` and `any`: whether elements are not zero.
protocol TruthFunction: Function {
  /// Whether all of them must be, or one is enough.
  static var asksForAll: Bool { get }
}

extension TruthFunction {
  static var signatures: [Signature] {
    [Signature(Reducing.input), Signature(Reducing.input, Reducing.dim, Reducing.keepdim)]
  }

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[Reducing.input]
    let dimensions = call.signature == 0 ? nil : try call[Reducing.dim]
    // Unlike other functions these reduce nothing where a tuple names nothing.
    if dimensions == [] { return .tensor(.bool(try input.booleans())) }
    let keepdim = call.signature == 0 ? false : try call[Reducing.keepdim]
    let reduction = try Reducing.reduction(dimensions, keepdim: keepdim, of: input.shape)
    let needed = asksForAll ? Int64(reduction.layout(of: input.shape).length) : 1
    return .tensor(.bool(try input.nonzeroCounts(reduction).map { $0 >= needed }))
  }
}

/// `all`: whether all elements are not zero.
enum AllFunction: TruthFunction {
  static let name = "all"
  static let summary = "whether all elements are not zero, or along some dimensions"
  static let example = "all(tensor([True, False]))"
  static let asksForAll = true
}

/// `any`: whether one of the elements is not zero.
enum AnyFunction: TruthFunction {
  static let name = "any"
  static let summary = "whether an element is not zero, or along some dimensions"
  static let example = "any(tensor([True, False]))"
  static let asksForAll = false
}
