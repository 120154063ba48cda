import Layers
import Pruning
import Tensors

extension Weight {
  /// The notebook's `calculate_mask(rate)`.
  mutating func calculateMask(rate: Double) throws {
    // Norms draw nothing.
    var generator = Generator(seed: 0)
    mask = try MaskQuestion.filters(share: rate).mask(
      of: ScoreSource(variable), generator: &generator)
  }
}
