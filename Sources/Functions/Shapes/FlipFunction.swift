import Gradients
import Tensors

/// `flip`: dimensions in reverse.
enum FlipFunction: Function {
  static let name = "flip"
  static let summary = "the elements of some dimensions in reverse order"
  static let example = "tensor([1, 2, 3]).flip(0)"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let dims = FunctionParameter<[Int]>.sizes("dims")
  static let signatures = [Signature(input, dims)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[input]
    let given = try call[dims]
    let places =
      given.isEmpty ? [] : try Dimension.places(given, rank: input.shape.rank, of: dims)
    let flipped = try input.shown(
      by: View("FlipBackward0") { plan in places.reduce(plan) { $0.flipping($1) } })
    return .tensor(flipped.strided(as: input))
  }
}
