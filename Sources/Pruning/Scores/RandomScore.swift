import Gradients
import Tensors

/// Random numbers, `torch.rand(groups)`: what any other score must beat.
public struct RandomScore: Score {
  public let name = "random"
  public let formula = "torch.rand(groups)"
  public let isDrawn = true

  public func scores(
    of source: ScoreSource, in partition: Partition, generator: inout Generator
  ) throws -> Variable {
    Variable(try generator.uniform(shape: partition.groups, low: 0, high: 1))
  }
}
