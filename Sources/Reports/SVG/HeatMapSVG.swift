import Running
import Tensors

extension HeatMap {
  /// Elements up to which each one says its value where a pointer rests on it.
  private static let spokenLimit = 2048

  /// The picture as a drawing: blue below zero, red above, an empty square for exactly 0.
  ///
  /// - Parameter options: how numbers print.
  /// - Returns: the drawing with its scale.
  /// - Throws: `Cancelled`.
  func drawing(options: PrintOptions) throws -> SVGDrawing {
    try Cancellation.check()
    var hasMarks = false
    let isSpoken = tensor.count <= Self.spokenLimit
    let format = NumberFormat(tensor.elements.filter(\.isFinite), options: options)
    let panels = Panels(tensor.shape)
    var drawing = panels.drawing(
      title: { plane in
        let (title, mark) = caption(of: plane)
        return mark == .masked ? (title + " masked", "masked") : (title, "ink")
      },
      cell: { drawing, element, x, y, size in
        let value = tensor.elements[element]
        let side = size > 6 ? size - 1 : size
        let title = isSpoken ? "\(place(of: element)) \(format.text(of: value))" : nil
        if value.isNaN {
          drawing.rectangle(x, y, side, side, class: "zero", title: title)
          drawing.text("?", x + size / 2, y + size / 2 + 5, anchor: "middle")
        } else if value == 0 {
          drawing.rectangle(x, y, side, side, class: "zero", title: title)
        } else {
          drawing.rectangle(
            x, y, side, side, class: value < 0 ? "below" : "above",
            opacity: 0.15 + 0.85 * ratio(value).magnitude, title: title)
        }
        guard isMarked(element) else { return }
        hasMarks = true
        drawing.path(Self.cross(x, y, side), class: "cross")
      })
    guard tensor.count > 0 else { return drawing }
    drawing.place(scale(options), 0, drawing.height)
    if hasMaskedPanels {
      drawing.note("masked: a \(panelName) that mask or prune has switched off", class: "masked")
    }
    if hasMarks { drawing.note("crossed out: what mask or prune has switched off") }
    return drawing
  }

  private static func cross(_ x: Double, _ y: Double, _ side: Double) -> String {
    let number = SVGDrawing.number
    return "M\(number(x + 2)) \(number(y + 2))L\(number(x + side - 2)) \(number(y + side - 2))"
  }

  /// An element's indices, as they are written after a name.
  private func place(of element: Int) -> String {
    var (rest, indices) = (element, [String]())
    for size in tensor.shape.dimensions.reversed() {
      indices.insert("\(rest % size)", at: 0)
      rest /= size
    }
    return "[\(indices.joined(separator: ", "))]"
  }

  /// What the colours stand for.
  private func scale(_ options: PrintOptions) -> SVGDrawing {
    var drawing = SVGDrawing()
    let ends = NumberFormat([limit], options: options)
    let (first, last) = (ends.text(of: hasNegative ? -limit : 0), ends.text(of: limit))
    let left = Double(first.count + 1) * SVGDrawing.advance
    let levels = hasNegative ? -8...8 : 0...8
    drawing.text(first, 0, 13)
    for (index, level) in levels.enumerated() {
      let x = left + Double(index) * 14
      if level == 0 {
        drawing.rectangle(x, 3, 13, 13, class: "zero", title: "exactly 0")
      } else {
        drawing.rectangle(
          x, 3, 13, 13, class: level < 0 ? "below" : "above",
          opacity: 0.15 + 0.85 * Double(abs(level)) / 8)
      }
    }
    drawing.text(last, left + Double(levels.count) * 14 + SVGDrawing.advance, 13)
    drawing.reserve(0, 24)
    return drawing
  }
}
