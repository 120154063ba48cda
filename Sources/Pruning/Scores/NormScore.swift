import Gradients
import Tensors

/// The p-norm of a group.
public struct NormScore: Score {
  public let name: String
  public let formula: String
  public let formulaOfSingleWeights = "weight.abs()"
  private let p: Double

  /// The sum of absolute values, `weight.abs().sum(dim=(1, 2, 3))`: the paper's score, part of the
  /// graph, added up in the order of PyTorch's `sum`.
  public static let l1 = NormScore(name: "l1", formula: "weight.abs().sum(dim)", p: 1)
  /// The Euclidean norm.
  public static let l2 = NormScore(name: "l2", formula: "weight.norm(p=2, dim=dim)", p: 2)
  /// The largest absolute value.
  public static let linf = NormScore(
    name: "linf", formula: "weight.norm(p=inf, dim=dim)", p: .infinity)

  public var looksAtWeightAlone: Bool { true }

  public func scores(
    of source: ScoreSource, in partition: Partition, generator: inout Generator
  ) throws -> Variable { try norms(of: source.weight, in: partition) }

  /// The norm of each group.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  public func norms(of weight: Variable, in partition: Partition) throws -> Variable {
    // Of one number all norms are the same.
    if partition.inside.isEmpty { return try Variable(AbsoluteValue(), weight) }
    let weight = try partition.viewed(weight)
    guard p == 1 else { return try Variable(VectorNorm(partition.reduction, p: p), weight) }
    return try Variable(Sum(partition.reduction), Variable(AbsoluteValue(), weight))
  }
}
