/// A drawing as SVG: shapes and texts in points of a 96 dpi screen, the origin at the upper left.
///
/// Colours are classes, so that one drawing suits light and dark paper.
struct SVGDrawing {
  /// Width of a character of a monospaced text.
  static let advance = 7.8
  /// From one line of a text to the next.
  static let lineHeight = 17.0

  private(set) var width = 0.0
  private(set) var height = 0.0
  private var elements: [String] = []

  /// Makes room up to a place.
  mutating func reserve(_ x: Double, _ y: Double) {
    width = max(width, x)
    height = max(height, y)
  }

  /// A rectangle of a class, with a share of its colour's opacity, from 0 to 1, and with a title that
  /// is said where a pointer rests on it.
  mutating func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, class style: String,
    opacity: Double? = nil, title: String? = nil
  ) {
    reserve(x + width, y + height)
    let opacity = opacity.map { " fill-opacity=\"\(Self.number($0))\"" } ?? ""
    let end = title.map { "><title>\(Markup.escaped($0))</title></rect>" } ?? "/>"
    elements.append(
      "<rect class=\"\(style)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\""
        + " width=\"\(Self.number(width))\" height=\"\(Self.number(height))\"\(opacity)\(end)")
  }

  /// A text on one line, its baseline at `y`.
  mutating func text(
    _ text: String, _ x: Double, _ y: Double, class style: String = "ink", anchor: String = "start"
  ) {
    guard !text.isEmpty else { return }
    let length = Double(text.count) * Self.advance
    reserve(x + (anchor == "end" ? 0 : anchor == "middle" ? length / 2 : length), y + 5)
    let anchor = anchor == "start" ? "" : " text-anchor=\"\(anchor)\""
    elements.append(
      "<text class=\"\(style)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\"\(anchor)>"
        + "\(Markup.escaped(text))</text>")
  }

  /// A line through points, moves included: `M0 0L1 2`.
  mutating func path(_ steps: String, class style: String) {
    guard !steps.isEmpty else { return }
    elements.append("<path class=\"\(style)\" d=\"\(steps)\"/>")
  }

  /// Another drawing, its origin at a place in this one.
  mutating func place(_ other: SVGDrawing, _ x: Double, _ y: Double) {
    reserve(x + other.width, y + other.height)
    guard !other.elements.isEmpty else { return }
    let shift = "translate(\(Self.number(x)) \(Self.number(y)))"
    elements.append("<g transform=\"\(shift)\">\n\(other.elements.joined(separator: "\n"))\n</g>")
  }

  /// The element, for a page whose style has ``style``; or a document of its own that holds it.
  ///
  /// - Parameters:
  ///   - label: what is read aloud.
  ///   - paper: what it is drawn on where it is a file of its own.
  /// - Returns: the element, without a line feed at its end.
  func svg(label: String, on paper: Report.Paper? = nil) -> String {
    let size = "\(Self.number(width)) \(Self.number(height))"
    let style = paper.map { "<style>\n\(Self.style(on: $0))\n</style>\n" } ?? ""
    let space = paper != nil ? " xmlns=\"http://www.w3.org/2000/svg\"" : ""
    return """
      <svg\(space) class="drawing" role="img" aria-label="\(Markup.escaped(label))" \
      viewBox="0 0 \(size)" width="\(Self.number(width))" height="\(Self.number(height))">
      \(style)\(elements.joined(separator: "\n"))
      </svg>
      """
  }

  /// A number with at most two decimals.
  static func number(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e9 else { return "0" }
    let hundredths = Int((value * 100).rounded())
    let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
    var text = (hundredths < 0 ? "-" : "") + "\(whole)"
    if rest > 0 { text += "." + (rest < 10 ? "0" : "") + "\(rest % 10 == 0 ? rest / 10 : rest)" }
    return text
  }

  /// The style with its colours written out, which not every program that draws a file looks up.
  private static func style(on paper: Report.Paper) -> String {
    paper.colours.reduce(style) { $0.replacing("var(--\($1.name))", with: $1.colour) }
  }

  /// What the classes look like. The series differ in their dashes, too; the colours of the first
  /// three can be told apart by the colour-blind.
  static let style = """
    .drawing text {
      font: 13px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
      white-space: pre;
    }
    .drawing .ink { fill: var(--ink); }
    .drawing .faint { fill: var(--faint); }
    .drawing .masked { fill: var(--masked); }
    .drawing .below { fill: #2f6fdb; }
    .drawing .above { fill: #d1382f; }
    .drawing .zero { fill: none; stroke: var(--line); }
    .drawing .blank { fill: none; stroke: var(--line); }
    .drawing .kept { fill: #2f6fdb; }
    .drawing .marked { fill: #d1382f; }
    .drawing .cross { fill: none; stroke: var(--ink); stroke-width: 1; }
    .drawing .axis { fill: none; stroke: var(--faint); stroke-width: 1; }
    .drawing .grid { fill: none; stroke: var(--line); stroke-width: 1; }
    .drawing .curve { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
    .drawing .curve0 { stroke: #2f6fdb; } .drawing .bar0 { fill: #2f6fdb; }
    .drawing .curve1 { stroke: #d5720b; stroke-dasharray: 7 4; } .drawing .bar1 { fill: #d5720b; }
    .drawing .curve2 { stroke: #1a8a3d; stroke-dasharray: 2 4; } .drawing .bar2 { fill: #1a8a3d; }
    .drawing .curve3 { stroke: #b541b0; stroke-dasharray: 10 4 2 4; }
    .drawing .bar3 { fill: #b541b0; }
    .drawing .curve4 { stroke: #16858a; stroke-dasharray: 12 5; } .drawing .bar4 { fill: #16858a; }
    .drawing .curve5 { stroke: #d1382f; stroke-dasharray: 4 3; } .drawing .bar5 { fill: #d1382f; }
    .drawing .curve6 { stroke: #7a5cf0; stroke-dasharray: 1 5; } .drawing .bar6 { fill: #7a5cf0; }
    .drawing .curve7 { stroke: #7d8590; } .drawing .bar7 { fill: #7d8590; }
    """
}
