/// Every kind of structure.
public enum SparseStructures {
  /// One of each kind, with sizes that fit a weight of 4 × 3 × 3 × 3, the usual one first.
  public static let samples: [any SparseStructure] =
    AxisStructure.all + [
      BlockStructure(rows: 2, columns: 3), VectorStructure(size: 2),
      PatternStructure(kept: 2, of: 3), MixedStructure([AxisStructure.filter, .channel]),
    ]
}
