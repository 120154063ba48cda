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
  public func text(options: PrintOptions = PrintOptions()) -> String {
    blocks.map { block in
      switch block {
      case .text(let text): text
      case .tensor(let printed, _): printed.text
      case .table(let table): table.text
      case .heatMap(let map): map.rendered(options: options)
      }
    }.joined(separator: "\n")
  }

  /// The report as lines with marks.
  ///
  /// - Parameters:
  ///   - options: how the numbers of a picture's legend print.
  ///   - swatches: what draws the cells of a picture, characters unless it is given.
  /// - Returns: the lines, top to bottom.
  public func lines(
    options: PrintOptions = PrintOptions(), swatches: HeatMap.Swatches? = nil
  ) -> [Line] {
    blocks.flatMap { block -> [Line] in
      switch block {
      case .text(let text): Self.lines(of: text) { _ in nil }
      case .table(let table): table.lines
      case .heatMap(let map):
        Self.lines(of: map.rendered(options: options, swatches: swatches)) { _ in nil }
      case .tensor(let printed, let marks):
        Self.lines(of: printed.text) { line in
          zip(printed.slices, marks).first { $0.0.contains(line) }?.1
        }
      }
    }
  }

  private static func lines(of text: String, _ mark: (Int) -> Mark?) -> [Line] {
    text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
      Line(text: String($0.element), mark: mark($0.offset))
    }
  }
}
