import Tensors

/// N of M neighbours along IN are kept, at each filter and place of the kernel: N:M sparsity, as in
/// SR-STE, apex and torchao. Others (coremltools, TF-MOT) count the zeros.
public struct PatternStructure: SparseStructure {
  /// How many are kept.
  public let kept: Int
  /// Of how many.
  public let size: Int

  /// Makes the structure; at least 1 is kept, and fewer than all.
  public init(kept: Int, of size: Int) { (self.kept, self.size) = (kept, size) }

  public var name: String { "keep=\(kept):\(size)" }
  public var group: String { "weight" }
  public var meaning: String {
    "a single weight; of \(size) neighbours along IN, at one OUT, KH, KW, \(kept) stay"
  }
  public var maskShape: String { AxisStructure.connection.maskShape }
  public var otherNames: String {
    "N:M, N kept: SR-STE, apex, torchao; N zeros: coremltools, TF-MOT"
  }

  public func partition(of weight: Shape) throws(StructureError) -> Partition {
    guard weight[1].isMultiple(of: size) else {
      throw .doesNotDivide(name, size: size, of: "IN", into: weight[1])
    }
    return Partition(
      of: weight, inside: [],
      contest: Partition.Contest(dimension: 1, size: size, removed: size - kept))
  }
}
