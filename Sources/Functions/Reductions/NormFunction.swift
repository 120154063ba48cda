import Gradients
import Tensors

/// `norm`: the p-norm of all elements, or over some dimensions.
enum NormFunction: Function {
  static let name = "norm"
  static let summary = "the p-norm of all elements, or over some dimensions"
  static let example = "norm(tensor([3., 4.]))"

  /// Which norm; `None` is the Frobenius norm too.
  private static let p = FunctionParameter<Order>("p", "a number or \"fro\"") { value in
    switch value {
    case .text(let name): .named(name)
    case .none: .named("fro")
    default: FunctionParameter<Scalar>.scalar("p").decode(value).map { .number($0.double) }
    }
  }.defaulting(to: .named("fro"), written: "\"fro\"")
  private static let dim = FunctionParameter<[Int]>.dimensions().optional
  static let signatures = [
    Signature(Reducing.input, p, dim, Reducing.keepdim, keywords: [Reducing.dtype])
  ]

  private enum Order {
    case number(Double)
    case named(String)
  }

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[Reducing.input]
    guard case .float32(let variable) = input else {
      throw Refusal.wholeNorm(input.dataType).about(Reducing.input)
    }
    guard try call[Reducing.dtype] ?? .float32 == .float32 else {
      throw Refusal.otherNorm().about(Reducing.dtype)
    }
    let dimensions = try call[dim]
    let reduction = try Reducing.reduction(
      dimensions, keepdim: call[Reducing.keepdim], of: input.shape, dim)
    let exponent = try exponent(call[p], dimensions: dimensions?.count ?? 0)
    if exponent < 0 || exponent == .infinity {
      let isEmpty = reduction.dimensions?.contains { input.shape[$0] == 0 } ?? false
      guard !isEmpty else { throw Refusal.emptyNorm(exponent).about(Reducing.input) }
    }
    return .tensor(.float32(try Variable(VectorNorm(reduction, p: exponent), variable)))
  }

  private static func exponent(_ order: Order, dimensions: Int) throws(Refusal) -> Double {
    switch order {
    case .number(let number): return number
    case .named("fro"):
      // PyTorch takes it for the norm of matrices.
      guard dimensions <= 2 else { throw Refusal.manyDimensions().about(dim) }
      return 2
    case .named(let name): throw Refusal.noSuchNorm(name).about(p)
    }
  }
}

extension Refusal {
  fileprivate static func wholeNorm(_ type: DataType) -> Refusal {
    Refusal("the norm of \(type.rawValue) is not computed", remedy: "say float().norm()")
  }

  fileprivate static func otherNorm() -> Refusal { Refusal("a norm is float32") }

  fileprivate static func emptyNorm(_ p: Double) -> Refusal {
    Refusal("no elements have no norm for p = \(Scalar.float(p).text)")
  }

  fileprivate static func manyDimensions() -> Refusal {
    Refusal(
      "the Frobenius norm takes one or two dimensions", remedy: "say p=2 for any number of them")
  }

  fileprivate static func noSuchNorm(_ name: String) -> Refusal {
    Refusal(
      "p must be a number, inf, -inf or \"fro\", not \"\(name)\"",
      remedy: name.hasSuffix("inf") ? "say p=\(name) without quotes" : nil)
  }
}
