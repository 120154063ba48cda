import Tensors

/// A tensor laid out as planes of its last two dimensions, side by side in 80 columns.
///
/// Only the layout: what stands in a cell is for the caller to say.
public struct Panels: Sendable {
  /// One plane: where its elements begin, and what it is called.
  public struct Plane: Hashable, Sendable {
    /// The indices of the dimensions before the last two.
    public let indices: [Int]
    /// Its first element, in row-major order.
    public let start: Int
  }

  /// Columns of a line.
  public static let lineWidth = 80
  /// Lines after which the rest is counted and not drawn.
  static let lineLimit = 60
  private static let gap = 3

  /// The sizes of the whole tensor.
  public let shape: Shape
  /// Rows of a plane.
  public let rows: Int
  /// Columns of a plane.
  public let columns: Int

  /// Makes the layout of a tensor.
  public init(_ shape: Shape) {
    self.shape = shape
    rows = shape.rank > 1 ? shape[shape.rank - 2] : 1
    columns = shape.rank > 0 ? shape[shape.rank - 1] : 1
  }

  /// The planes, in order.
  public var planes: [Plane] {
    guard rows * columns > 0 else { return [] }
    let leading = Array(shape.dimensions.dropLast(2))
    return (0..<shape.count / (rows * columns)).map { plane in
      var (rest, indices) = (plane, [Int]())
      for size in leading.reversed() {
        indices.insert(rest % size, at: 0)
        rest /= size
      }
      return Plane(indices: indices, start: plane * rows * columns)
    }
  }

  /// The planes as text.
  ///
  /// - Parameters:
  ///   - cellWidth: columns that a cell takes, the blank in front of it counted.
  ///   - title: what stands over a plane.
  ///   - cell: an element as text, which may hold colour and then is wider than it looks.
  /// - Returns: lines without a line feed at the end.
  public func text(
    cellWidth: Int, title: (Plane) -> String, cell: (Int) -> String
  ) -> String {
    let planes = planes
    let perBand = max(1, min(columns, Self.lineWidth / cellWidth))
    let titles = planes.map(title)
    let width = max(perBand * cellWidth, titles.map(\.count).max() ?? 0)
    let perLine = max(1, (Self.lineWidth + Self.gap) / (width + Self.gap))
    var lines: [String] = []
    var next = 0
    while next < planes.count, lines.count < Self.lineLimit {
      let row = next..<min(planes.count, next + perLine)
      if next > 0 { lines.append("") }
      if titles[row].contains(where: { !$0.isEmpty }) {
        lines.append(joined(titles[row].map { ($0, $0.count) }, width))
      }
      for band in stride(from: 0, to: columns, by: perBand) {
        if band > 0 { lines.append("") }
        let used = min(perBand, columns - band)
        for y in 0..<rows {
          lines.append(
            joined(
              planes[row].map { plane in
                let start = plane.start + y * columns + band
                return ((start..<start + used).map(cell).joined(), used * cellWidth)
              }, width))
        }
      }
      next = row.upperBound
    }
    if next < planes.count { lines.append("... \(planes.count - next) more panels") }
    return lines.joined(separator: "\n")
  }

  private func joined(_ cells: [(text: String, width: Int)], _ width: Int) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      line += cell.text
      guard index + 1 < cells.count else { break }
      line += String(repeating: " ", count: width - cell.width + Self.gap)
    }
    while line.last == " " { line.removeLast() }
    return line
  }
}

extension Panels.Plane {
  /// `[0, 1]`, nothing for the only plane.
  var title: String {
    indices.isEmpty ? "" : "[\(indices.map(String.init).joined(separator: ", "))]"
  }

  /// `filter 2`, or `filter 2, channel 1` where there are several channels.
  func filterTitle(of shape: Shape) -> String {
    guard let filter = indices.first else { return "" }
    guard shape.rank == 4, indices.count == 2 else { return "[\(filter)]" }
    return shape[1] == 1 ? "filter \(filter)" : "filter \(filter), channel \(indices[1])"
  }
}
