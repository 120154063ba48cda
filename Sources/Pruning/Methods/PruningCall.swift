import Gradients
import Running
import Tensors

/// A call of one of PyTorch's pruning functions: `ln_structured(…, amount=0.5, n=1, dim=0)`.
public struct PruningCall: Sendable {
  /// The function.
  public let method: PruningMethod
  /// How many go of those that are left.
  public let amount: Amount
  /// Which norm judges a channel: PyTorch's `n`.
  public let norm: Double
  /// Which dimension has the channels, from the last one as -1 or from the first one as 0: PyTorch's
  /// `dim`.
  public let dimension: Int

  /// Makes a call; norm and dimension say nothing to a method that takes none.
  public init(
    _ method: PruningMethod, amount: Amount, norm: Double = 1, dimension: Int = 0
  ) {
    (self.method, self.amount) = (method, amount)
    (self.norm, self.dimension) = (norm, dimension)
  }

  /// `ln_structured(…, amount=share, n=1, dim=0)`: the filters of lowest L1 norm.
  public static func filters(share: Double) -> PruningCall {
    PruningCall(.lnStructured, amount: .share(share, .even))
  }

  /// What goes or stays as one in a weight of this shape, which has the dimension.
  public func partition(of weight: Shape) -> Partition {
    Partition(of: weight, inside: Set(dimensionsInside(weight)))
  }

  private func dimensionsInside(_ weight: Shape) -> [Int] {
    switch method.unit {
    case .element: return []
    case .channel:
      let channels = dimension < 0 ? weight.rank + dimension : dimension
      return weight.dimensions.indices.filter { $0 != channels }
    }
  }

  /// The mask after this call: PyTorch's `weight_mask`.
  ///
  /// As PyTorch's `PruningContainer` combines masks, the amount counts what an earlier mask has left,
  /// a channel as long as anything of it is, and only that is judged.
  ///
  /// - Parameters:
  ///   - weight: the weight as the layer uses it.
  ///   - earlier: the mask so far, of the same shape.
  ///   - generator: what chance is drawn from: `rand_like` of the weights left, `rand` of the
  ///     channels left.
  /// - Returns: the mask, in which what was removed stays removed.
  /// - Throws: ``PruningError`` where fewer are left than are to go; `ShapeError`, `OutOfMemory`,
  ///   `Cancelled`.
  public func mask(
    of weight: Tensor, after earlier: Mask?, generator: inout Generator
  ) throws -> Mask {
    let partition = partition(of: weight.shape)
    let left = try earlier?.keptCount(of: partition) ?? partition.count
    if case .count(let count) = amount, count > left {
      throw PruningError(count: count, left: left)
    }
    let count = amount.removed(of: left)
    // Nothing is drawn where nothing goes.
    guard count > 0 else {
      return try earlier
        ?? Mask(try Tensor(repeating: 1, shape: weight.shape), of: .elements(of: weight.shape))
    }
    let scores: [Float]
    switch method.score {
    case .magnitude: scores = try weight.map(\.magnitude).elements
    case .norm:
      let reduction = Reduction(dimensionsInside(weight.shape))
      scores = try VectorNorm(reduction, p: norm).forward([weight]).elements
    case .chance:
      let kept = try earlier?.kept(of: partition)
      scores = try Memory.array(mapping: partition.count, work: 8) { group in
        kept?[group] == false ? 0 : generator.uniform(low: 0, high: 1)
      }
    }
    return try Mask(
      scores: scores, of: partition, removing: .count(count), by: method.selection, after: earlier)
  }

  /// The masks of several weights whose elements compete with one another: PyTorch's
  /// `global_unstructured`.
  ///
  /// - Parameters:
  ///   - weights: the weights as their layers use them, each with its mask so far.
  ///   - generator: what chance is drawn from.
  /// - Returns: a mask for each.
  /// - Throws: what ``mask(of:after:generator:)`` throws.
  public func masks(
    of weights: [(tensor: Tensor, earlier: Mask?)], generator: inout Generator
  ) throws -> [Mask] {
    let total = try Shape(checking: [weights.reduce(0) { $0 + $1.tensor.count }])
    let ones = try weights.map { weight, earlier in
      try earlier?.spread() ?? Tensor(repeating: 1, shape: weight.shape)
    }
    let chosen = try mask(
      of: Self.joined(weights.map(\.tensor), total),
      after: Mask(try Self.joined(ones, total), of: .elements(of: total)), generator: &generator)
    return try chosen.tensor.withPointer { chosen in
      var start = 0
      return try weights.map { weight, _ in
        defer { start += weight.count }
        let part = try Tensor(shape: weight.shape) { target in
          try Cancellation.forEachPiece(of: weight.count) { piece in
            for index in piece { target[index] = chosen[start + index] }
          }
        }
        return Mask(part, of: .elements(of: weight.shape))
      }
    }
  }

  /// The elements of several tensors, one after the other.
  private static func joined(_ tensors: [Tensor], _ total: Shape) throws -> Tensor {
    try Tensor(shape: total) { target in
      var start = 0
      for tensor in tensors {
        try tensor.withPointer { source in
          try Cancellation.forEachPiece(of: tensor.count) { piece in
            for index in piece { target[start + index] = source[index] }
          }
        }
        start += tensor.count
      }
    }
  }
}

/// More was to go than is left.
public struct PruningError: Error, Equatable {
  /// How many were to go.
  public let count: Int
  /// How many there are.
  public let left: Int
}

extension Mask {
  /// Of how many groups of another partition of the same weight anything takes part.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func keptCount(of other: Partition) throws -> Int {
    let kept = try kept(of: other)
    return try Cancellation.count(of: kept.count) { kept[$0] }
  }
}
