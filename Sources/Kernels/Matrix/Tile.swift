/// Running sums of `rows` rows by sixteen columns of a product, small enough for the registers.
///
/// Six rows use twelve of the sixteen 256-bit registers of an x86-64 processor; two more hold the
/// columns and one the row's factor. Each sum is fused multiply-adds in the order of the calls, so
/// that its bits do not depend on the tile that it is in.
struct Tile<let rows: Int> {
  private var left = InlineArray<rows, SIMD8<Float>>(repeating: .zero)
  private var right = InlineArray<rows, SIMD8<Float>>(repeating: .zero)

  @inline(__always)
  init() {}

  /// Adds `factors[row · pitch] · (first, second)` to each row.
  @inline(__always)
  mutating func add(
    _ factors: UnsafePointer<Float>, pitch: Int = 1, _ first: SIMD8<Float>, _ second: SIMD8<Float>
  ) {
    for row in 0..<rows {
      let factor = SIMD8<Float>(repeating: factors[row * pitch])
      left[row] = left[row].addingProduct(factor, first)
      right[row] = right[row].addingProduct(factor, second)
    }
  }

  /// Continues from sums that an earlier tile left.
  @inline(__always)
  mutating func load(_ source: UnsafePointer<Float>, pitch: Int) {
    for row in 0..<rows {
      left[row] = vector(source + row * pitch)
      right[row] = vector(source + row * pitch + 8)
    }
  }

  /// Writes the sums, rows `pitch` apart, the two halves to places of their own.
  @inline(__always)
  func store(
    _ first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>, pitch: Int
  ) {
    for row in 0..<rows {
      store8(left[row], first + row * pitch)
      store8(right[row], second + row * pitch)
    }
  }
}

/// Eight floats from any address.
@inline(__always)
func vector(_ source: UnsafePointer<Float>) -> SIMD8<Float> {
  UnsafeRawPointer(source).loadUnaligned(as: SIMD8<Float>.self)
}

/// Eight floats to any address.
@inline(__always)
func store8(_ value: SIMD8<Float>, _ target: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(target).storeBytes(of: value, as: SIMD8<Float>.self)
}

/// Rows shared out in nearly equal blocks of at most `limit`, so that no block is left with one row
/// that would run at a fraction of the speed.
struct RowBlocks: Sendable {
  let rows: Int
  var limit = most(isWide: false)

  /// The most rows whose sums are computed together: wide vectors have twice as many registers.
  static func most(isWide: Bool) -> Int { isWide ? 12 : 6 }

  var count: Int { (rows + limit - 1) / limit }

  /// The first row of a block.
  @inline(__always)
  func first(_ block: Int) -> Int { block * rows / count }

  /// The rows of a block, one to six.
  @inline(__always)
  func size(_ block: Int) -> Int { first(block + 1) - first(block) }
}
