import CVectors
import Running

/// Windows of two by two side by side, the commonest: each element is read once, sixteen or eight
/// windows at a time.
extension MaxPooling {
  /// Elements of small planes that one task takes: handing out each would take longer.
  private static let taskLength = 1 << 13

  /// As ``forward(input:output:indices:shape:)``, where ``PoolingShape/isSquaresOfTwo`` and, unless
  /// vectors are wide, a row has at least eight windows.
  static func poolSquares(
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    indices: UnsafeMutablePointer<Int32>?, shape: PoolingShape, isWide: Bool
  ) throws {
    let (input, output, indices) = (Shared(input), Shared(output), Shared(indices))
    let together = max(1, taskLength / shape.inPlane)
    try Parallel.forEach((shape.planes + together - 1) / together, work: shape.work) { task in
      let first = task * together
      let squares = dpu_pooling(
        source: input.pointer + first * shape.inPlane, width: shape.width,
        planes: min(together, shape.planes - first), rows: shape.outHeight,
        columns: shape.outWidth, corner: 0, values: output.pointer + first * shape.outPlane,
        places: indices.pointer.map { $0 + first * shape.outPlane },
        source_pitch: shape.inPlane, value_pitch: shape.outPlane)
      try pool(squares, isWide: isWide)
    }
  }

  /// Some rows of windows between two looks at the flag.
  private static func pool(_ squares: dpu_pooling, isWide: Bool) throws {
    let length = max(1, lookLength / (squares.planes * squares.columns))
    for row in stride(from: 0, to: squares.rows, by: length) {
      try Cancellation.check()
      let corner = 2 * row * squares.width
      var part = squares
      part.source += corner
      part.corner = Int32(truncatingIfNeeded: corner)
      part.rows = min(length, squares.rows - row)
      part.values += row * squares.columns
      part.places = squares.places.map { $0 + row * squares.columns }
      if isWide {
        dpu_wide_max_pool(&part)
      } else if let places = part.places {
        poolEights(part, places)
      } else {
        // Compiled once more, without places.
        poolEights(part, nil)
      }
    }
  }

  /// Eight windows at a time; a row has at least so many.
  @inline(__always)
  private static func poolEights(_ given: dpu_pooling, _ places: UnsafeMutablePointer<Int32>?) {
    let width = Int32(truncatingIfNeeded: given.width)
    let steps = SIMD8<Int32>(0, 2, 4, 6, 8, 10, 12, 14) &+ given.corner
    for plane in 0..<given.planes {
      let source = given.source + plane * given.source_pitch
      for row in 0..<given.rows {
        for column in stride(from: 0, to: given.columns, by: 8) {
          // The last eight may begin among those before them.
          let start = min(column, given.columns - 8)
          let corner = 2 * (row * given.width + start)
          let (upper, lower) = (source + corner, source + corner + given.width)
          let place = steps &+ Int32(truncatingIfNeeded: corner)
          var largest = Largest(value: evens(upper), place: place)
          largest.take(odds(upper), at: place &+ 1)
          largest.take(evens(lower), at: place &+ width)
          largest.take(odds(lower), at: place &+ (width &+ 1))
          let target = plane * given.value_pitch + row * given.columns + start
          largest.store(given.values + target, places.map { $0 + target })
        }
      }
    }
  }
}

extension PoolingShape {
  /// Whether the windows are of two by two, side by side from the first element on, and a row of them
  /// is worth no look at the flag.
  var isSquaresOfTwo: Bool {
    rows.isPairs && columns.isPairs && outWidth <= MaxPooling.lookLength
  }
}

extension WindowAxis {
  fileprivate var isPairs: Bool { kernel == 2 && stride == 2 && padding == 0 && dilation == 1 }
}

/// Every other one of sixteen elements, from the first on.
@inline(__always)
private func evens(_ source: UnsafePointer<Float>) -> SIMD8<Float> {
  SIMD8(lowHalf: vector(source).evenHalf, highHalf: vector(source + 8).evenHalf)
}

/// Every other one of sixteen elements, from the second on.
@inline(__always)
private func odds(_ source: UnsafePointer<Float>) -> SIMD8<Float> {
  SIMD8(lowHalf: vector(source).oddHalf, highHalf: vector(source + 8).oddHalf)
}
