import Tensors

/// What a mask keeps or removes as one: filters, kernels, single connections.
public protocol SparseStructure: Sendable {
  /// Its name at the prompt.
  static var name: String { get }

  /// The groups of a weight of this shape.
  static func partition(of weight: Shape) -> Partition
}

/// Every structure.
public enum SparseStructures {
  /// By name, the usual one first.
  public static let all: [any SparseStructure.Type] = [FilterStructure.self]
}
