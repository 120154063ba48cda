import Gradients
import Running
import Tensors

/// Masks that switch whole filters off, chosen by the L1 norm of their weights.
public enum FilterMask {
  /// The notebook's `calculate_mask`: the int(OUT · rate) filters with the lowest scores get 0.
  ///
  /// - Parameters:
  ///   - scores: one score for each filter, shape `[OUT]`.
  ///   - rate: the share of filters to switch off, 0 <= rate < 1; the product is cut to an integer.
  /// - Returns: zeros and ones of shape `[OUT]`.
  /// - Throws: `ShapeError` where memory cannot hold the mask, `Cancelled`.
  public static func dynamic(scores: Tensor, rate: Double) throws -> Tensor {
    let count = Int(Double(scores.count) * rate)
    let removed = try TopK.indices(of: scores.elements, count: count, largest: false)
    return try Tensor(shape: scores.shape) { mask in
      try Cancellation.forEachPiece(of: scores.count) { piece in
        (mask + piece.lowerBound).initialize(repeating: 1, count: piece.count)
      }
      for index in removed { mask[index] = 0 }
    }
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
  /// - Throws: `ShapeError`, `OutOfMemory` where memory cannot hold what it takes, `Cancelled`.
  public static func structured(
    weight: Tensor, rate: Double, earlier: Tensor? = nil
  ) throws -> Tensor {
    let (filters, length) = (weight.shape[0], weight.shape.droppingFirst.count)
    func filter(_ index: Int) -> Range<Int> { index * length..<(index + 1) * length }
    // For each filter whether it is kept.
    var isKept = try Memory.array(mapping: filters, work: length) { index in
      earlier?.elements[filter(index)].contains { $0 != 0 } ?? true
    }
    try Memory.claim(bytes: filters * MemoryLayout<Int>.stride)
    let left = isKept.indices.filter { isKept[$0] }
    let removed = Int((rate * Double(left.count)).rounded(.toNearestOrEven))
    if removed > 0 {
      let norms = try Memory.array(mapping: left.count, work: length) { position in
        weight.elements[filter(left[position])].reduce(0) { $0 + $1.magnitude }
      }
      for index in left { isKept[index] = false }
      let chosen = try TopK.indices(of: norms, count: left.count - removed, largest: true)
      for position in chosen { isKept[left[position]] = true }
    }
    return try Tensor(shape: weight.shape) { mask in
      try Cancellation.forEachRow(filters, length: length) { index, piece in
        for element in piece {
          mask[element] = isKept[index] ? earlier?.elements[element] ?? 1 : 0
        }
      }
    }
  }

  /// The score of each filter: `weight.abs().sum(dim=(1, 2, 3))`, part of the graph.
  ///
  /// - Throws: nothing of its own; what the operations throw.
  public static func scores(of weight: Variable) throws -> Variable {
    try Variable(SumTrailing(), Variable(AbsoluteValue(), weight))
  }
}
