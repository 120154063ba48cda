import Gradients
import Tensors

/// Scores that somebody gives.
public struct GivenScore: Score {
  public let name = "given"
  public let formula = "the tensor that was given"
  public let isOfOneLayer = true
  private let values: Tensor

  /// Makes the score of numbers for each group.
  public init(_ values: Tensor) { self.values = values }

  public func scores(
    of source: ScoreSource, in partition: Partition, generator: inout Generator
  ) throws -> Variable {
    guard values.shape == partition.groups else {
      throw ScoreError.shape(values.shape, expected: partition.groups)
    }
    return Variable(values)
  }
}
