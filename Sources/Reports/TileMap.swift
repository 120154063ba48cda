import Tensors

/// A weight's elements as tiles in its own layout: what a mask keeps and what not, or which elements
/// form a group.
///
/// As a ``HeatMap`` it is data; characters draw it in recorded text, swatches at a terminal.
public struct TileMap: Sendable {
  /// What an element is.
  public enum Tile: Sendable {
    /// Switched off, or not spoken of.
    case blank
    /// What takes part.
    case kept
    /// One of a group that goes as one.
    case marked

    /// What draws it in text.
    var character: Character {
      switch self {
      case .blank: "."
      case .kept: "#"
      case .marked: "o"
      }
    }

    /// Its shade among some for each sign.
    func level(of levels: Int) -> Int {
      switch self {
      case .blank: 0
      case .kept: -levels
      case .marked: levels
      }
    }
  }

  /// How a weight `[OUT, IN, KH, KW]` is laid out; one without kernels always is a matrix.
  public enum Layout: Sendable {
    /// A panel for each filter, the kernels side by side; where they have no room, one for each.
    case panels
    /// OUT × IN·KH·KW: a row is a filter.
    case matrix
  }

  /// What to say below a picture of the matrix.
  public static let matrixNote = "the matrix OUT × IN·KH·KW: a row is a filter"

  /// Lines that a picture with wide tiles may take: with its legend it still fits on a screen.
  private static let roomyLines = 16
  /// Columns between a picture and what stands on its left.
  private static let gap = 2

  private let shape: Shape
  let tiles: [Tile]
  private let layout: Layout
  let cellWidth: Int
  private let hasTitles: Bool
  let captions: (lines: [String], width: Int)?
  let legend: [(tile: Tile?, text: String)]

  /// Makes a picture.
  ///
  /// - Parameters:
  ///   - shape: the weight's shape.
  ///   - tiles: what each element is, in row-major order.
  ///   - layout: how they are laid out.
  ///   - isSmall: whether a tile is one column wide; otherwise it is where two have no room.
  ///   - hasTitles: whether panels are named.
  ///   - captions: lines on the left of the picture, and how wide their column is.
  ///   - legend: lines below the picture, each with the tile that it speaks of.
  public init(
    _ shape: Shape, tiles: [Tile], layout: Layout = .panels, isSmall: Bool = false,
    hasTitles: Bool = true, captions: (lines: [String], width: Int)? = nil,
    legend: [(tile: Tile?, text: String)] = []
  ) {
    precondition(tiles.count == shape.count)
    (self.shape, self.tiles, self.hasTitles) = (shape, tiles, hasTitles)
    (self.captions, self.legend) = (captions, legend)
    let hasKernels = shape.rank == 4 && shape[2] * shape[3] > 1
    self.layout = hasKernels ? layout : .matrix
    let isRoomy = !isSmall && Self.lines(of: shape, self.layout, 2) <= Self.roomyLines
    cellWidth = isRoomy ? 2 : 1
  }

  /// The picture with its legend.
  ///
  /// - Parameter swatches: what draws the tiles, characters unless it is given.
  /// - Returns: lines without a line feed at the end.
  public func rendered(swatches: HeatMap.Swatches? = nil) -> String {
    let blanks = String(repeating: " ", count: cellWidth - 1)
    func drawn(_ tile: Tile, _ text: String) -> String? {
      swatches.map { $0.draw(text, tile.level(of: $0.levels)) }
    }
    let (panels, element) = arrangement
    let picture = panels.text(
      cellWidth: cellWidth,
      title: title(of:),
      cell: { place in
        guard let element = element(place) else { return " " + blanks }
        let tile = tiles[element]
        return drawn(tile, " " + blanks) ?? "\(tile.character)\(blanks)"
      })
    let below = legend.map { tile, text in
      tile.map { (drawn($0, "  ") ?? "\($0.character)") + "  " + text } ?? text
    }
    return (beside(picture) + (below.isEmpty ? [] : [""] + below)).joined(separator: "\n")
  }

  /// What stands over a panel.
  func title(of plane: Panels.Plane) -> String {
    guard hasTitles, layout == .panels, !plane.indices.isEmpty else { return "" }
    return plane.indices.count > 1 ? plane.filterTitle(of: shape) : "filter \(plane.indices[0])"
  }

  /// The picture's lines, with the captions on their left.
  private func beside(_ picture: String) -> [String] {
    let lines = picture.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let captions else { return lines }
    return (0..<max(lines.count, captions.lines.count)).map { index in
      let caption = index < captions.lines.count ? captions.lines[index] : ""
      guard index < lines.count, !lines[index].isEmpty else { return caption }
      let padding = max(0, captions.width + Self.gap - caption.count)
      return caption + String(repeating: " ", count: padding) + lines[index]
    }
  }

  /// Panels, and the weight's element at a place in them; nil between two kernels.
  var arrangement: (panels: Panels, element: (Int) -> Int?) {
    guard layout == .panels else {
      let rows = shape.rank > 0 ? shape[0] : 1
      return (Panels([rows, shape.count / max(1, rows)]), { $0 })
    }
    let (channels, height, width) = (shape[1], shape[2], shape[3])
    let columns = Self.columns(of: shape)
    guard columns * cellWidth <= Report.lineWidth else { return (Panels(shape), { $0 }) }
    return (
      Panels([shape[0], height, columns]),
      { place in
        let (line, x) = place.quotientAndRemainder(dividingBy: columns)
        let (channel, column) = x.quotientAndRemainder(dividingBy: width + 1)
        guard column < width else { return nil }
        let (filter, row) = line.quotientAndRemainder(dividingBy: height)
        return ((filter * channels + channel) * height + row) * width + column
      }
    )
  }

  /// Whether a weight can be drawn whole, with the smallest tiles.
  public static func hasRoom(for shape: Shape, _ layout: Layout) -> Bool {
    let hasKernels = shape.rank == 4 && shape[2] * shape[3] > 1
    return lines(of: shape, hasKernels ? layout : .matrix, 1) <= Panels.lineLimit
  }

  /// Columns of a filter's kernels side by side, one left free between two.
  private static func columns(of shape: Shape) -> Int { shape[1] * (shape[3] + 1) - 1 }

  /// Lines that the picture takes with tiles of some width; too many where it has no room.
  private static func lines(of shape: Shape, _ layout: Layout, _ cellWidth: Int) -> Int {
    switch layout {
    case .matrix:
      let rows = shape.rank > 0 ? shape[0] : 1
      return shape.count / max(1, rows) * cellWidth <= Report.lineWidth ? rows : .max
    case .panels:
      let width = columns(of: shape) * cellWidth
      guard width <= Report.lineWidth else { return .max }
      let perLine = Panels.perLine(width: max(width, "filter 10".count))
      return (shape[0] + perLine - 1) / perLine * (shape[2] + 2) - 1
    }
  }
}
