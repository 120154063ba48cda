import Layers
import Pruning
import Tensors

/// The rows that tell masked filters from kept ones, as text.
public struct FilterTable {
  /// The finished table.
  public struct Text: Sendable {
    /// Its lines.
    public let text: String
    /// Which of them, from 0, belong to masked filters.
    public let maskedLines: Set<Int>

    /// Tables below each other, each under its title if it has one.
    ///
    /// - Throws: `OutOfMemory`.
    init(_ tables: [(title: String?, table: FilterTable)]) throws {
      try TextTable.claimRoom(rows: tables.reduce(0) { $0 + $1.table.norms.count })
      var lines: [String] = []
      var masked: Set<Int> = []
      for (title, table) in tables {
        if !lines.isEmpty { lines.append("") }
        if let title { lines.append(title) }
        let first = lines.count + 1
        masked.formUnion(
          (table.kept ?? []).enumerated().filter { !$0.element }.map { first + $0.offset })
        lines += table.text.split(separator: "\n").map(String.init)
      }
      text = lines.joined(separator: "\n")
      maskedLines = masked
    }
  }

  private static let notComputed = "not computed"

  /// For each filter whether it takes part; nil with neither mask nor pruning.
  private let kept: [Bool]?
  /// The gradient of each filter; nil where none was computed.
  private let gradients: [Magnitudes]?
  /// The L1 norm of each filter.
  private let norms: Tensor
  /// How many weights each filter has.
  private let length: Int
  private let options: PrintOptions

  /// Gathers what the rows say.
  ///
  /// - Parameters:
  ///   - weight: the weight whose filters they are.
  ///   - gradient: the gradient of its parameter, if there is one.
  ///   - options: how numbers are printed.
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  init(_ weight: Weight, gradient: Tensor?, options: PrintOptions) throws {
    kept = try weight.filtersTakingPart()
    gradients = try gradient.map { try weight.filters.magnitudes(of: $0) }
    norms = try MaskMethod.dynamic.scores(of: weight.parameter.variable).tensor
    length = weight.filters.groupSize
    self.options = options
  }

  private var text: String {
    let normFormat = NumberFormat(norms.elements, options: options)
    let gradientFormat = NumberFormat(gradients?.map(\.largest) ?? [], options: options)
    var rows = [["filter", "mask", "L1 norm", "largest |grad|", "zero grads"]]
    var sides = (masked: (filters: 0, Magnitudes()), kept: (filters: 0, Magnitudes()))
    for filter in 0..<norms.count {
      let isKept = kept?[filter] ?? true
      let gradient = gradients?[filter]
      rows.append([
        "\(filter)", kept == nil ? "-" : isKept ? "1" : "0",
        normFormat.string(norms.elements[filter]),
        gradient.map { gradientFormat.string($0.largest) } ?? Self.notComputed,
        gradient.map { "\($0.zeros) of \($0.count)" } ?? "-",
      ])
      var side = isKept ? sides.kept : sides.masked
      side.filters += 1
      side.1.add(gradient ?? Magnitudes())
      if isKept { sides.kept = side } else { sides.masked = side }
    }
    func summary(_ name: String, _ side: (filters: Int, gradient: Magnitudes), _ label: String)
      -> String
    {
      guard side.filters > 0, gradients != nil else { return "\(side.filters) \(name)" }
      let value = gradientFormat.string(side.gradient.largest).trimmingBlanks
      return "\(side.filters) \(name): \(label)up to \(value), "
        + "\(side.gradient.zeros) of \(side.gradient.count) zero"
    }
    let label = "|grad| "
    let groups =
      summary("masked", sides.masked, label) + "; "
      + summary("kept", sides.kept, sides.masked.filters > 0 ? "" : label)
    return TextTable.text(rows) + "\n" + groups
      + (gradients == nil ? "; gradients \(Self.notComputed)" : "")
  }
}
