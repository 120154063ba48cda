import Gradients
import Tensors

/// How important each group of a weight is: those with the lowest scores go.
public protocol Score: Sendable {
  /// Its name at the prompt.
  var name: String { get }

  /// How it is computed, as PyTorch would write it, `dim` being the dimensions within a group,
  /// `groups` the groups' shape and `rows` a matrix with a row for each.
  var formula: String { get }

  /// How it is computed where each group is a single weight and there is nothing to sum.
  var formulaOfSingleWeights: String { get }

  /// Whether it follows from the weight alone, without gradients, other layers or chance.
  var looksAtWeightAlone: Bool { get }

  /// Whether it is drawn: asked once more it gives other numbers.
  var isDrawn: Bool { get }

  /// Whether it holds the numbers of one layer's groups and says nothing of another's.
  var isOfOneLayer: Bool { get }

  /// How important each group is.
  ///
  /// - Parameters:
  ///   - source: the weight and what else is known of its layer.
  ///   - partition: the groups of that weight.
  ///   - generator: where random numbers come from.
  /// - Returns: a number for each group, of the partition's ``Partition/groups``.
  /// - Throws: ``ScoreError``, `ShapeError`, `OutOfMemory`, `Cancelled`.
  func scores(
    of source: ScoreSource, in partition: Partition, generator: inout Generator
  ) throws -> Variable
}

extension Score {
  public var looksAtWeightAlone: Bool { false }
  public var isDrawn: Bool { false }
  public var formulaOfSingleWeights: String { formula }
  public var isOfOneLayer: Bool { false }
}

/// What a score looks at.
public struct ScoreSource {
  /// What the layer is called where there are several; nil where it need not be told.
  public let layer: String?
  /// The weight, of the partition's shape.
  public let weight: Variable
  /// The gradient of its parameter; nil before backward.
  public let gradient: Tensor?
  /// The weight of the batch norm that the layer's output goes into; nil where there is none.
  public let normalization: () -> Variable?

  /// Gathers what a score looks at; few look for a batch norm.
  public init(
    _ weight: Variable, of layer: String? = nil, gradient: Tensor? = nil,
    normalization: @escaping () -> Variable? = { nil }
  ) {
    (self.weight, self.layer) = (weight, layer)
    (self.gradient, self.normalization) = (gradient, normalization)
  }
}

/// Every score.
public enum Scores {
  /// By name, the usual one first.
  public static let all: [any Score] = [
    NormScore.l1, NormScore.l2, NormScore.linf, RandomScore(), GradientScore.taylor,
    GradientScore.snip, GradientScore.gradient, BatchNormScore(), MedianScore(),
  ]
}

/// Why there are no scores.
public enum ScoreError: Error, Equatable {
  /// The weight has no gradient yet.
  case noGradient(String, layer: String?)
  /// No batch norm follows the layer.
  case noBatchNorm(layer: String?)
  /// A batch norm has a number for each filter, and the groups are others.
  case filtersOnly(String)
  /// Given scores do not have the groups' shape.
  case shape(Shape, expected: Shape)

  /// What is wrong, in words.
  public var message: String {
    switch self {
    case .noGradient(let name, let layer):
      "the score \(name) needs the gradient of the weight" + (layer.map { " of \($0)" } ?? "")
    case .noBatchNorm(let layer):
      "the score batchnorm needs a batch norm that follows \(layer ?? "the layer")"
    case .filtersOnly(let name): "the score \(name) is one of filters alone"
    case .shape(let found, let expected):
      "the scores need the shape \(expected) of the groups, not \(found)"
    }
  }

  /// What to do; nil where the message says it.
  public var remedy: String? {
    switch self {
    case .noGradient: "run forward and backward first"
    case .noBatchNorm: "in a network: net conv(1,4,3) batchnorm(4) relu; alone take l1 or l2"
    case .filtersOnly: "leave structure= out"
    case .shape: nil
    }
  }
}

extension Partition {
  /// A weight with a group's elements in dimensions of their own.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  func viewed(_ variable: Variable) throws -> Variable {
    guard view != weight else { return variable }
    let view = view
    return try Variable(
      View("ViewBackward0") { $0.reshaped(to: view) ?? ViewPlan(whole: view) }, variable)
  }

  /// The dimensions within a group of a weight that is ``viewed(_:)``.
  var reduction: Reduction { Reduction(inside.sorted()) }
}
