import Running

/// A product with a row-major right operand, computed in panels of sixteen columns.
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

  /// Runs all panels.
  ///
  /// - Throws: ``Cancelled``.
  func run() throws {
    let panels = (columns + 15) / 16
    // Two that lie side by side are copied together: they share pages and cache lines.
    let group = panels >= 2 * Parallel.enoughTasks ? 2 : 1
    let groups = (panels + group - 1) / group
    let blocks = RowBlocks(rows: rows)
    let parts = max(1, min(Parallel.enoughTasks / max(1, groups), blocks.count / 4))
    try Parallel.forEach(groups * parts, work: rows * columns * depth) { task in
      let (first, part) = (task / parts * group, task % parts)
      let taken = first..<min(panels, first + group)
      // A column pitch of thousands of bytes would miss the cache at every term.
      try Scratch.withFloats(depth * 16 * group + 96) { packed in
        try pack(taken, to: packed)
        for panel in taken {
          let lines = packed + (panel - first) * depth * 16
          for block in blocks.count * part / parts..<blocks.count * (part + 1) / parts {
            try Cancellation.check()
            let first = blocks.first(block)
            switch blocks.size(block) {
            case 1: multiply(Tile<1>(), first, lines, panel)
            case 2: multiply(Tile<2>(), first, lines, panel)
            case 3: multiply(Tile<3>(), first, lines, panel)
            case 4: multiply(Tile<4>(), first, lines, panel)
            case 5: multiply(Tile<5>(), first, lines, panel)
            default: multiply(Tile<6>(), first, lines, panel)
            }
          }
        }
      }
    }
  }

  /// Copies sixteen columns for each panel, zeros past the last.
  private func pack(
    _ panels: Range<Int>, to target: UnsafeMutablePointer<Float>
  ) throws {
    let start = panels.lowerBound * 16
    if panels.count == 2, columns - start >= 32 {
      for term in 0..<depth {
        if term % 4096 == 0 { try Cancellation.check() }
        let source = right.pointer + term * columns + start
        let (line, next) = (target + term * 16, target + (depth + term) * 16)
        store8(vector(source), line)
        store8(vector(source + 8), line + 8)
        store8(vector(source + 16), next)
        store8(vector(source + 24), next + 8)
      }
    } else {
      for panel in panels { try pack(panel, to: target + (panel - panels.lowerBound) * depth * 16) }
    }
  }

  /// Copies sixteen columns, zeros past the last.
  private func pack(
    _ panel: Int, to target: UnsafeMutablePointer<Float>
  ) throws {
    let width = min(16, columns - panel * 16)
    if width < 16 { target.update(repeating: 0, count: depth * 16) }
    for term in 0..<depth {
      if term % 4096 == 0 { try Cancellation.check() }
      let source = right.pointer + term * columns + panel * 16
      let line = target + term * 16
      if width == 16 {
        store8(vector(source), line)
        store8(vector(source + 8), line + 8)
      } else {
        for column in 0..<width { line[column] = source[column] }
      }
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
    let width = min(16, columns - panel * 16)
    let target = result.pointer + first * columns + panel * 16
    if width == 16 {
      tile.store(target, target + 8, pitch: columns)
      return
    }
    let sums = packed + depth * 16
    tile.store(sums, sums + 8, pitch: 16)
    for row in 0..<size {
      for column in 0..<width { target[row * columns + column] = sums[row * 16 + column] }
    }
  }
}
