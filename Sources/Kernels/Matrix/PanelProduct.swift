import CVectors
import Running

/// A product with a row-major right operand, computed in panels of columns.
struct PanelProduct: Sendable {
  let left: Shared<UnsafePointer<Float>>
  /// Elements of the left operand from one row, and from one term, to the next.
  let rowPitch: Int
  let depthPitch: Int
  let right: Shared<UnsafePointer<Float>>
  let result: Shared<UnsafeMutablePointer<Float>>
  let rows: Int
  let columns: Int
  let depth: Int
  /// What is added last to each row's sums, where something is: 0 for all without a pointer.
  var shifts: Shared<UnsafePointer<Float>?>?
  private let isWide = VectorWidth.isWide

  /// The most rows whose sums are computed together: as many as the registers take where their factors
  /// lie side by side.
  private var rowsAtOnce: Int { RowBlocks.most(isWide: isWide && rowPitch == 1) }

  /// Columns of a panel: two vectors.
  private var width: Int { isWide ? 32 : 16 }

  /// Runs all panels.
  ///
  /// - Throws: ``Cancelled``.
  func run() throws {
    let panels = (columns + width - 1) / width
    // So many that lie side by side are copied together: they share pages and cache lines.
    let group = !isWide && panels >= 2 * Parallel.enoughTasks ? 2 : 1
    let groups = (panels + group - 1) / group
    let blocks = RowBlocks(rows: rows, limit: rowsAtOnce)
    let parts = max(1, min(Parallel.enoughTasks / max(1, groups), blocks.count / 4))
    try Parallel.forEach(groups * parts, work: rows * columns * depth) { task in
      let (first, part) = (task / parts * group, task % parts)
      let taken = first..<min(panels, first + group)
      // A column pitch of thousands of bytes would miss the cache at every term.
      try Scratch.withFloats((depth * group + rowsAtOnce) * width) { packed in
        try pack(taken, to: packed)
        for panel in taken {
          let lines = packed + (panel - first) * depth * width
          for block in blocks.count * part / parts..<blocks.count * (part + 1) / parts {
            try Cancellation.check()
            let first = blocks.first(block)
            multiply(blocks.size(block), first, lines, panel)
            if let shifts { add(shifts.pointer, first..<first + blocks.size(block), panel) }
          }
        }
      }
    }
  }

  /// Adds to the sums of a panel.
  private func add(_ shifts: UnsafePointer<Float>?, _ rows: Range<Int>, _ panel: Int) {
    for row in rows {
      let (line, shift) = (result.pointer + row * columns, shifts?[row] ?? 0)
      for column in panel * width..<min(columns, (panel + 1) * width) { line[column] += shift }
    }
  }

  /// Copies the columns of each panel, zeros past the last.
  private func pack(
    _ panels: Range<Int>, to target: UnsafeMutablePointer<Float>
  ) throws {
    let start = panels.lowerBound * width
    if panels.count == 2, columns - start >= 32 {
      try copy(start, to: target, target + depth * 16, pitch: 16)
    } else {
      for panel in panels {
        try pack(panel, to: target + (panel - panels.lowerBound) * depth * width)
      }
    }
  }

  /// Copies 32 columns to two lines of sixteen for each term.
  private func copy(
    _ start: Int, to left: UnsafeMutablePointer<Float>, _ right: UnsafeMutablePointer<Float>,
    pitch: Int
  ) throws {
    for term in 0..<depth {
      if term % 4096 == 0 { try Cancellation.check() }
      let source = self.right.pointer + term * columns + start
      let (line, next) = (left + term * pitch, right + term * pitch)
      store8(vector(source), line)
      store8(vector(source + 8), line + 8)
      store8(vector(source + 16), next)
      store8(vector(source + 24), next + 8)
    }
  }

  /// Copies the columns of a panel, zeros past the last.
  private func pack(
    _ panel: Int, to target: UnsafeMutablePointer<Float>
  ) throws {
    let taken = min(width, columns - panel * width)
    if taken == 32 { return try copy(panel * 32, to: target, target + 16, pitch: 32) }
    if taken < width { target.update(repeating: 0, count: depth * width) }
    for term in 0..<depth {
      if term % 4096 == 0 { try Cancellation.check() }
      let source = right.pointer + term * columns + panel * width
      let line = target + term * width
      if taken == 16 {
        store8(vector(source), line)
        store8(vector(source + 8), line + 8)
      } else {
        for column in 0..<taken { line[column] = source[column] }
      }
    }
  }

  private func multiply(
    _ size: Int, _ first: Int, _ packed: UnsafeMutablePointer<Float>, _ panel: Int
  ) {
    if isWide { return multiplyWide(size, first, packed, panel) }
    switch size {
    case 1: multiply(Tile<1>(), first, packed, panel)
    case 2: multiply(Tile<2>(), first, packed, panel)
    case 3: multiply(Tile<3>(), first, packed, panel)
    case 4: multiply(Tile<4>(), first, packed, panel)
    case 5: multiply(Tile<5>(), first, packed, panel)
    default: multiply(Tile<6>(), first, packed, panel)
    }
  }

  @inline(__always)
  private func multiply<let size: Int>(
    _ zero: Tile<size>, _ first: Int, _ packed: UnsafeMutablePointer<Float>, _ panel: Int
  ) {
    var tile = zero
    var (factor, line) = (left.pointer + first * rowPitch, UnsafePointer(packed))
    for _ in 0..<depth {
      tile.add(factor, pitch: rowPitch, vector(line), vector(line + 8))
      factor += depthPitch
      line += 16
    }
    let target = result.pointer + first * columns + panel * 16
    if columns - panel * 16 >= 16 {
      tile.store(target, target + 8, pitch: columns)
    } else {
      let sums = packed + depth * 16
      tile.store(sums, sums + 8, pitch: 16)
      copy(sums, rows: size, to: target, columns - panel * 16)
    }
  }

  private func multiplyWide(
    _ size: Int, _ first: Int, _ packed: UnsafeMutablePointer<Float>, _ panel: Int
  ) {
    let target = result.pointer + first * columns + panel * 32
    let isWhole = columns - panel * 32 >= 32
    let sums = isWhole ? target : packed + depth * 32
    WideProducts(
      factors: left.pointer + first * rowPitch, rowPitch: rowPitch, depthPitch: depthPitch,
      first: packed, second: packed + 16, linePitch: 32, depth: depth
    ).add(rows: size, to: sums, sums + 16, pitch: isWhole ? columns : 32)
    if !isWhole { copy(sums, rows: size, to: target, columns - panel * 32) }
  }

  /// Copies the columns of a panel that the result has.
  private func copy(
    _ sums: UnsafePointer<Float>, rows: Int, to target: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    for row in 0..<rows {
      for column in 0..<count { target[row * columns + column] = sums[row * width + column] }
    }
  }
}
