import Gradients
import Running
import Tensors

/// All that decides a mask: what goes or stays as one, by which score, how many, and who competes.
///
///     MaskQuestion.filters(share: 0.5)       // the notebook's `calculate_mask(0.5)`
public struct MaskQuestion: Sendable {
  /// One structure and how many of its groups go.
  public struct Part: Sendable {
    /// What goes or stays as one.
    public let structure: any SparseStructure
    /// How many go; a pattern says so itself.
    public let amount: Amount

    /// Makes a part of a pattern, of which so many go as it says.
    public init(_ pattern: PatternStructure) { self.init(pattern, removing: .count(0)) }

    /// Makes a part.
    public init(_ structure: any SparseStructure, removing amount: Amount) {
      (self.structure, self.amount) = (structure, amount)
    }
  }

  /// The parts, each chosen as if alone; what all of them keep is kept. At least one.
  public var parts: [Part]
  /// How important a group is.
  public var score: any Score
  /// Which groups go, equal scores included.
  public var selection: Selection
  /// Whether the groups of all layers compete, instead of those of each layer.
  public var isGlobal = false
  /// Whether a score is divided by the number of elements of its group.
  public var normalizes = false

  /// Makes a question.
  public init(
    _ parts: [Part], by score: any Score = NormScore.l1, selection: Selection = .removeLowest
  ) {
    (self.parts, self.score, self.selection) = (parts, score, selection)
  }

  /// `calculate_mask` of the paper's `Conv2d_with_DPU`: the int(OUT · share) filters of lowest L1
  /// norm.
  public static func filters(share: Double) -> MaskQuestion {
    MaskQuestion([Part(AxisStructure.filter, removing: .share(share, .int))])
  }

  /// What it asks but for the amount, in words: equal where masks were chosen alike.
  public var words: String {
    "\(structure.name) \(score.name) \(isGlobal) \(normalizes) \(selection)"
  }

  /// What goes or stays as one.
  public var structure: any SparseStructure {
    parts.count == 1 ? parts[0].structure : MixedStructure(parts.map(\.structure))
  }

  /// The score of each group of one structure.
  ///
  /// - Throws: ``StructureError``, ``ScoreError``, `ShapeError`, `OutOfMemory`, `Cancelled`.
  public func scores(
    of source: ScoreSource, for structure: any SparseStructure, generator: inout Generator
  ) throws -> Variable {
    let partition = try structure.partition(of: source.weight.tensor.shape)
    let scores = try score.scores(of: source, in: partition, generator: &generator)
    guard normalizes else { return scores }
    return try Variable(
      Divide(), scores, Variable(Tensor(scalar: Float(partition.groupSize))))
  }

  /// Chooses what takes part in each of several layers.
  ///
  /// - Parameters:
  ///   - sources: the layers' weights, and what else scores look at.
  ///   - generator: what random scores are drawn from.
  /// - Returns: a mask for each.
  /// - Throws: ``StructureError``, ``ScoreError``, `ShapeError`, `OutOfMemory`, `Cancelled`.
  public func masks(of sources: [ScoreSource], generator: inout Generator) throws -> [Mask] {
    var result: [Mask] = []
    for part in parts {
      let masks = try masks(of: sources, part, generator: &generator)
      result =
        result.isEmpty ? masks : try zip(result, masks).map { try $0.intersection($1) }
    }
    for index in result.indices { result[index].question = self }
    return result
  }

  private func masks(
    of sources: [ScoreSource], _ part: Part, generator: inout Generator
  ) throws -> [Mask] {
    let structure = part.structure
    var scored: [(partition: Partition, scores: [Float])] = []
    for source in sources {
      let scores = try scores(of: source, for: structure, generator: &generator)
      scored.append(
        (try structure.partition(of: source.weight.tensor.shape), scores.tensor.elements))
    }
    // Where neighbours compete, no other layer does.
    guard isGlobal, scored.allSatisfy({ $0.partition.contest == nil }) else {
      return try scored.map { partition, scores in
        let kept = try selection.kept(scores, of: partition, removing: part.amount)
        return try Mask(keeping: kept, of: partition, as: structure)
      }
    }
    let total = scored.reduce(0) { $0 + $1.scores.count }
    try Memory.borrow(bytes: total * MemoryLayout<Float>.stride)
    let kept = try selection.kept(
      scored.flatMap(\.scores), removing: part.amount.removed(of: total))
    var start = 0
    return try scored.map { partition, scores in
      defer { start += scores.count }
      return try Mask(
        keeping: Array(kept[start..<start + scores.count]), of: partition, as: structure)
    }
  }

  /// Chooses what of one weight takes part.
  ///
  /// - Throws: what ``masks(of:generator:)`` throws.
  public func mask(of source: ScoreSource, generator: inout Generator) throws -> Mask {
    try masks(of: [source], generator: &generator)[0]
  }
}
