import Pruning
import Tensors

extension DynamicPruningUnit {
  /// The unit on whole filters of a weight: zeros and ones, one for each.
  init(_ filters: Tensor, of weight: Shape) {
    self.init(mask: Mask(filters, of: Partition.filters(of: weight)))
  }
}
