import Gradients
import Tensors

/// `quantile`: what a share of the elements lies below, of all or along a dimension.
enum QuantileFunction: Function {
  static let name = "quantile"
  static let summary = "what a share of the elements lies below, of all or along a dimension"
  static let example = "quantile(tensor([1., 2., 3., 4.]), 0.5)"

  private static let q = FunctionParameter<Operand>.operand("q")
  private static let dim = FunctionParameter<Int>.dimension().optional
  private static let interpolation = FunctionParameter<String>.text("interpolation")
    .defaulting(to: "linear", written: "\"linear\"")
  static let signatures = [
    Signature(Reducing.input, q, dim, Reducing.keepdim, keywords: [interpolation])
  ]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[Reducing.input]
    guard case .float32(let variable) = input else {
      throw Refusal.wholeNumbers(input.dataType).about(Reducing.input)
    }
    guard input.count > 0 else { throw Refusal.nothing().about(Reducing.input) }
    let reduction = try Reducing.reduction(
      one: call[dim], keepdim: call[Reducing.keepdim], of: input.shape, dim)
    guard let between = Quantile.Interpolation(rawValue: try call[interpolation]) else {
      throw Refusal.noSuchInterpolation(try call[interpolation]).about(interpolation)
    }
    let (shares, isList) = try shares(call[q])
    return .tensor(
      .float32(
        try Variable(
          Quantile(shares, isList: isList, reduction, interpolation: between), variable)))
  }

  private static func shares(_ operand: Operand) throws(Refusal) -> ([Double], isList: Bool) {
    let (shares, isList): ([Double], Bool)
    switch operand {
    // PyTorch makes it a float32 first.
    case .scalar(let number): (shares, isList) = ([Double(Float(number.double))], false)
    case .tensor(.float32(let tensor)) where tensor.tensor.shape.rank <= 1:
      (shares, isList) = (tensor.tensor.elements.map(Double.init), tensor.tensor.shape.rank == 1)
    case .tensor(let tensor):
      throw Refusal.badShares(tensor.dataType).about(q)
    }
    if let wrong = shares.first(where: { !(0...1).contains($0) }) {
      throw Refusal.outside(wrong).about(q)
    }
    return (shares, isList)
  }
}

extension Refusal {
  fileprivate static func wholeNumbers(_ type: DataType) -> Refusal {
    Refusal("quantiles of \(type.rawValue) are not computed", remedy: "say float().quantile(q)")
  }

  fileprivate static func nothing() -> Refusal {
    Refusal("a tensor without elements has no quantiles")
  }

  fileprivate static func badShares(_ type: DataType) -> Refusal {
    Refusal(
      type == .float32
        ? "q must be a number or have one dimension" : "q must be float32, not \(type.rawValue)")
  }

  fileprivate static func outside(_ share: Double) -> Refusal {
    Refusal("q must be from 0 to 1, not \(Scalar.float(share).text)")
  }

  fileprivate static func noSuchInterpolation(_ name: String) -> Refusal {
    let names = Quantile.Interpolation.allCases.map(\.rawValue).joined(separator: ", ")
    return Refusal("there is no interpolation '\(name)'", remedy: "it is one of \(names)")
  }
}
