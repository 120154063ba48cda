import Tensors

/// What a reader should see at once in a line, a row or a panel.
public enum Mark: Sendable {
  /// It belongs to what a mask or pruning has switched off.
  case masked
}

/// What is displayed, as data: blocks below each other. Renderers make text, colours or pages of it.
public struct Report: Sendable {
  /// Columns that a line has, where it is not the layout of a printed tensor.
  public static let lineWidth = 80

  /// A part of a report.
  public enum Block: Sendable {
    /// Lines as they are.
    case text(String)
    /// A tensor as PyTorch prints it, some of its slices marked.
    case tensor(PrintedTensor, marks: [Mark?])
    /// Rows of cells.
    case table(Table)
    /// A picture of a tensor.
    case heatMap(HeatMap)
    /// A picture of a mask, or of a group.
    case tiles(TileMap)
    /// Series of numbers over an axis.
    case plot(Plot)
  }

  /// The parts, first to last.
  public private(set) var blocks: [Block]

  /// Makes a report of parts.
  public init(_ blocks: [Block]) { self.blocks = blocks }

  /// Adds a part.
  public mutating func append(_ block: Block) { blocks.append(block) }

  /// Adds the parts of another report, right below a title if there is one, and after a blank line
  /// where there is something before them.
  public mutating func append(_ other: Report, under title: String? = nil) {
    if !blocks.isEmpty { blocks.append(.text("")) }
    if let title { blocks.append(.text(title)) }
    blocks += other.blocks
  }

  /// What kind of value it is, in words.
  public var kind: String {
    switch blocks.first {
    case .heatMap: "a heat map"
    case .tiles: "a picture"
    case .plot: "a plot"
    default: "a table"
    }
  }
}
