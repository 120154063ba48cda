import Gradients
import Tensors

/// What the loss would change by without a group, to the first order; or how large its gradient is.
public struct GradientScore: Score {
  private enum Kind { case taylor, snip, gradient }

  public let name: String
  public let formula: String
  public var formulaOfSingleWeights: String { formula.replacing(".sum(dim)", with: "") }
  private let kind: Kind

  /// (Σ g·w)² of a group: P. Molchanov et al., "Importance Estimation for Neural Network Pruning"
  /// (2019), with Torch-Pruning.
  public static let taylor = GradientScore(
    name: "taylor", formula: "(weight * weight.grad).sum(dim) ** 2", kind: .taylor)
  /// Σ|g·w| of a group: N. Lee et al., "SNIP" (2019).
  public static let snip = GradientScore(
    name: "snip", formula: "(weight * weight.grad).abs().sum(dim)", kind: .snip)
  /// Σ|g| of a group.
  public static let gradient = GradientScore(
    name: "gradient", formula: "weight.grad.abs().sum(dim)", kind: .gradient)

  public func scores(
    of source: ScoreSource, in partition: Partition, generator: inout Generator
  ) throws -> Variable {
    guard let gradient = source.gradient else {
      throw ScoreError.noGradient(name, layer: source.layer)
    }
    let factor = Variable(gradient)
    func summed(_ variable: Variable) throws -> Variable {
      guard !partition.inside.isEmpty else { return variable }
      return try Variable(Sum(partition.reduction), partition.viewed(variable))
    }
    switch kind {
    case .gradient: return try summed(Variable(AbsoluteValue(), factor))
    case .snip:
      return try summed(Variable(AbsoluteValue(), Variable(Multiply(), source.weight, factor)))
    case .taylor:
      let sum = try summed(Variable(Multiply(), source.weight, factor))
      return try Variable(PowerByNumber(2), sum)
    }
  }
}
