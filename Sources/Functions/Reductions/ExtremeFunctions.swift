import Gradients
import Tensors

/// `max` and `min`: of all elements, along a dimension, or of two tensors.
protocol MaxMinFunction: Function {
  static var isLargest: Bool { get }
}

private let dim = FunctionParameter<Int>.dimension()
private let other = FunctionParameter<TensorValue>.tensor("other")
private let dims = FunctionParameter<[Int]>.dimensions().optional

extension MaxMinFunction {
  static var signatures: [Signature] {
    [
      // A whole tensor without dimensions is another tensor, and no dimension.
      Signature(Reducing.input), Signature(Reducing.input, other),
      Signature(Reducing.input, dim, Reducing.keepdim),
    ]
  }

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[Reducing.input]
    switch call.signature {
    case 0:
      guard input.count > 0 else { throw Refusal.nothing(name).about(Reducing.input) }
      return .tensor(try input.extreme(.whole, Extreme(isLargest: isLargest)))
    case 1:
      let pairwise = isLargest ? "maximum" : "minimum"
      guard let function = FunctionTable.function(pairwise) else { throw Refusal.nothing(name) }
      do {
        let call = try FunctionCall(
          of: function, [(nil, .tensor(input)), (nil, .tensor(try call[other]))])
        return try function.value(call, in: &scope)
      } catch let misfit as FunctionCall.Misfit {
        throw misfit.refusal
      }
    default:
      let place = try Dimension.place(call[dim], rank: input.shape.rank, of: dim)
      try input.shape.requireElements(along: place, of: name)
      let pick = ExtremeOfRow(
        place, keepsDimension: try call[Reducing.keepdim], isLargest: isLargest)
      return .fields(try pick.fields(name, of: input))
    }
  }
}

/// `max`: the largest of all elements, along a dimension, or of two tensors.
enum MaxFunction: MaxMinFunction {
  static let name = "max"
  static let summary = "the largest of all elements, along a dimension, or of two tensors"
  static let example = "max(tensor([[1, 9], [7, 3]]), dim=1)"
  static let isLargest = true
}

/// `min`: the smallest of all elements, along a dimension, or of two tensors.
enum MinFunction: MaxMinFunction {
  static let name = "min"
  static let summary = "the smallest of all elements, along a dimension, or of two tensors"
  static let example = "min(tensor([[1, 9], [7, 3]]), dim=1)"
  static let isLargest = false
}

/// `amax` and `amin`: over some dimensions, without places.
protocol ExtremeValueFunction: Function {
  static var isLargest: Bool { get }
}

extension ExtremeValueFunction {
  static var signatures: [Signature] { [Signature(Reducing.input, dims, Reducing.keepdim)] }

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[Reducing.input]
    let given = try call[dims]
    let reduction = try Reducing.reduction(
      given, keepdim: call[Reducing.keepdim], of: input.shape, dims)
    if given ?? [] == [] {
      guard input.count > 0 else { throw Refusal.nothing(name).about(Reducing.input) }
    }
    for dimension in reduction.dimensions ?? [] {
      try input.shape.requireElements(along: dimension, of: name)
    }
    return .tensor(try input.extreme(reduction, Extreme(reduction, isLargest: isLargest)))
  }
}

/// `amax`: the largest element over some dimensions.
enum AmaxFunction: ExtremeValueFunction {
  static let name = "amax"
  static let summary = "the largest element over some dimensions"
  static let example = "amax(tensor([[1, 9], [7, 3]]), dim=1)"
  static let isLargest = true
}

/// `amin`: the smallest element over some dimensions.
enum AminFunction: ExtremeValueFunction {
  static let name = "amin"
  static let summary = "the smallest element over some dimensions"
  static let example = "amin(tensor([[1, 9], [7, 3]]), dim=1)"
  static let isLargest = false
}

extension TensorValue {
  /// The largest or smallest element of each row.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  fileprivate func extreme(_ reduction: Reduction, _ operation: Extreme) throws -> TensorValue {
    let isLargest = operation.isLargest
    switch self {
    case .float32(let variable): return .float32(try Variable(operation, variable))
    case .int64(let tensor):
      return .int64(
        try tensor.folded(reduction, isLargest ? Int64.min : .max) {
          $0 = isLargest ? Swift.max($0, $1) : Swift.min($0, $1)
        })
    case .bool(let tensor):
      return .bool(
        try tensor.folded(reduction, !isLargest) { $0 = isLargest ? $0 || $1 : $0 && $1 })
    }
  }
}

extension Refusal {
  fileprivate static func nothing(_ name: String) -> Refusal {
    Refusal(
      "a tensor without elements has no \(name)", remedy: "name a dimension that has elements")
  }
}
