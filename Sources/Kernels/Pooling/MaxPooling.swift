import Running

/// Largest values under a window (PyTorch's `max_pool2d`) and their gradient.
public enum MaxPooling {
  /// Outputs between two looks at whether to stop.
  static let lookLength = 1 << 16

  /// Writes the largest value under each window and where it is.
  ///
  /// The first of equal values in the order of rows wins; of NaNs the last one. A window that, with
  /// dilation, has no tap but in the padding gives −infinity at −1.
  ///
  /// - Parameters:
  ///   - input: `[planes, height, width]`.
  ///   - output: `[planes, outHeight, outWidth]`; overwritten.
  ///   - indices: as the output: row · width + column in the input plane; overwritten. None where
  ///     nobody asks.
  ///   - shape: the sizes, already validated.
  /// - Throws: ``Cancelled``; the output is then undefined.
  public static func forward(
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    indices: UnsafeMutablePointer<Int32>?, shape: PoolingShape
  ) throws {
    let isWide = VectorWidth.isWide
    if shape.isSquaresOfTwo, isWide || shape.outWidth >= 8 {
      return try poolSquares(
        input: input, output: output, indices: indices, shape: shape, isWide: isWide)
    }
    let (input, output, indices) = (Shared(input), Shared(output), Shared(indices))
    let work = shape.work
    // Narrow planes without padding go through eight windows at a time whatever row they are in.
    let vectors = shape.vectorColumns
    let isNarrow = shape.rows.padding == 0 && shape.columns.padding == 0 && vectors.isEmpty
    let corners = isNarrow ? try shape.corners() : []
    try Parallel.forEach(shape.planes, work: work) { plane in
      let source = input.pointer + plane * shape.inPlane
      let values = output.pointer + plane * shape.outPlane
      let places = indices.pointer.map { $0 + plane * shape.outPlane }
      if isNarrow { try poolWhole(source, values, places, corners, shape) }
      let done = isNarrow ? shape.outPlane / 8 * 8 : 0
      try shape.forEachStretch(from: done) { y, columns in
        try pool(
          y, columns, vectors, source, values + y * shape.outWidth,
          places.map { $0 + y * shape.outWidth }, shape)
      }
    }
  }

  /// Writes the gradient of the input: each upstream value added where its largest value was.
  ///
  /// - Parameters:
  ///   - upstream: the gradient of the output.
  ///   - indices: what the forward pass wrote.
  ///   - gradient: as the input; overwritten.
  ///   - shape: the sizes, already validated.
  /// - Throws: ``Cancelled``; the gradient is then undefined.
  public static func gradient(
    upstream: UnsafePointer<Float>, indices: UnsafePointer<Int32>,
    gradient: UnsafeMutablePointer<Float>, shape: PoolingShape
  ) throws {
    let (upstream, indices, gradient) = (Shared(upstream), Shared(indices), Shared(gradient))
    let work = shape.planes * (shape.outPlane + shape.inPlane) * 4
    try Parallel.forEach(shape.planes, work: work) { plane in
      let target = gradient.pointer + plane * shape.inPlane
      let values = upstream.pointer + plane * shape.outPlane
      let places = indices.pointer + plane * shape.outPlane
      try Cancellation.forEachPiece(of: shape.inPlane) { piece in
        (target + piece.lowerBound).update(repeating: 0, count: piece.count)
      }
      for start in stride(from: 0, to: shape.outPlane, by: Self.lookLength) {
        try Cancellation.check()
        for index in start..<min(shape.outPlane, start + Self.lookLength) {
          if places[index] >= 0 { target[Int(places[index])] += values[index] }
        }
      }
    }
  }

  private static func pool(
    _ y: Int, _ outputs: Range<Int>, _ vectors: Range<Int>, _ plane: UnsafePointer<Float>,
    _ values: UnsafeMutablePointer<Float>, _ places: UnsafeMutablePointer<Int32>?,
    _ shape: PoolingShape
  ) throws {
    let rows = shape.rows.inside(y)
    let isLong = shape.hasLongWindows
    var x = outputs.lowerBound
    while x < outputs.upperBound {
      if let start = shape.vectorStart(x, in: vectors), !rows.isEmpty {
        try poolEight(start, rows, plane, values + start, places.map { $0 + start }, shape)
        x = start + 8
        continue
      }
      let columns = shape.columns.inside(x)
      let isEmpty = rows.isEmpty || columns.isEmpty
      var place = isEmpty ? -1 : rows.lowerBound * shape.width + columns.lowerBound
      var largest = -Float.infinity
      var row = rows.lowerBound
      while row < rows.upperBound {
        if isLong { try Cancellation.check() }
        var column = columns.lowerBound
        while column < columns.upperBound {
          let value = plane[row * shape.width + column]
          if value > largest || value.isNaN {
            largest = value
            place = row * shape.width + column
          }
          column += shape.columns.dilation
        }
        row += shape.rows.dilation
      }
      values[x] = largest
      places?[x] = Int32(truncatingIfNeeded: place)
      x += 1
    }
  }

