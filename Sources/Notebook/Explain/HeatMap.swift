import Tensors

/// A tensor as a picture: what is known of it, whatever it is drawn with.
///
/// Drawing is a pure function, ``rendered(palette:options:)``; which colours there are is for
/// whoever shows it to know. Recorded text uses ``Palette/characters``.
public struct HeatMap: Sendable {
  /// What a picture can be drawn with.
  public enum Palette: Sendable, CaseIterable {
    /// 24-bit colours.
    case trueColor
    /// The 256 colours of xterm.
    case indexed256
    /// The 16 colours of every colour terminal.
    case basic16
    /// Shades of characters, without colour.
    case characters
  }

  /// Shades from next to nothing to the largest magnitude.
  static let shades: [Character] = Array(".:;ox%#@")

  /// What is shown.
  public let tensor: Tensor
  /// What stands over a panel.
  let title: @Sendable (Panels.Plane) -> String

  /// The largest finite magnitude: where the scale ends.
  public let limit: Float
  /// Whether there are values below zero: the scale then begins at -``limit``.
  public let hasNegative: Bool

  init(_ tensor: Tensor, title: @escaping @Sendable (Panels.Plane) -> String) {
    self.tensor = tensor
    self.title = title
    limit = tensor.elements.reduce(0) { $1.isFinite ? max($0, $1.magnitude) : $0 }
    hasNegative = tensor.elements.contains { $0 < 0 }
  }

  /// The picture with its scale.
  ///
  /// - Returns: lines without a line feed at the end; colours are switched off again in each line.
  public func rendered(palette: Palette, options: PrintOptions = PrintOptions()) -> String {
    let panels = Panels(tensor.shape).text(
      cellWidth: 3, title: title, cell: { cell(tensor.elements[$0], palette) })
    return [panels, scale(palette, options)].filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private func cell(_ value: Float, _ palette: Palette) -> String {
    guard let colour = colour(of: ratio(value), palette) else {
      return value.isNaN ? "  ?" : " \(value < 0 ? "-" : " ")\(shade(value))"
    }
    return value.isNaN ? " ??" : " \u{1B}[\(colour)m  \u{1B}[0m"
  }

  /// The value as a share of the scale, -1 to 1.
  private func ratio(_ value: Float) -> Double {
    if value.isInfinite { return value < 0 ? -1 : 1 }
    return limit > 0 && !value.isNaN ? Double(value) / Double(limit) : 0
  }

  private func shade(_ value: Float) -> Character {
    let level = Int(ratio(value).magnitude * Double(Self.shades.count))
    return Self.shades[min(level, Self.shades.count - 1)]
  }
}

// MARK: Scale and colours

extension HeatMap {
  private func scale(_ palette: Palette, _ options: PrintOptions) -> String {
    guard tensor.count > 0 else { return "" }
    guard palette != .characters else { return characterScale(options) }
    let ratios = (hasNegative ? -4...4 : 0...4).map { Double($0) / 4 }
    let bar = ratios.map { ratio in
      colour(of: ratio, palette).map { "\u{1B}[\($0)m   \u{1B}[0m" } ?? ""
    }.joined()
    let ends = NumberFormat([limit], options: options)
    return "\(ends.string(hasNegative ? -limit : 0).trimmingBlanks) \(bar) \(ends.string(limit))"
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

  /// The parameters of the escape sequence for a background: blue below zero, white at zero, red
  /// above; nil without colours.
  private func colour(of ratio: Double, _ palette: Palette) -> String? {
    let fade = 1 - ratio.magnitude
    let (red, green, blue) = ratio < 0 ? (fade, fade, 1.0) : (1.0, fade, fade)
    switch palette {
    case .characters: return nil
    case .trueColor:
      let parts = [red, green, blue].map { "\(Int(($0 * 255).rounded()))" }
      return "48;2;" + parts.joined(separator: ";")
    case .indexed256:
      let parts = [red, green, blue].map { Int(($0 * 5).rounded()) }
      return "48;5;\(16 + 36 * parts[0] + 6 * parts[1] + parts[2])"
    case .basic16:
      if ratio.magnitude < 0.2 { return "107" }
      return ratio < 0 ? (ratio > -0.6 ? "104" : "44") : (ratio < 0.6 ? "101" : "41")
    }
  }
}
