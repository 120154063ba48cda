import Running
import Tensors

/// Which elements of a weight form a group: what a mask keeps or removes as one.
///
/// A group has every element that agrees in some of the weight's dimensions, whatever its indices in
/// the others. For filters the groups are told apart by the first dimension alone:
///
///     let filters = Partition(of: [8, 3, 5, 5], inside: [1, 2, 3])
///     filters.groups          // [8]
///     filters.groupSize       // 75
///     filters.group(of: 80)   // 1
public struct Partition: Hashable, Sendable {
  /// Neighbouring dimensions that are walked through as one.
  private struct Axis: Hashable {
    var size: Int
    /// How far the group's number goes on with the index; 0 within a group.
    var stride: Int
  }

  /// The shape of the weight.
  public let weight: Shape
  /// The mask's own shape: the dimensions that tell the groups apart.
  public let groups: Shape
  private let axes: [Axis]

  /// Makes a partition of a weight of this shape.
  ///
  /// - Parameters:
  ///   - weight: the weight's shape.
  ///   - inside: the dimensions, from 0, that vary within a group.
  public init(of weight: Shape, inside: Set<Int>) {
    self.weight = weight
    let outside = weight.dimensions.indices.filter { !inside.contains($0) }
    groups = Shape(outside.map { weight[$0] })
    var axes: [Axis] = []
    var stride = groups.count
    for (dimension, size) in weight.dimensions.enumerated() {
      let isInside = inside.contains(dimension)
      if !isInside { stride /= max(1, size) }
      let axis = Axis(size: size, stride: isInside ? 0 : stride)
      if let last = axes.last, (last.stride == 0) == isInside {
        axes[axes.count - 1] = Axis(size: last.size * size, stride: axis.stride)
      } else {
        axes.append(axis)
      }
    }
    self.axes = axes
  }

  /// Each element a group of its own.
  public static func elements(of weight: Shape) -> Partition { Partition(of: weight, inside: []) }

  /// How many groups there are.
  public var count: Int { groups.count }

  /// How many elements each group has.
  public var groupSize: Int { weight.count / max(1, count) }

  /// The group, counted in row-major order, of an element, counted likewise.
  public func group(of element: Int) -> Int {
    var (rest, group) = (element, 0)
    for axis in axes.reversed() {
      group += rest % axis.size * axis.stride
      rest /= axis.size
    }
    return group
  }

  /// Neighbouring elements whose groups go on evenly: one group's, or one of each.
  public struct Run {
    /// The elements, in row-major order.
    public let elements: Range<Int>
    /// The group of the first one.
    public let group: Int
    /// How far the group goes on with each: 0 within a group, otherwise 1.
    public let stride: Int
  }

  /// Calls `body` for all elements, run after run, and looks at the cancel flag in between.
  ///
  /// - Throws: `Cancelled`, and what `body` throws.
  public func forEachRun(_ body: (Run) throws -> Void) throws {
    let length = axes.last?.size ?? 1
    let stride = axes.last?.stride ?? 0
    guard length > 0 else { return }
    try Cancellation.forEachRow(weight.count / length, length: length) { row, piece in
      let start = row * length
      try body(
        Run(
          elements: piece, group: group(of: start) + (piece.lowerBound - start) * stride,
          stride: stride))
    }
  }
}

extension Partition {
  /// How large each group's elements are in a tensor of the weight's shape.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func magnitudes(of tensor: Tensor) throws -> [Magnitudes] {
    var result = try Memory.array(mapping: count) { _ in Magnitudes() }
    try forEachRun { run in
      var group = run.group
      for element in run.elements {
        result[group].add(tensor.elements[element])
        group += run.stride
      }
    }
    return result
  }
}