  /// Eight neighbouring windows that lie within the row.
  @inline(__always)
  private static func poolEight(
    _ x: Int, _ rows: Range<Int>, _ plane: UnsafePointer<Float>,
    _ values: UnsafeMutablePointer<Float>, _ places: UnsafeMutablePointer<Int32>?,
    _ shape: PoolingShape
  ) throws {
    let columns = shape.columns
    let isLong = shape.hasLongWindows
    let left = x * columns.stride - columns.padding
    let corner = Int32(truncatingIfNeeded: rows.lowerBound * shape.width + left)
    let step = SIMD8<Int32>(0, 1, 2, 3, 4, 5, 6, 7) &* Int32(truncatingIfNeeded: columns.stride)
    var largest = Largest(place: step &+ corner)
    var row = rows.lowerBound
    while row < rows.upperBound {
      if isLong { try Cancellation.check() }
      for tap in 0..<columns.kernel {
        let start = row * shape.width + left + tap * columns.dilation
        largest.take(
          everyOther(plane + start, columns.stride),
          at: step &+ Int32(truncatingIfNeeded: start))
      }
      row += shape.rows.dilation
    }
    largest.store(values, places)
  }

  /// A plane without padding, whose windows are all whole: eight at a time across the ends of rows.
  /// The last few, if not eight, are left out.
  private static func poolWhole(
    _ plane: UnsafePointer<Float>, _ values: UnsafeMutablePointer<Float>,
    _ places: UnsafeMutablePointer<Int32>?, _ corners: UnsafePointer<Int32>, _ shape: PoolingShape
  ) throws {
    let length = max(8, Cancellation.piece / shape.windowWork / 8 * 8)
    for first in stride(from: 0, to: shape.outPlane - 7, by: 8) {
      if first % length == 0 { try Cancellation.check() }
      let corner = UnsafeRawPointer(corners + first).loadUnaligned(as: SIMD8<Int32>.self)
      var largest = Largest(place: corner)
      for y in 0..<shape.rows.kernel {
        for x in 0..<shape.columns.kernel {
          let tap = y * shape.rows.dilation * shape.width + x * shape.columns.dilation
          largest.take(
            gather(plane + tap, corners + first),
            at: corner &+ Int32(truncatingIfNeeded: tap))
        }
      }
      largest.store(values + first, places.map { $0 + first })
    }
  }
}

extension PoolingShape {
  /// The place of each window's first element, where nothing is padded.
  ///
  /// - Throws: ``OutOfMemory``, ``Cancelled``.
  fileprivate func corners() throws -> [Int32] {
    try Memory.borrow(bytes: outPlane * MemoryLayout<Int32>.stride)
    return try Memory.array(claimed: outPlane) { target in
      try Cancellation.forEachPiece(of: outPlane) { piece in
        for place in piece {
          let (y, x) = place.quotientAndRemainder(dividingBy: outWidth)
          (target + place).initialize(
            to: Int32(truncatingIfNeeded: y * rows.stride * width + x * columns.stride))
        }
      }
    }
  }
}

/// The largest values so far in eight lanes, and their places.
struct Largest {
  var value = SIMD8<Float>(repeating: -.infinity)
  var place: SIMD8<Int32>

  @inline(__always)
  mutating func take(_ other: SIMD8<Float>, at otherPlace: SIMD8<Int32>) {
    let wins = (other .> value) .| (other .!= other)
    value.replace(with: other, where: wins)
    place.replace(with: otherPlace, where: wins)
  }

  @inline(__always)
  func store(_ values: UnsafeMutablePointer<Float>, _ places: UnsafeMutablePointer<Int32>?) {
    store8(value, values)
    guard let places else { return }
    UnsafeMutableRawPointer(places).storeBytes(of: place, as: SIMD8<Int32>.self)
  }
}

/// Eight elements from eight places.
@inline(__always)
func gather(_ source: UnsafePointer<Float>, _ places: UnsafePointer<Int32>) -> SIMD8<Float> {
  SIMD8(
    source[Int(places[0])], source[Int(places[1])], source[Int(places[2])], source[Int(places[3])],
    source[Int(places[4])], source[Int(places[5])], source[Int(places[6])], source[Int(places[7])])
}

/// Eight elements, `step` 1 or 2 apart; nothing past the last of them is read.
@inline(__always)
func everyOther(_ source: UnsafePointer<Float>, _ step: Int) -> SIMD8<Float> {
  let low = vector(source)
  guard step == 2 else { return low }
  return SIMD8(lowHalf: low.evenHalf, highHalf: vector(source + 7).oddHalf)
}
