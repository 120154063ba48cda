import Gradients
import Tensors

/// `argmax` and `argmin`: where the first of the largest or smallest elements stands.
protocol ArgExtremeFunction: Function {
  static var isLargest: Bool { get }
}

private let dim = FunctionParameter<Int>.dimension().optional

extension ArgExtremeFunction {
  static var signatures: [Signature] { [Signature(Reducing.input, dim, Reducing.keepdim)] }

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[Reducing.input]
    guard input.dataType != .bool else { throw Refusal.truths(name).about(Reducing.input) }
    let keepdim = try call[Reducing.keepdim]
    guard let dimension = try call[dim] else {
      guard input.count > 0 else { throw Refusal.nowhere(name).about(Reducing.input) }
      // In a tensor of one dimension a place is one of all.
      let place = try ExtremeOfRow(0, isLargest: isLargest).places(in: input.flattened)
      let shape = keepdim ? Shape(input.shape.dimensions.map { _ in 1 }) : []
      return .tensor(.int64(place.reshaped(shape)))
    }
    let place = try Dimension.place(dimension, rank: input.shape.rank, of: dim)
    try input.shape.requireElements(along: place, of: name)
    let pick = ExtremeOfRow(place, keepsDimension: keepdim, isLargest: isLargest)
    return .tensor(.int64(try pick.places(in: input)))
  }
}

/// `argmax`: where the first of the largest elements stands.
enum ArgmaxFunction: ArgExtremeFunction {
  static let name = "argmax"
  static let summary = "where the first of the largest elements stands"
  static let example = "argmax(tensor([3, 9, 4]))"
  static let isLargest = true
}

/// `argmin`: where the first of the smallest elements stands.
enum ArgminFunction: ArgExtremeFunction {
  static let name = "argmin"
  static let summary = "where the first of the smallest elements stands"
  static let example = "argmin(tensor([3, 9, 4]))"
  static let isLargest = false
}

extension TensorValue {
  /// The same elements in one dimension, without a graph.
  fileprivate var flattened: TensorValue {
    switch self {
    case .float32(let variable): TensorValue(variable.tensor.reshaped([count]))
    case .int64(let tensor): .int64(tensor.reshaped([count]))
    case .bool(let tensor): .bool(tensor.reshaped([count]))
    }
  }
}

extension Refusal {
  fileprivate static func truths(_ name: String) -> Refusal {
    Refusal("\(name) of bool is not computed", remedy: "say long().\(name)()")
  }

  fileprivate static func nowhere(_ name: String) -> Refusal {
    Refusal(
      "a tensor without elements has no \(name)", remedy: "name a dimension that has elements")
  }
}
