import Gradients
import Layers
import Pruning
import Running
import Tensors

/// What is wrong with the masks of a network, and what they cost: mistakes that masks have in public,
/// each by its name, with its evidence.
public struct Audit {
  /// Something that was found.
  public struct Entry: Equatable, Sendable {
    /// Whether it is wrong, and not only a cost.
    public let isFinding: Bool
    /// The check's name.
    public let check: String
    /// The layer.
    public let layer: String
    /// What was seen, with its count and threshold.
    public let evidence: String
    /// What to type.
    public let remedy: String?
  }

  /// A check that could not be made.
  public struct Undecided: Equatable, Sendable {
    /// The check's name.
    public let check: String
    /// What is missing.
    public let missing: String
    /// The layers.
    public internal(set) var layers: [String]
  }

  /// Findings first, then remarks, each in the layers' order.
  public private(set) var entries: [Entry] = []
  /// How many layers `before` has too, by the same name and with a weight of the same shape.
  public let comparedLayers: Int
  /// What could not be decided.
  public private(set) var undecided: [Undecided] = []

  /// Makes every check in every layer with weights.
  ///
  /// - Parameters:
  ///   - network: the network or layer.
  ///   - name: its name in the session.
  ///   - before: the same network as it was when it was dense, or when it was masked, and its name.
  ///   - input: the shape of an input that fits.
  /// - Throws: `LayerError` where the input does not fit, `ShapeError`, `OutOfMemory`, `Cancelled`.
  public init(
    of network: any Layer, called name: String, before: (name: String, layer: any Layer)?,
    input: Shape
  ) throws {
    let flow = try ChannelFlow(of: network, input: input, tolerance: 0)
    let sites = Dictionary(flow.sites.map { ($0.path, $0) }) { first, _ in first }
    var layers: [AuditedLayer] = []
    for (members, layer) in [([], network)] + network.descendants {
      if let affine = layer.affine {
        layers.append(
          try AuditedLayer(
            name: ([name] + members).joined(separator: "."), affine: affine,
            before: before?.layer.layer(at: members[...])?.affine,
            nameBefore: before.map { ([$0.name] + members).joined(separator: ".") },
            site: sites[members]))
      }
    }
    comparedLayers = layers.count { $0.before != nil }
    for check in Self.checks {
      for layer in layers {
        if let missing = check.missing(in: layer) {
          leaveUndecided(check.name, missing, layer.name)
        } else {
          entries += try check.evidence(in: layer).map { evidence, remedy in
            Entry(
              isFinding: check.isFinding, check: check.name, layer: layer.name, evidence: evidence,
              remedy: remedy)
          }
        }
      }
    }
    try lookAtNorms(of: network, name, flow)
  }

  /// The checks, findings first.
  private static let checks: [any AuditCheck] = [
    InvertedMask(), ScoresFromPruned(), MaskNotKept(), ZerosWithoutMask(), FlattenedPattern(),
    EmptyLayer(), ReadsConstants(), BiasLeftOn(),
  ]

  /// Batch norms that make more than a thousandth of a removed channel.
  private mutating func lookAtNorms(
    of network: any Layer, _ name: String, _ flow: ChannelFlow
  ) throws {
    let check = "constant after batch norm"
    for (members, layer) in network.descendants where !layer.ownParameters.isEmpty {
      guard layer.affine == nil, let point = flow.reached[members] else { continue }
      let removed = point.constants.indices.filter { point.constants[$0] != nil }
      guard !removed.isEmpty else { continue }
      let place = ([name] + members).joined(separator: ".")
      if layer.isTraining, layer.steepness == nil {
        leaveUndecided(check, "evaluation mode (eval)", place)
        continue
      }
      let values = try removed.map { try layer.constant(point.constants[$0], inChannel: $0) ?? 0 }
      let large = removed.indices.filter { abs(values[$0]) > Self.constantLimit }
      guard !large.isEmpty else { continue }
      let largest = large.reduce(Float(0)) { max($0, abs(values[$1])) }
      entries.append(
        Entry(
          isFinding: false, check: check, layer: place,
          evidence: "\(large.count) of \(removed.count) removed channels are up to "
            + "\(AuditWords.number(largest)) afterwards (above 0.001)",
          remedy: "compact \(name) as smaller"))
    }
  }

  /// What a removed channel may be after batch norm without a remark.
  private static let constantLimit: Float = 1e-3

  private mutating func leaveUndecided(_ check: String, _ missing: String, _ layer: String) {
    if let index = undecided.firstIndex(where: { $0.check == check && $0.missing == missing }) {
      undecided[index].layers.append(layer)
    } else {
      undecided.append(Undecided(check: check, missing: missing, layers: [layer]))
    }
  }
}

/// A layer with weights, as checks see it.
struct AuditedLayer {
  let name: String
  let affine: Affine
  /// The same layer earlier, and its name.
  let before: Affine?
  let nameBefore: String?
  /// Where it stands among the channels; nil where nothing is known of them.
  let site: ChannelFlow.Site?
  /// The weight as the layer uses it.
  let used: Tensor
  /// Mask and pruning together.
  let takingPart: Mask?

  init(
    name: String, affine: Affine, before: Affine?, nameBefore: String?, site: ChannelFlow.Site?
  ) throws {
    (self.name, self.affine, self.nameBefore, self.site) = (name, affine, nameBefore, site)
    // Another shape is another layer.
    self.before = before?.weight.shape == affine.weight.shape ? before : nil
    used = try affine.valuesInUse().weight
    takingPart = try affine.weight.takingPart()
  }

  /// The dense weight by which a mask should have been chosen.
  var dense: Tensor { (before ?? affine).weight.parameter.tensor }
}

/// A mistake that masks have, or what they cost.
protocol AuditCheck: Sendable {
  /// Its name.
  var name: String { get }
  /// Whether it is wrong, and not only a cost.
  var isFinding: Bool { get }
  /// What the layer lacks for it; nil where it can be made.
  func missing(in layer: AuditedLayer) -> String?
  /// What is seen, and what to type.
  func evidence(in layer: AuditedLayer) throws -> [(evidence: String, remedy: String?)]
}

extension AuditCheck {
  var isFinding: Bool { true }
  func missing(in layer: AuditedLayer) -> String? { nil }
}

enum AuditWords {
  /// Groups by name, the first few of them: `filters 0, 2, 5, … (12)`.
  static func groups(
    _ groups: [Int], of structure: any SparseStructure, in partition: Partition
  ) -> String {
    let shown = groups.prefix(6).map(partition.label).joined(separator: ", ")
    let rest = groups.count > 6 ? ", … (\(groups.count) of \(partition.count))" : ""
    return "\(groups.count == 1 ? structure.group : structure.groups) \(shown)\(rest)"
  }

  /// What makes a mask of a tensor one of this structure, with a blank after it: nothing where the
  /// mask's shape says it.
  static func key(_ structure: any SparseStructure) -> String {
    guard structure.parts.count == 1 else { return "" }
    return (structure.name.contains("=") ? "" : "structure=") + structure.name + " "
  }

  /// A number as PyTorch prints it.
  static func number(_ value: Float) -> String { NumberFormat([value]).string(value) }

  /// A share in percent, without digits that it does not have.
  static func percent(_ share: Double) -> String {
    let tenths = (share * 1000).rounded() / 10
    return tenths == tenths.rounded() ? "\(Int(tenths)) %" : "\(tenths) %"
  }
}
