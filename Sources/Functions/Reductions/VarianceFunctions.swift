import Gradients
import Tensors

/// `var` and `std`.
protocol VarianceFunction: Function {
  /// What becomes of the rows.
  static func operation(_ reduction: Reduction, correction: Double) -> any RowOperation
}

/// The parameters of `var` and `std`.
private enum Parameters {
  static let unbiased = FunctionParameter<Bool>("unbiased", "True or False") {
    if case .scalar(.boolean(let flag)) = $0 { flag } else { nil }
  }
  static let optionalUnbiased = FunctionParameter<Bool>.flag("unbiased", default: true)
  static let optionalDim = FunctionParameter<[Int]>.dimensions().optional
  static let correction = FunctionParameter<Scalar>.scalar("correction").optional
}

extension VarianceFunction {
  static var signatures: [Signature] {
    [
      Signature(Reducing.input, Parameters.unbiased),
      Signature(Reducing.input, Reducing.dim, Parameters.optionalUnbiased, Reducing.keepdim),
      Signature(
        Reducing.input, Parameters.optionalDim,
        keywords: [Parameters.correction, Reducing.keepdim]),
    ]
  }

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[Reducing.input]
    guard case .float32(let variable) = input else {
      throw Refusal.wholeSpread(name, of: input.dataType).about(Reducing.input)
    }
    let (dimensions, keepdim, correction): ([Int]?, Bool, Double) =
      switch call.signature {
      case 0: (nil, false, try call[Parameters.unbiased] ? 1 : 0)
      case 1:
        (
          try call[Reducing.dim], try call[Reducing.keepdim],
          try call[Parameters.optionalUnbiased] ? 1 : 0
        )
      default:
        (
          try call[Parameters.optionalDim], try call[Reducing.keepdim],
          try call[Parameters.correction]?.double ?? 1
        )
      }
    var reduction = try Reducing.reduction(dimensions, keepdim: keepdim, of: input.shape)
    // The gradient tells all dimensions that are named from none; a number has none to name.
    if dimensions == nil || input.shape.rank == 0 {
      reduction = Reduction(nil, keepsDimensions: keepdim)
    }
    return .tensor(
      .float32(try Variable(operation(reduction, correction: correction), [variable])))
  }
}

/// `var`: the variance of all elements, or over some dimensions.
enum VarFunction: VarianceFunction {
  static let name = "var"
  static let summary = "the variance of all elements, or over some dimensions"
  static let example = "var(tensor([1., 2., 3., 4.]))"

  static func operation(_ reduction: Reduction, correction: Double) -> any RowOperation {
    Variance(reduction, correction: correction)
  }
}

/// `std`: the standard deviation of all elements, or over some dimensions.
enum StdFunction: VarianceFunction {
  static let name = "std"
  static let summary = "the standard deviation of all elements, or over some dimensions"
  static let example = "std(tensor([1., 2., 3., 4.]))"

  static func operation(_ reduction: Reduction, correction: Double) -> any RowOperation {
    StandardDeviation(reduction, correction: correction)
  }
}

extension Refusal {
  fileprivate static func wholeSpread(_ name: String, of type: DataType) -> Refusal {
    Refusal(
      "the \(name) of \(type.rawValue) is not computed", remedy: "say float().\(name)()")
  }
}
