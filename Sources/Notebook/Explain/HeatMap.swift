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
  /// What a panel is called.
  private let title: @Sendable (Panels.Plane) -> String
  /// Whether a panel belongs to a filter that is switched off.
  private let isMasked: @Sendable (Panels.Plane) -> Bool

  /// The largest finite magnitude: where the scale ends.
  public let limit: Float
  /// Whether there are values below zero: the scale then begins at -``limit``.
  public let hasNegative: Bool

  init(
    _ tensor: Tensor, title: @escaping @Sendable (Panels.Plane) -> String,
    isMasked: @escaping @Sendable (Panels.Plane) -> Bool = { _ in false }
  ) {
    self.tensor = tensor
    self.title = title
    self.isMasked = isMasked
    limit = tensor.elements.reduce(0) { $1.isFinite ? max($0, $1.magnitude) : $0 }
    hasNegative = tensor.elements.contains { $0 < 0 }
  }

  /// The picture with its legend.
  ///
  /// - Parameters:
  ///   - options: how the numbers of the legend print.
  ///   - swatches: what draws the cells, characters unless it is given.
  /// - Returns: lines without a line feed at the end.
  public func rendered(options: PrintOptions = PrintOptions(), swatches: Swatches? = nil) -> String
  {
    let panels = Panels(tensor.shape)
    let picture = panels.text(
      cellWidth: 3, title: { title($0) + (isMasked($0) ? " masked" : "") },
      cell: { cell(tensor.elements[$0], swatches) })
    guard tensor.count > 0 else { return picture }
    let scale = swatches.map { swatchScale($0, options) } ?? characterScale(options)
    let mark =
      panels.planes.contains(where: isMasked)
      ? "\nmasked: a filter that mask or prune has switched off" : ""
    return picture + "\n\n" + scale + mark
  }

  private func cell(_ value: Float, _ swatches: Swatches?) -> String {
    guard let swatches else {
      return value.isNaN ? "  ?" : " \(value < 0 ? "-" : " ")\(shade(value))"
    }
    return " " + (value.isNaN ? "??" : swatches.draw("  ", level(value, of: swatches.levels)))
  }

  /// The value as a share of the scale, -1 to 1.
  private func ratio(_ value: Float) -> Double {
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
    let first = ends.string(hasNegative ? -limit : 0).trimmingBlanks
    return "\(first) \(bar) \(ends.string(limit).trimmingBlanks)\n"
      + "\(hasNegative ? "in the middle" : "on the left"): exactly 0; "
      + "each of the others: a \(swatches.levels == 4 ? "quarter" : "half") of the scale"
  }

  private func characterScale(_ options: PrintOptions) -> String {
    let count = Self.shades.count
    let bounds = (0..<count).map { limit * Float($0) / Float(count) }
    var options = options
    while true {
      let format = NumberFormat(bounds + [limit], options: options)
      let text =
        TextTable.text([
          ["shade"] + Self.shades.map { String($0) },
          ["from"] + bounds.map(format.string),
        ]) + "\nlargest magnitude \(format.string(limit).trimmingBlanks)"
        + (hasNegative ? "; - marks negative values" : "")
      let isTooWide = text.split(separator: "\n").contains { $0.count > Panels.lineWidth }
      guard isTooWide, options.precision > 1 else { return text }
      options.precision -= 1
    }
  }
}
