import Running
import Tensors

// Reports as lines of text: what is recorded, and what a terminal colours.
extension Report {
  /// A line as it is shown.
  public struct Line: Sendable {
    /// The line, without its end.
    public let text: String
    /// What a reader should see at once in it.
    public let mark: Mark?
  }

  /// The report as text: what is recorded and compared.
  ///
  /// - Parameter options: how the numbers of a picture's legend print.
  /// - Returns: lines without a line feed at the end.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func text(options: PrintOptions = PrintOptions()) throws -> String {
    var text = ""
    for (index, block) in blocks.enumerated() {
      if index > 0 { try Cancellation.check() }
      let part =
        switch block {
        case .text(let text): text
        case .tensor(let printed, _): printed.text
        case .table(let table): try table.text
        case .heatMap(let map): try map.rendered(options: options)
        case .tiles(let map): map.rendered()
        case .plot(let plot): try plot.lines().joined(separator: "\n")
        }
      // The first part may be large: it is taken as it is.
      if index == 0 { text = part } else { text += "\n" + part }
    }
    return text
  }

  /// The report as lines with marks.
  ///
  /// - Parameters:
  ///   - options: how the numbers of a picture's legend print.
  ///   - swatches: what draws the cells of a picture, characters unless it is given.
  ///   - medium: what plots are drawn on.
  /// - Returns: the lines, top to bottom.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func lines(
    options: PrintOptions = PrintOptions(), swatches: HeatMap.Swatches? = nil,
    medium: Plot.Medium = .file
  ) throws -> [Line] {
    try blocks.flatMap { block -> [Line] in
      switch block {
      case .text(let text): try Self.lines(of: text)
      case .table(let table): try table.lines
      case .heatMap(let map):
        try Self.lines(of: try map.rendered(options: options, swatches: swatches))
      case .tiles(let map): try Self.lines(of: map.rendered(swatches: swatches))
      case .plot(let plot): try plot.lines(on: medium).map { Line(text: $0, mark: nil) }
      case .tensor(let printed, let marks):
        try Self.lines(of: printed.text, slices: printed.slices, marks: marks)
      }
    }
  }

  /// The lines of a text.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - slices: ranges of its lines, in order, that have a mark.
  ///   - marks: a mark for each of these, as many as there are.
  /// - Returns: the lines with their marks.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  private static func lines(
    of text: String, slices: [Range<Int>] = [], marks: [Mark?] = []
  ) throws -> [Line] {
    var lines: [Line] = []
    var rest = text.utf8[...]
    var slice = 0
    while true {
      try Cancellation.check()
      let end = rest.firstIndex(of: 0x0a)
      while slice < slices.count, slices[slice].upperBound <= lines.count { slice += 1 }
      let isMarked =
        slice < min(slices.count, marks.count) && slices[slice].contains(lines.count)
      try Memory.append(
        Line(
          text: String(text[rest.startIndex..<(end ?? rest.endIndex)]),
          mark: isMarked ? marks[slice] : nil), to: &lines)
      guard let end else { return lines }
      rest = rest[rest.index(after: end)...]
    }
  }
}
