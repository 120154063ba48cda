import Running
import Tensors

/// A tensor as a picture: what is known of it, whatever it is drawn with.
///
/// Drawing is a pure function, ``rendered(options:swatches:)``. Recorded text uses shades of
/// characters; which colours there are is for whoever shows it to know.
public struct HeatMap: Sendable {
  /// How cells are drawn by something other than characters.
  public struct Swatches: Sendable {
    /// How many shades there are for each sign, besides that of exactly 0.
    public let levels: Int
    /// Draws a text in a shade, from -``levels`` to ``levels``.
    public let draw: @Sendable (_ text: String, _ level: Int) -> String

    /// Makes them.
    public init(levels: Int, draw: @escaping @Sendable (_ text: String, _ level: Int) -> String) {
      self.levels = levels
      self.draw = draw
    }
  }

  /// Shades from next to nothing to the largest magnitude.
  static let shades: [Character] = Array(".:;ox%#@")

  /// What is shown.
  public let tensor: Tensor
  /// What each panel is called, and its mark, by the panel's first element.
  private let panels: [Int: (title: String, mark: Mark?)]

  /// A tensor of the same shape whose zeros mark single elements; nil where none are marked.
  private let mask: Tensor?
  /// What a marked panel is.
  let panelName: String

  /// The largest finite magnitude: where the scale ends.
  public let limit: Float
  /// Whether there are values below zero: the scale then begins at -``limit``.
  public let hasNegative: Bool

  /// Makes a picture.
  ///
  /// - Parameters:
  ///   - tensor: what is shown.
  ///   - title: what a panel is called.
  ///   - mark: what a reader should see at once in a panel.
  ///   - panelName: what a marked panel is called below the picture.
  ///   - mask: a tensor of the same shape; where it has zeros, elements are marked, if their panel is
  ///     not.
  /// - Throws: `Cancelled`.
  public init(
    _ tensor: Tensor, title: (Panels.Plane) -> String,
    mark: (Panels.Plane) -> Mark? = { _ in nil }, panelName: String = "filter",
    mask: Tensor? = nil
  ) throws {
    precondition(mask.map { $0.shape == tensor.shape } ?? true)
    (self.tensor, self.panelName, self.mask) = (tensor, panelName, mask)
    panels = Panels(tensor.shape).planes.reduce(into: [:]) { panels, plane in
      panels[plane.start] = (title(plane), mark(plane))
    }
    var (limit, hasNegative) = (0 as Float, false)
    try Cancellation.forEachPiece(of: tensor.count) { piece in
      for value in tensor.elements[piece] {
        if value.isFinite { limit = max(limit, value.magnitude) }
        if value < 0 { hasNegative = true }
      }
    }
    (self.limit, self.hasNegative) = (limit, hasNegative)
  }

  /// The picture with its legend.
  ///
  /// - Parameters:
  ///   - options: how the numbers of the legend print.
  ///   - swatches: what draws the cells, characters unless it is given.
  /// - Returns: lines without a line feed at the end.
  /// - Throws: `Cancelled`.
  public func rendered(
    options: PrintOptions = PrintOptions(), swatches: Swatches? = nil
  ) throws -> String {
    var hasMarks = false
    let picture = Panels(tensor.shape).text(
      cellWidth: 3,
      title: { plane in
        let (title, mark) = caption(of: plane)
        return title + (mark == .masked ? " masked" : "")
      },
      cell: { element in
        let isMarked = isMarked(element)
        if isMarked { hasMarks = true }
        return (isMarked ? "*" : " ") + cell(tensor.elements[element], swatches)
      })
    guard tensor.count > 0 else { return picture }
    let scale = try swatches.map { swatchScale($0, options) } ?? characterScale(options)
    let mark =
      hasMaskedPanels
      ? "\nmasked: a \(panelName) that mask or prune has switched off" : ""
    let marks = hasMarks ? "\n* marks what mask or prune has switched off" : ""
    return picture + "\n\n" + scale + mark + marks
  }

  /// What a panel is called, and its mark.
  func caption(of plane: Panels.Plane) -> (title: String, mark: Mark?) {
    panels[plane.start] ?? ("", nil)
  }

  /// Whether a panel is one of what is switched off.
  var hasMaskedPanels: Bool { panels.values.contains { $0.mark == .masked } }

  /// Whether an element is switched off in a panel that is not.
  func isMarked(_ element: Int) -> Bool {
    guard let mask, mask.elements[element] == 0 else { return false }
    let layout = Panels(tensor.shape)
    let size = max(1, layout.rows * layout.columns)
    return panels[element / size * size]?.mark != .masked
  }

  private func cell(_ value: Float, _ swatches: Swatches?) -> String {
    guard let swatches else {
      return value.isNaN ? " ?" : "\(value < 0 ? "-" : " ")\(shade(value))"
    }
    return value.isNaN ? "??" : swatches.draw("  ", level(value, of: swatches.levels))
  }

  /// The value as a share of the scale, -1 to 1.
  func ratio(_ value: Float) -> Double {
    if value.isInfinite { return value < 0 ? -1 : 1 }
    return limit > 0 ? Double(value) / Double(limit) : 0
  }

  private func shade(_ value: Float) -> Character {
    let level = Int(ratio(value).magnitude * Double(Self.shades.count))
    return Self.shades[min(level, Self.shades.count - 1)]
  }

  /// 0 for exactly 0, and from there away: what is not zero never looks like zero.
  private func level(_ value: Float, of count: Int) -> Int {
    guard value != 0 else { return 0 }
    let level = min(count, max(1, Int((ratio(value).magnitude * Double(count)).rounded(.up))))
    return value < 0 ? -level : level
  }
}

// MARK: The scale

extension HeatMap {
  /// Every shade there is, between the ends of the scale.
  private func swatchScale(_ swatches: Swatches, _ options: PrintOptions) -> String {
    let levels = hasNegative ? -swatches.levels...swatches.levels : 0...swatches.levels
    let bar = levels.map { swatches.draw("   ", $0) }.joined()
    let ends = NumberFormat([limit], options: options)
    let first = ends.text(of: hasNegative ? -limit : 0)
    return "\(first) \(bar) \(ends.text(of: limit))\n"
      + "\(hasNegative ? "in the middle" : "on the left"): exactly 0; "
      + "each of the others: a \(swatches.levels == 4 ? "quarter" : "half") of the scale"
  }

  private func characterScale(_ options: PrintOptions) throws -> String {
    let count = Self.shades.count
    let bounds = (0..<count).map { limit * Float($0) / Float(count) }
    var options = options
    while true {
      let format = NumberFormat(bounds + [limit], options: options)
      let text =
        try Table([
          ["shade"] + Self.shades.map { String($0) },
          ["from"] + bounds.map(format.string),
        ]).text + "\nlargest magnitude \(format.text(of: limit))"
        + (hasNegative ? "; - marks negative values" : "")
      let isTooWide = text.split(separator: "\n").contains { $0.count > Report.lineWidth }
      guard isTooWide, options.precision > 1 else { return text }
      options.precision -= 1
    }
  }
}
