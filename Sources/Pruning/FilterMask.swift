import Gradients
import Tensors

/// Masks that switch whole filters off, chosen by the L1 norm of their weights.
public enum FilterMask {
  /// The notebook's `calculate_mask`: the int(OUT · rate) filters with the lowest scores get 0.
  ///
  /// - Parameters:
  ///   - scores: one score for each filter, shape `[OUT]`.
  ///   - rate: the share of filters to switch off, 0 <= rate < 1; the product is cut to an integer.
  /// - Returns: zeros and ones of shape `[OUT]`.
  public static func dynamic(scores: Tensor, rate: Double) -> Tensor {
    var mask = [Float](repeating: 1, count: scores.count)
    let count = Int(Double(scores.count) * rate)
    for index in TopK.indices(of: scores.elements, count: count, largest: false) {
      mask[index] = 0
    }
    return Tensor(mask, shape: scores.shape)
  }

  /// The mask of `torch.nn.utils.prune.ln_structured(…, n=1, dim=0)`.
  ///
  /// Keeps the filters of highest L1 norm, each norm a plain sum in order; round(rate · OUT)
  /// filters, half to even, are removed. On a pruned layer the rate counts among the filters left.
  ///
  /// - Parameters:
  ///   - weight: the weight as the layer uses it, shape `[OUT, …]`.
  ///   - rate: the share of filters to remove, 0 <= rate < 1.
  ///   - earlier: the mask of an earlier pruning, of the weight's shape.
  /// - Returns: zeros and ones of the weight's shape.
  public static func structured(weight: Tensor, rate: Double, earlier: Tensor? = nil) -> Tensor {
    var mask = earlier?.elements ?? [Float](repeating: 1, count: weight.count)
    let length = weight.shape.droppingFirst.count
    func filter(_ index: Int) -> Range<Int> { index * length..<(index + 1) * length }
    let left = (0..<weight.shape[0]).filter { index in
      mask[filter(index)].contains { $0 != 0 }
    }
    let removed = Int((rate * Double(left.count)).rounded(.toNearestOrEven))
    guard removed > 0 else { return Tensor(mask, shape: weight.shape) }
    let norms = left.map { index in
      weight.elements[filter(index)].reduce(0) { $0 + $1.magnitude }
    }
    let kept = Set(TopK.indices(of: norms, count: left.count - removed, largest: true))
    for (position, index) in left.enumerated() where !kept.contains(position) {
      for element in filter(index) { mask[element] = 0 }
    }
    return Tensor(mask, shape: weight.shape)
  }

  /// The score of each filter: `weight.abs().sum(dim=(1, 2, 3))`, part of the graph.
  ///
  /// - Throws: nothing of its own; what the operations throw.
  public static func scores(of weight: Variable) throws -> Variable {
    try Variable(SumTrailing(), Variable(AbsoluteValue(), weight))
  }
}
