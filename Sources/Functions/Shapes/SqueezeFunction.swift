import Gradients
import Tensors

/// `squeeze`: without dimensions of size 1.
enum SqueezeFunction: Function {
  static let name = "squeeze"
  static let summary = "without dimensions of size 1: all of them, or those given"
  static let example = "squeeze(zeros(1, 3, 1))"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let dim = FunctionParameter<Int>.dimension()
  private static let dims = FunctionParameter<[Int]>.sizes("dim")
  static let signatures = [Signature(input), Signature(input, dim), Signature(input, dims)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[input]
    let rank = input.shape.rank
    let places: [Int]
    switch call.signature {
    case 0: places = Array(0..<rank)
    case 1: places = [try Dimension.place(call[dim], rank: rank, of: dim)]
    default:
      let given = try call[dims]
      places = given.isEmpty ? [] : try Dimension.places(given, rank: rank, of: dims)
    }
    return .tensor(
      try input.viewed(View("SqueezeBackward\(call.signature)") { $0.removing(places) }))
  }
}

/// `unsqueeze`: one more dimension, of size 1.
enum UnsqueezeFunction: Function {
  static let name = "unsqueeze"
  static let summary = "one more dimension, of size 1"
  static let example = "unsqueeze(tensor([1, 2]), 0)"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let dim = FunctionParameter<Int>.dimension()
  static let signatures = [Signature(input, dim)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[input]
    let place = try Dimension.place(call[dim], rank: input.shape.rank + 1, of: dim)
    return .tensor(try input.viewed(View("UnsqueezeBackward0") { $0.inserting(place) }))
  }
}
