import CVectors
import Running

/// Inner products of `rows` rows with three columns, eight lanes each.
struct Dots<let rows: Int> {
  private var first = InlineArray<rows, SIMD8<Float>>(repeating: .zero)
  private var second = InlineArray<rows, SIMD8<Float>>(repeating: .zero)
  private var third = InlineArray<rows, SIMD8<Float>>(repeating: .zero)

  @inline(__always)
  init() {}

  @inline(__always)
  mutating func add(
    _ lines: UnsafePointer<Float>, _ pitch: Int, _ a: SIMD8<Float>, _ b: SIMD8<Float>,
    _ c: SIMD8<Float>
  ) {
    for row in 0..<rows {
      let line = vector(lines + row * pitch)
      first[row] = first[row].addingProduct(line, a)
      second[row] = second[row].addingProduct(line, b)
      third[row] = third[row].addingProduct(line, c)
    }
  }

  /// Adds the joined lanes to the sums so far.
  @inline(__always)
  func join(to sums: UnsafeMutablePointer<Float>, pitch: Int, columns: Int) {
    for row in 0..<rows {
      let target = sums + row * pitch
      target[0] += lanes(first[row])
      if columns > 1 { target[1] += lanes(second[row]) }
      if columns > 2 { target[2] += lanes(third[row]) }
    }
  }
}

/// The sum of eight lanes, in halves.
@inline(__always)
func lanes(_ value: SIMD8<Float>) -> Float {
  let four = value.lowHalf + value.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}

typealias WideInnerProducts = dpu_inner_products

extension dpu_inner_products {
  /// Adds the products of one to six rows to sums whose rows are `pitch` apart.
  @inline(__always)
  func add(rows: Int, to sums: UnsafeMutablePointer<Float>, pitch: Int, columns: Int) {
    withUnsafePointer(to: self) {
      dpu_wide_inner_products(Int32(rows), $0, sums, pitch, Int32(columns))
    }
  }
}

/// A · Bᵀ from inner products of the rows of both.
struct InnerProducts: Sendable {
  /// So many terms of a row are read before the next rows are: they stay in the first-level cache.
  static let depthAtOnce = 1024

  let left: Shared<UnsafePointer<Float>>
  let right: Shared<UnsafePointer<Float>>
  let result: Shared<UnsafeMutablePointer<Float>>
  let rows: Int
  let columns: Int
  let depth: Int
  let counted = MultiplyAddCount()
  private let isWide = VectorWidth.isWide

  /// Rows that are computed together.
  static func rowsAtOnce(isWide: Bool) -> Int { isWide ? 6 : 4 }

  /// The rows in blocks that are computed together.
  var blocks: RowBlocks { RowBlocks(rows: rows, limit: Self.rowsAtOnce(isWide: isWide)) }

  /// Computes the rows of some of ``blocks`` and some columns.
  func run(
    blocks range: Range<Int>, columns range2: Range<Int>, bias: UnsafePointer<Float>?
  ) throws {
    let blocks = blocks
    for block in range {
      try Cancellation.check()
      let (first, size) = (blocks.first(block), blocks.size(block))
      for row in first..<first + size {
        let line = result.pointer + row * columns
        for column in range2 { line[column] = 0 }
      }
      for start in stride(from: 0, to: depth, by: Self.depthAtOnce) {
        let terms = start..<min(depth, start + Self.depthAtOnce)
        if isWide {
          addWide(size, first, range2, terms)
          continue
        }
        switch size {
        case 1: add(Dots<1>(), first, range2, terms)
        case 2: add(Dots<2>(), first, range2, terms)
        case 3: add(Dots<3>(), first, range2, terms)
        default: add(Dots<4>(), first, range2, terms)
        }
      }
      counted.add(size * range2.count * depth)
      guard let bias else { continue }
      for row in first..<first + size {
        let line = result.pointer + row * columns
        for column in range2 { line[column] += bias[column] }
      }
    }
  }

  @inline(__always)
  private func add<let size: Int>(
    _ zero: Dots<size>, _ first: Int, _ range: Range<Int>, _ terms: Range<Int>
  ) {
    let lines = left.pointer + first * depth
    let whole = terms.lowerBound + terms.count / 8 * 8
    for column in stride(from: range.lowerBound, to: range.upperBound, by: 3) {
      // Past the last column the last one is computed again, and not kept.
      let last = range.upperBound - 1
      let a = right.pointer + column * depth
      let b = right.pointer + min(column + 1, last) * depth
      let c = right.pointer + min(column + 2, last) * depth
      var dots = zero
      var term = terms.lowerBound
      while term < whole {
        dots.add(lines + term, depth, vector(a + term), vector(b + term), vector(c + term))
        term += 8
      }
      if whole < terms.upperBound {
        let rest = terms.upperBound - whole
        withUnsafeTemporaryAllocation(of: Float.self, capacity: size * 8) { buffer in
          guard let padded = buffer.baseAddress else { return }
          padded.initialize(repeating: 0, count: size * 8)
          for row in 0..<size {
            for term in 0..<rest { padded[row * 8 + term] = lines[row * depth + whole + term] }
          }
          dots.add(
            padded, 8, partial(a + whole, rest), partial(b + whole, rest), partial(c + whole, rest))
        }
      }
      dots.join(
        to: result.pointer + first * columns + column, pitch: columns,
        columns: min(3, range.upperBound - column))
    }
  }

  private func addWide(_ size: Int, _ first: Int, _ range: Range<Int>, _ terms: Range<Int>) {
    let right = right.pointer + terms.lowerBound
    for column in stride(from: range.lowerBound, to: range.upperBound, by: 6) {
      // Past the last column the last one is computed again, and not kept.
      let last = range.upperBound - 1
      func line(_ index: Int) -> UnsafePointer<Float> { right + min(column + index, last) * depth }
      WideInnerProducts(
        lines: left.pointer + first * depth + terms.lowerBound, pitch: depth,
        columns: (line(0), line(1), line(2), line(3), line(4), line(5)), places: nil,
        count: terms.count
      ).add(
        rows: size, to: result.pointer + first * columns + column, pitch: columns,
        columns: min(6, range.upperBound - column))
    }
  }

  private func partial(_ source: UnsafePointer<Float>, _ count: Int) -> SIMD8<Float> {
    var value = SIMD8<Float>.zero
    for lane in 0..<count { value[lane] = source[lane] }
    return value
  }
}
