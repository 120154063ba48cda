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

  /// Lines after which the rest is counted and not drawn.
  static let lineLimit = 60
  /// A wider plane is broken into so many bands; of one with more the middle is left out.
  static let bandLimit = 4
  /// Rows of a plane that are drawn where it has more: half from its beginning, half from its end.
  static let rowLimit = 48
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

  /// How many planes there are.
  private var planeCount: Int { rows * columns > 0 ? shape.count / (rows * columns) : 0 }

  /// Planes that could be drawn in one column each: there may be millions.
  private static let planeLimit = lineLimit * Report.lineWidth

  /// The planes in order, as many as could be drawn.
  var planes: [Plane] { (0..<min(planeCount, Self.planeLimit)).map(plane) }

  /// A plane, from 0.
  private func plane(_ number: Int) -> Plane {
    var (rest, indices) = (number, [Int]())
    for size in shape.dimensions.dropLast(2).reversed() {
      indices.insert(rest % size, at: 0)
      rest /= size
    }
    return Plane(indices: indices, start: number * rows * columns)
  }

  /// The planes as text.
  ///
  /// - Parameters:
  ///   - cellWidth: columns that a cell takes, the blank in front of it counted.
  ///   - title: what stands over a plane.
  ///   - choice: where not all planes have room, those that are worth it, and what is said of the others.
  ///   - cell: an element as text, which may hold colour and then is wider than it looks.
  /// - Returns: lines without a line feed at the end.
  public func text(
    cellWidth: Int, title: (Plane) -> String,
    choice: (isWorthwhile: (Plane) -> Bool, others: String)? = nil, cell: (Int) -> String
  ) -> String {
    var (lines, count) = drawn(planes, cellWidth, title, cell)
    guard count < planeCount else { return lines.joined(separator: "\n") }
    var rest = ""
    if let choice {
      var (chosen, others) = ([Plane](), 0)
      for number in 0..<planeCount {
        let plane = plane(number)
        if !choice.isWorthwhile(plane) {
          others += 1
        } else if chosen.count < Self.planeLimit {
          chosen.append(plane)
        }
      }
      if !chosen.isEmpty, others > 0 {
        (lines, count) = drawn(chosen, cellWidth, title, cell)
        rest = ", \(others == planeCount - count ? "all" : "\(others) of them") \(choice.others)"
      }
    }
    lines.append("... \(planeCount - count) more panels\(rest)")
    return lines.joined(separator: "\n")
  }

  /// The lines of planes, and how many had room.
  private func drawn(
    _ planes: [Plane], _ cellWidth: Int, _ title: (Plane) -> String, _ cell: (Int) -> String
  ) -> ([String], Int) {
    let bands = bands(cellWidth)
    let perBand = bands.map(\.count).max() ?? 1
    let shownRows = shownRows
    let titles = planes.map(title)
    let width = max(perBand * cellWidth, titles.map(\.count).max() ?? 0)
    let perLine = Self.perLine(width: width)
    var lines: [String] = []
    var next = 0
    while next < planes.count, lines.count < Self.lineLimit {
      let row = next..<min(planes.count, next + perLine)
      if next > 0 { lines.append("") }
      if titles[row].contains(where: { !$0.isEmpty }) {
        lines.append(joined(titles[row].map { ($0, $0.count) }, width))
      }
      for (index, band) in bands.enumerated() {
        if index > 0 { lines.append("") }
        if bands.count > 1 {
          lines.append(Self.label(band, after: index > 0 ? bands[index - 1] : nil))
        }
        for rows in shownRows {
          if rows.lowerBound > 0 {
            lines.append("... \(rows.lowerBound - shownRows[0].upperBound) rows")
          }
          for y in rows {
            lines.append(
              joined(
                planes[row].map { plane in
                  let start = plane.start + y * columns
                  return (band.map { cell(start + $0) }.joined(), band.count * cellWidth)
                }, width))
          }
        }
      }
      next = row.upperBound
    }
    return (lines, next)
  }

  /// How many panels of some columns stand beside each other.
  static func perLine(width: Int) -> Int { max(1, (Report.lineWidth + gap) / (width + gap)) }

  /// The columns that are drawn below each other: all, or of a wide plane the first and the last.
  private func bands(_ cellWidth: Int) -> [Range<Int>] {
    let width = max(1, Report.lineWidth / cellWidth)
    let starts = stride(from: 0, to: columns, by: width)
    let bands = starts.map { $0..<min($0 + width, columns) }
    guard bands.count > Self.bandLimit else { return bands }
    return [0..<width, columns - width..<columns]
  }

  /// The rows that are drawn: all, or of a high plane the first and the last.
  private var shownRows: [Range<Int>] {
    let half = Self.rowLimit / 2
    return rows > Self.rowLimit ? [0..<half, rows - half..<rows] : [0..<rows]
  }

  /// What stands over a band, and what was left out before it.
  private static func label(_ band: Range<Int>, after last: Range<Int>?) -> String {
    let skipped = band.lowerBound - (last?.upperBound ?? 0)
    return (skipped > 0 ? "... \(skipped) columns\n\n" : "")
      + "columns \(band.lowerBound) to \(band.upperBound - 1)"
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
  /// Makes a plane that is only to be named.
  public init(indices: [Int]) { self.init(indices: indices, start: 0) }

  /// `[0, 1]`, nothing for the only plane.
  public var title: String {
    indices.isEmpty ? "" : "[\(indices.map(String.init).joined(separator: ", "))]"
  }

  /// `filter 2`, or `filter 2, channel 1` where there are several channels.
  public func filterTitle(of shape: Shape) -> String {
    guard let filter = indices.first else { return "" }
    guard shape.rank == 4, indices.count == 2 else { return "[\(filter)]" }
    return shape[1] == 1 ? "filter \(filter)" : "filter \(filter), channel \(indices[1])"
  }
}
