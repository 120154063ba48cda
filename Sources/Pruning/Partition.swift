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
///
/// Tiles are groups of the weight viewed with more dimensions:
///
///     Partition(of: [4, 6], viewedAs: [2, 2, 3, 2], inside: [1, 3]).groups   // [2, 3]
public struct Partition: Hashable, Sendable {
  /// Neighbouring dimensions that are walked through as one.
  private struct Axis: Hashable {
    var size: Int
    /// How far the group's number goes on with the index; 0 within a group.
    var stride: Int
  }

  /// Groups of one line that compete among each other alone, and how many of them go.
  public struct Contest: Hashable, Sendable {
    /// The dimension of the groups along which neighbours compete.
    public let dimension: Int
    /// How many compete.
    public let size: Int
    /// How many of them go.
    public let removed: Int
  }

  /// The shape of the weight.
  public let weight: Shape
  /// The shape that tells groups apart: the weight's own, or one of more dimensions.
  public let view: Shape
  /// The dimensions of the view, from 0, that vary within a group.
  public let inside: Set<Int>
  /// The mask's own shape: the dimensions that tell the groups apart.
  public let groups: Shape
  /// Which groups compete; nil where each competes with all others.
  public let contest: Contest?
  private let axes: [Axis]

  /// Makes a partition of a weight of this shape.
  ///
  /// - Parameters:
  ///   - weight: the weight's shape.
  ///   - view: a shape of as many elements whose dimensions tell the groups apart, if not its own.
  ///   - inside: the dimensions, from 0, that vary within a group.
  ///   - contest: which groups compete, if not all with all.
  public init(
    of weight: Shape, viewedAs view: Shape? = nil, inside: Set<Int>, contest: Contest? = nil
  ) {
    self.weight = weight
    let view = view ?? weight
    precondition(view.count == weight.count)
    (self.view, self.inside, self.contest) = (view, inside, contest)
    let outside = view.dimensions.indices.filter { !inside.contains($0) }
    groups = Shape(outside.map { view[$0] })
    var axes: [Axis] = []
    var stride = groups.count
    for (dimension, size) in view.dimensions.enumerated() {
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

  /// Each index of the first dimension a group: filters, of a linear weight the outputs.
  public static func filters(of weight: Shape) -> Partition {
    Partition(of: weight, inside: Set(weight.dimensions.indices.dropFirst()))
  }

  /// The coarsest groups that lie within one of this partition and within one of another one, of the
  /// same weight: of filters and channels the kernels.
  public func common(_ other: Partition) -> Partition {
    if self == other { return self }
    guard view == weight, other.view == weight else { return .elements(of: weight) }
    return Partition(of: weight, inside: inside.intersection(other.inside))
  }

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

  /// How many lines of groups there are that compete among each other.
  func lineCount(of contest: Contest) -> Int { count / contest.size }

  /// The groups of a line that compete with each other.
  func line(_ number: Int, of contest: Contest) -> [Int] {
    let step = groups.dimensions.dropFirst(contest.dimension + 1).reduce(1, *)
    let first = number / step * step * contest.size + number % step
    return (0..<contest.size).map { first + $0 * step }
  }

  /// A group's place in the mask: `3`, `[0, 2]`; empty for the only one of a mask without dimensions.
  public func label(_ group: Int) -> String {
    guard groups.rank > 1 else { return groups.rank == 1 ? "\(group)" : "" }
    var (rest, places) = (group, [Int]())
    for size in groups.dimensions.reversed() {
      places.append(rest % size)
      rest /= size
    }
    return "[\(places.reversed().map(String.init).joined(separator: ", "))]"
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
