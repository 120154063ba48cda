import Layers
import Pruning
import Reports
import Running
import Tensors

/// The rows that tell masked filters from kept ones.
struct FilterTable {
  /// What the last line says of the masked filters, and of the kept ones.
  private struct Side {
    var filters = 0
    var gradient = Magnitudes()

    mutating func add(_ filter: Magnitudes?) {
      filters += 1
      if let filter { gradient.add(filter) }
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
    try Table.claimRoom(rows: weight.filterCount)
    kept = try weight.filtersTakingPart()
    gradients = try gradient.map { try weight.filters.magnitudes(of: $0) }
    norms = try NormScore.l1.norms(of: weight.parameter.variable, in: weight.filters).tensor
    length = weight.filters.groupSize
    self.options = options
  }

  /// The rows, and a line that sums them up.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  func report() throws -> Report {
    let normFormat = NumberFormat(norms.elements, options: options)
    let gradientFormat = NumberFormat((gradients ?? []).lazy.map(\.largest), options: options)
    var table = Table([["filter", "mask", "L1 norm", "largest |grad|", "zero grads"]])
    var (masked, keptOnes) = (Side(), Side())
    for filter in 0..<norms.count {
      let isKept = kept?[filter] ?? true
      let gradient = gradients?[filter]
      try table.append(
        [
          "\(filter)", kept == nil ? "-" : isKept ? "1" : "0",
          normFormat.string(norms.elements[filter]),
          gradient.map { gradientFormat.string($0.largest) } ?? Self.notComputed,
          gradient.map { "\($0.zeros) of \($0.count)" } ?? "-",
        ], mark: isKept ? nil : .masked)
      if isKept { keptOnes.add(gradient) } else { masked.add(gradient) }
    }
    func summary(_ name: String, _ side: Side, _ label: String) -> String {
      guard side.filters > 0, gradients != nil else { return "\(side.filters) \(name)" }
      let value = gradientFormat.text(of: side.gradient.largest)
      return "\(side.filters) \(name): \(label)up to \(value), "
        + "\(side.gradient.zeros) of \(side.gradient.count) zero"
    }
    let label = "|grad| "
    let groups =
      summary("masked", masked, label) + "; "
      + summary("kept", keptOnes, masked.filters > 0 ? "" : label)
    return Report([
      .table(table),
      .text(groups + (gradients == nil ? "; gradients \(Self.notComputed)" : "")),
    ])
  }
}
