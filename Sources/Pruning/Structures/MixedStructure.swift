import Tensors

/// Several structures at once: what all of them keep is kept.
public struct MixedStructure: SparseStructure {
  /// The structures, at least two.
  public let parts: [any SparseStructure]

  /// Makes the structure.
  public init(_ parts: [any SparseStructure]) { self.parts = parts }

  public var name: String { parts.map(\.name).joined(separator: " + ") }
  public var group: String { "group of " + name }
  public var groups: String { "groups of " + name }
  public var meaning: String { "what lies within one group of each part; what all keep stays" }
  public var maskShape: String {
    let axes = parts.compactMap(\.axes)
    guard axes.count == parts.count, let first = axes.first else {
      return AxisStructure.connection.maskShape
    }
    return AxisStructure.maskShape(inside: axes.reduce(first) { $0.intersection($1) })
  }
  public var fitsLinear: Bool { parts.allSatisfy(\.fitsLinear) }
  public var otherNames: String { "mixed (Hu et al.): a product of masks" }

  /// The coarsest groups that lie within one group of each.
  public func partition(of weight: Shape) throws(StructureError) -> Partition {
    var result = try parts[0].partition(of: weight)
    for part in parts.dropFirst() { result = result.common(try part.partition(of: weight)) }
    return result
  }
}
