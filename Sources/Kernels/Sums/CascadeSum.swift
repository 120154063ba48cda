import Running

/// Sums in the order of PyTorch's `sum` over a contiguous run on the CPU.
///
/// The run is read as rows of eight lanes that go in turn to four accumulators; each accumulator is
/// a cascade of four levels (`multi_row_sum` in ATen's SumKernel.cpp), so that the error grows with
/// the logarithm of the length. The order depends on the length alone.
public enum CascadeSum {
  /// The sum of `count` elements; 0 for none.
  ///
  /// - Throws: ``Cancelled``.
  public static func sum(_ source: UnsafePointer<Float>, count: Int) throws -> Float {
    guard count >= 8 else {
      return try lanes(count) { source[$0] }
    }
    let rows = count / 8
    let raw = UnsafeRawPointer(source)
    let joined = try lanes(rows) { row in
      raw.loadUnaligned(fromByteOffset: row * 32, as: SIMD8<Float>.self)
    }
    var total: Float = 0
    for index in rows * 8..<count { total += source[index] }
    for lane in 0..<8 { total += joined[lane] }
    return total
  }

  /// Rows in turn to four cascading accumulators, the rest to the first, then all joined.
  @inline(__always)
  private static func lanes<Lane: Accumulator>(
    _ count: Int, _ load: (Int) -> Lane
  ) throws -> Lane {
    var total = (Lane.zero, Lane.zero, Lane.zero, Lane.zero)
    let size = count / 4
    if size > 0 {
      let bits = size == 1 ? 0 : Int.bitWidth - (size - 1).leadingZeroBitCount
      let power = max(4, bits / 4)
      let (step, mask) = (1 << power, (1 << power) - 1)
      try withUnsafeTemporaryAllocation(of: Lane.self, capacity: 16) { levels in
        levels.initialize(repeating: .zero)
        var row = 0
        while row + step <= size {
          // A step is a power of two, so that it does not pass this by.
          if row & 0xffff == 0 { try Cancellation.check() }
          for _ in 0..<step {
            for k in 0..<4 { levels[k] = levels[k] + load(row * 4 + k) }
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
        while row < size {
          for k in 0..<4 { levels[k] = levels[k] + load(row * 4 + k) }
          row += 1
        }
        for level in 1..<4 {
          for k in 0..<4 { levels[k] = levels[k] + levels[level * 4 + k] }
        }
        total = (levels[0], levels[1], levels[2], levels[3])
      }
    }
    for row in size * 4..<count { total.0 = total.0 + load(row) }
    return ((total.0 + total.1) + total.2) + total.3
  }
}

/// What a cascade adds up: one number, or eight side by side.
private protocol Accumulator {
  static var zero: Self { get }
  static func + (left: Self, right: Self) -> Self
}

extension Float: Accumulator {}
extension SIMD8<Float>: Accumulator {}
