import Running
import Tensors

// Reports as drawings.
extension Report {
  /// What a drawing that is a file of its own lies on: a slide does not become dark with its reader's
  /// desktop.
  public enum Paper: Sendable {
    case light
    case dark

    /// The colours that a page defines itself, by name.
    var colours: [(name: String, colour: String)] {
      switch self {
      case .light:
        [("ink", "#1f2328"), ("faint", "#59636e"), ("line", "#d1d9e0"), ("masked", "#8250df")]
      case .dark:
        [("ink", "#e6edf3"), ("faint", "#9198a1"), ("line", "#3d444d"), ("masked", "#d2a8ff")]
      }
    }
  }

  /// The report as an SVG file for slides: pictures drawn, tables and texts as they print.
  ///
  /// - Parameters:
  ///   - options: how the numbers of a picture's legend print.
  ///   - paper: what it lies on.
  /// - Returns: the whole document, with a line feed at its end.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func svg(
    options: PrintOptions = PrintOptions(), on paper: Paper = .light
  ) throws -> String {
    var drawing = SVGDrawing()
    let margin = 8.0
    var top = margin
    for block in blocks {
      try Cancellation.check()
      if let picture = try block.drawing(options: options) {
        drawing.place(picture, margin, top)
        top += picture.height + 6
        continue
      }
      for line in try Report([block]).lines(options: options) {
        try Cancellation.check()
        let style = line.mark == .masked ? "masked" : "ink"
        drawing.text(line.text, margin, top + 13, class: style)
        top += SVGDrawing.lineHeight
      }
    }
    drawing.reserve(drawing.width + margin, top + 2)
    return drawing.svg(label: kind, on: paper) + "\n"
  }

  /// The style that a page needs for the drawings of ``html(options:)``; it defines the colours
  /// `--ink`, `--faint`, `--line` and `--masked` itself.
  public static let drawingStyle = SVGDrawing.style
}

extension Report.Block {
  /// The block as a drawing; nil for tables and texts.
  ///
  /// - Throws: `Cancelled`.
  func drawing(options: PrintOptions) throws -> SVGDrawing? {
    switch self {
    case .heatMap(let map): try map.drawing(options: options)
    case .tiles(let map): map.drawing()
    case .plot(let plot): try plot.drawing()
    case .text, .tensor, .table: nil
    }
  }
}
