import Compacting
import Layers
import Reports
import Tensors

/// What was cut out of a network, what stays and why, and the proof.
struct CompactionText {
  private let compaction: Compaction
  private let proof: CompactionProof

  /// What a layer that stands alone is called.
  private let path: String

  init(_ compaction: Compaction, _ proof: CompactionProof, of path: String) {
    (self.compaction, self.proof, self.path) = (compaction, proof, path)
  }

  /// A table of the layers, then lines.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  func report() throws -> Report {
    var table = Table(
      [["layer", "filters", "channels", "kernel", "parameters", "multiply-adds"]], leading: [0])
    var (parameters, work) = ((0, 0), (0, 0))
    for change in compaction.changes {
      let (old, new) = (change.before, change.after)
      let counts = (old.valueCount, new?.valueCount ?? 0)
      let products = (
        old.multiplyAdds(change.inputs.before), new?.multiplyAdds(change.inputs.after) ?? 0
      )
      parameters = (parameters.0 + counts.0, parameters.1 + counts.1)
      work = (work.0 + products.0, work.1 + products.1)
      func size(_ dimension: Int) -> String {
        guard let weight = old.weight?.tensor.shape, dimension < weight.rank else { return "" }
        return Self.change(weight[dimension], new?.weight?.tensor.shape[dimension] ?? 0)
      }
      try table.append([
        name(change.layer), size(0), size(1), Self.kernel(old, new),
        Self.change(counts.0, counts.1),
        Self.change(products.0, products.1),
      ])
    }
    try table.append([
      "total", "", "", "", Self.change(parameters.0, parameters.1), Self.change(work.0, work.1),
    ])
    return Report([.table(table), .text((notes + proofLines).joined(separator: "\n"))])
  }

  private func name(_ layer: String) -> String { layer.isEmpty ? path : layer }

  private static func change(_ old: Int, _ new: Int) -> String {
    old == new ? "\(old)" : "\(old) → \(new)"
  }

  private static func kernel(_ old: any Layer, _ new: (any Layer)?) -> String {
    func text(_ layer: any Layer) -> String? {
      guard let shape = layer.weight?.tensor.shape, shape.rank == 4 else { return nil }
      return "\(shape[2])x\(shape[3])"
    }
    guard let before = text(old) else { return "" }
    guard let after = new.flatMap(text), after != before else { return before }
    return "\(before) → \(after)"
  }

  private var notes: [String] {
    let blocks = compaction.droppedBlocks.map { "\($0): only the shortcut is left" }
    let biases = compaction.changes.filter(\.hasNewBias).map {
      "\($0.layer) has a bias now, which holds the constants of removed channels"
    }
    return blocks + biases + compaction.stays.map(line)
  }

  private func line(_ stay: Compaction.Stay) -> String {
    let isOne = stay.count == 1
    var (group, rest) = ("filter", "")
    switch stay.reason {
    case .output: rest = isOne ? "an output of the network" : "outputs of the network"
    case .grouped(let name): rest = "\(name) has independent groups"
    case .unknown(let name): rest = "what \(name) makes of single channels is not known"
    case .varies(let name):
      rest = "what \(name) reads there is not the same everywhere"
    case .border(let name, let needs):
      rest = "the border that \(name) pads would differ; tol=\(bound(needs))"
    case .block(let needs):
      return "\(name(stay.layer)) stays: what its layers add is the same everywhere; "
        + "tol=\(bound(needs)) lets them go"
    case .lastOne: rest = "a layer has at least one"
    case .noDenseForm(let structure):
      group = structure
      rest = "\(structure) groups have no smaller dense form"
    }
    return "\(name(stay.layer)): \(stay.count) \(group)\(isOne ? " stays" : "s stay"): \(rest)"
  }

  private var proofLines: [String] {
    guard proof.holds else {
      return [
        "NOT PROVED: on \(proof.inputs[0]) random inputs \(proof.inputs) an output is not a finite "
          + "number,", "  or differs by more than its bound",
      ]
    }
    let whole = Double(proof.rounding) + Double(proof.leftOut)
    return [
      "on \(proof.inputs[0]) random inputs \(proof.inputs) outputs up to "
        + "\(NumberFormat.scientific(Double(proof.largestOutput))) differ by",
      "  at most \(NumberFormat.scientific(Double(proof.difference))); bound \(bound(whole)): "
        + "\(bound(Double(proof.rounding))) of rounding, "
        + "\(bound(Double(proof.leftOut))) of borders",
    ]
  }

  /// A bound, whose two digits are not below it.
  private func bound(_ value: Double) -> String { NumberFormat.scientific(value * 1.05) }
}

extension Layer {
  /// How many trainable values it has, those of its children left out.
  fileprivate var valueCount: Int { ownParameters.reduce(0) { $0 + $1.parameter.tensor.count } }
}
