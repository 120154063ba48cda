import Gradients
import Tensors

/// |γ| of the batch norm that follows, one for each filter: Z. Liu et al., "Learning Efficient
/// Convolutional Networks through Network Slimming" (2017).
public struct BatchNormScore: Score {
  public let name = "batchnorm"
  public let formula = "batchnorm.weight.abs()"

  public func scores(
    of source: ScoreSource, in partition: Partition, generator: inout Generator
  ) throws -> Variable {
    guard partition == .filters(of: partition.weight) else {
      throw ScoreError.filtersOnly(name)
    }
    guard let scale = source.normalization(), scale.tensor.shape == partition.groups else {
      throw ScoreError.noBatchNorm(layer: source.layer)
    }
    return try Variable(AbsoluteValue(), scale)
  }
}
