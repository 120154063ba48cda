extension TileMap {
  /// The picture as a drawing.
  func drawing() -> SVGDrawing {
    let (panels, element) = arrangement
    let picture = panels.drawing(
      largest: cellWidth == 1 ? 11 : 22,
      title: { (title(of: $0), "ink") },
      cell: { drawing, place, x, y, size in
        guard let element = element(place) else { return }
        let side = size > 6 ? size - 1 : size
        drawing.rectangle(x, y, side, side, class: tiles[element].style)
      })
    var drawing = SVGDrawing()
    if let captions {
      for (index, line) in captions.lines.enumerated() {
        drawing.text(line, 0, Double(index) * SVGDrawing.lineHeight + 13)
      }
    }
    let left = captions.map { Double($0.width + 2) * SVGDrawing.advance } ?? 0
    drawing.place(picture, left, 0)
    for (tile, text) in legend {
      let top = drawing.height
      if let tile { drawing.rectangle(1, top + 3, 13, 13, class: tile.style) }
      drawing.text(text, tile == nil ? 0 : 22, top + 13)
      drawing.reserve(0, top + SVGDrawing.lineHeight + 1)
    }
    return drawing
  }
}

extension TileMap.Tile {
  fileprivate var style: String {
    switch self {
    case .blank: "blank"
    case .kept: "kept"
    case .marked: "marked"
    }
  }
}
