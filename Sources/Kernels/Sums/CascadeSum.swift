import Running

/// Sums in the order of PyTorch's `sum` on the CPU, whichever dimensions are added up.
///
/// Elements go in turn to four accumulators, each a cascade of four levels (`multi_row_sum` in
/// ATen's SumKernel.cpp), so that the error grows with the logarithm of the length. Eight lanes of
/// elements that lie side by side are added up at once: of one run, or of eight sums. The order
/// depends on sizes and steps alone.
public enum CascadeSum {
  /// One loop over elements that lie equally far apart, and over the sums that they go to.
  public struct Loop: Sendable {
    let size: Int
    let step: Int
    /// How far apart the sums lie; 0 where one sum takes all elements.
    let target: Int

    /// Makes a loop.
    public init(size: Int, step: Int, target: Int) {
      (self.size, self.step, self.target) = (size, step, target)
    }

    fileprivate static let once = Loop(size: 1, step: 0, target: 0)
  }

  /// The sum of `count` elements; 0 for none.
  ///
  /// - Throws: ``Cancelled``.
  public static func sum(_ source: UnsafePointer<Float>, count: Int) throws -> Float {
    guard count >= 8 else { return try row(count) { source[$0] } }
    let rows = count / 8
    let joined = try row(rows) { vector(source + $0 * 8) }
    var total: Float = 0
    for index in rows * 8..<count { total += source[index] }
    for lane in 0..<8 { total += joined[lane] }
    return total
  }

  /// Adds up some dimensions of a tensor.
  ///
  /// - Parameters:
  ///   - source: the elements.
  ///   - target: the sums, 0 at first.
  ///   - loops: the dimensions in ATen's order: those added up first, each kind from the one whose
  ///     elements lie nearest to each other on, and what one loop can walk through made one.
  /// - Throws: ``Cancelled``.
  public static func add(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, loops: [Loop]
  ) throws {
    var first = loops.first ?? .once
    var second = loops.count > 1 ? loops[1] : .once
    // Nothing is added up.
    if first.target != 0 { swap(&first, &second) }
    let rest = Array(loops.dropFirst(2))
    var places = [Int](repeating: 0, count: rest.count)
    var (from, to) = (0, 0)
    var passed = 0
    while true {
      try plane(source + from, to: target + to, first, second)
      passed += first.size * second.size + 8
      if passed >= 0xffff {
        passed = 0
        try Cancellation.check()
      }
      var dimension = 0
      while dimension < rest.count {
        places[dimension] += 1
        from += rest[dimension].step
        to += rest[dimension].target
        if places[dimension] < rest[dimension].size { break }
        from -= rest[dimension].step * rest[dimension].size
        to -= rest[dimension].target * rest[dimension].size
        places[dimension] = 0
        dimension += 1
      }
      if dimension == rest.count { return }
    }
  }

  /// Two dimensions, of which the first is added up.
  private static func plane(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ first: Loop,
    _ second: Loop
  ) throws {
    let (count, step) = (first.size, first.step)
    if step == 1, count >= 8 {
      for index in 0..<second.size {
        target[index * second.target] += try sum(source + index * second.step, count: count)
      }
    } else if second.step == 1, second.size >= 8 {
      var index = 0
      while index + 32 <= second.size {
        let base = source + index
        let sums = try cascades(count) { vector(base + $0 * step + $1 * 8) }
        add(sums.0, to: target + index * second.target, second.target)
        add(sums.1, to: target + (index + 8) * second.target, second.target)
        add(sums.2, to: target + (index + 16) * second.target, second.target)
        add(sums.3, to: target + (index + 24) * second.target, second.target)
        index += 32
      }
      while index + 8 <= second.size {
        let base = source + index
        let sum = try row(count) { vector(base + $0 * step) }
        add(sum, to: target + index * second.target, second.target)
        index += 8
      }
      while index < second.size {
        let base = source + index
        target[index * second.target] += try row(count) { base[$0 * step] }
        index += 1
      }
    } else {
      var index = 0
      // Sums that lie nearer to each other than a sum's elements are made four at once.
      while step >= second.step, index + 4 <= second.size {
        let base = source + index * second.step
        let sums = try cascades(count) { base[$0 * step + $1 * second.step] }
        target[index * second.target] += sums.0
        target[(index + 1) * second.target] += sums.1
        target[(index + 2) * second.target] += sums.2
        target[(index + 3) * second.target] += sums.3
        index += 4
      }
      while index < second.size {
        let base = source + index * second.step
        target[index * second.target] += try row(count) { base[$0 * step] }
        index += 1
      }
    }
  }

  @inline(__always)
  private static func add(
    _ sums: SIMD8<Float>, to target: UnsafeMutablePointer<Float>, _ step: Int
  ) {
    for lane in 0..<8 { target[lane * step] += sums[lane] }
  }

  /// One sum: elements in turn to four cascades, the rest to the first, then all joined.
  @inline(__always)
  private static func row<Lane: Accumulator>(_ count: Int, _ load: (Int) -> Lane) throws -> Lane {
    var total = try cascades(count / 4) { load($0 * 4 + $1) }
    for row in count / 4 * 4..<count { total.0 = total.0 + load(row) }
    return ((total.0 + total.1) + total.2) + total.3
  }

  /// Four sums side by side, each a cascade of `count` elements.
  @inline(__always)
  private static func cascades<Lane: Accumulator>(
    _ count: Int, _ load: (_ row: Int, _ sum: Int) -> Lane
  ) throws -> (Lane, Lane, Lane, Lane) {
    guard count > 0 else { return (.zero, .zero, .zero, .zero) }
    let bits = count == 1 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount
    let power = max(4, bits / 4)
    let (step, mask) = (1 << power, (1 << power) - 1)
    return try withUnsafeTemporaryAllocation(of: Lane.self, capacity: 16) { levels in
      levels.initialize(repeating: .zero)
      var row = 0
      while row + step <= count {
        // A step is a power of two, so that it does not pass this by.
        if row & 0xffff == 0 { try Cancellation.check() }
        for _ in 0..<step {
          for k in 0..<4 { levels[k] = levels[k] + load(row, k) }
          row += 1
        }
        for level in 1..<4 {
          for k in 0..<4 {
            levels[level * 4 + k] = levels[level * 4 + k] + levels[level * 4 - 4 + k]
            levels[level * 4 - 4 + k] = .zero
          }
          if row & (mask << (level * power)) != 0 { break }
        }
      }
      while row < count {
        for k in 0..<4 { levels[k] = levels[k] + load(row, k) }
        row += 1
      }
      for level in 1..<4 {
        for k in 0..<4 { levels[k] = levels[k] + levels[level * 4 + k] }
      }
      return (levels[0], levels[1], levels[2], levels[3])
    }
  }
}

/// What a cascade adds up: one number, or eight side by side.
private protocol Accumulator {
  static var zero: Self { get }
  static func + (left: Self, right: Self) -> Self
}

extension Float: Accumulator {}
extension SIMD8<Float>: Accumulator {}
