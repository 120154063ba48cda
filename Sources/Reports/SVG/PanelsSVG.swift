import Tensors

extension Panels {
  /// Elements after which the rest is counted and not drawn.
  static let drawnLimit = 16_384
  /// How wide a drawing is at most, where its panels are not wider.
  static let drawnWidth = 720.0
  /// Room between panels.
  static let drawnGap = 18.0

  /// The planes as a drawing, side by side as far as there is room.
  ///
  /// - Parameters:
  ///   - largest: the size of an element's square where there is room.
  ///   - title: what stands over a plane, and its class.
  ///   - cell: draws an element in the square of a size at a place.
  /// - Returns: the drawing; a line below it says what was left out.
  func drawing(
    largest: Double = 22,
    title: (Plane) -> (text: String, style: String),
    cell: (_ drawing: inout SVGDrawing, _ element: Int, _ x: Double, _ y: Double, _ size: Double)
      -> Void
  ) -> SVGDrawing {
    var drawing = SVGDrawing()
    guard rows * columns > 0 else { return drawing }
    let (height, width) = (min(rows, Self.drawnSide), min(columns, Self.drawnSide))
    // Squares of small planes are easy to point at, those of large ones can still be seen.
    let size = max(4, min(largest, (Self.drawnWidth / Double(width)).rounded(.down)))
    let planes = planes.prefix(max(1, Self.drawnLimit / (height * width)))
    let titles = planes.map(title)
    let titleWidth = titles.map { Double($0.text.count) * SVGDrawing.advance }.max() ?? 0
    let step = max(Double(width) * size, titleWidth) + Self.drawnGap
    let perLine = max(1, Int((Self.drawnWidth + Self.drawnGap) / step))
    let titleHeight = titles.allSatisfy(\.text.isEmpty) ? 0 : SVGDrawing.lineHeight
    let lineStep = titleHeight + Double(height) * size + Self.drawnGap
    for (index, plane) in planes.enumerated() {
      let (line, place) = index.quotientAndRemainder(dividingBy: perLine)
      let (left, top) = (Double(place) * step + 1, Double(line) * lineStep + 1)
      drawing.text(titles[index].text, left, top + 12, class: titles[index].style)
      for y in 0..<height {
        for x in 0..<width {
          cell(
            &drawing, plane.start + y * columns + x, left + Double(x) * size,
            top + titleHeight + Double(y) * size, size)
        }
      }
    }
    drawing.reserve(0, Double((planes.count + perLine - 1) / perLine) * lineStep)
    if height < rows || width < columns {
      drawing.note("the first \(height) x \(width) of \(rows) x \(columns) elements")
    }
    let rest = shape.count / (rows * columns) - planes.count
    if rest > 0 { drawing.note("... \(rest) more panel\(rest == 1 ? "" : "s")") }
    return drawing
  }

  /// Rows and columns of a plane that are drawn at most.
  private static let drawnSide = 128
}

extension SVGDrawing {
  /// A line of text below all that is there.
  mutating func note(_ text: String, class style: String = "ink") {
    let top = height
    self.text(text, 0, top + 13, class: style)
    reserve(0, top + Self.lineHeight)
  }
}
