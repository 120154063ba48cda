import Gradients

/// How important each group of a weight is.
public protocol Score: Sendable {
  /// Its name at the prompt.
  static var name: String { get }

  /// How important each group is.
  ///
  /// - Parameters:
  ///   - weight: the weight, of the partition's shape.
  ///   - partition: the groups.
  /// - Returns: a number for each group, of the partition's ``Partition/groups``.
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  static func scores(of weight: Variable, in partition: Partition) throws -> Variable
}

/// Every score.
public enum Scores {
  /// By name, the usual one first.
  public static let all: [any Score.Type] = [L1Score.self, L1NormInOrder.self]
}
