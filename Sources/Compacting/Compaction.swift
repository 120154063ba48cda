import Gradients
import Layers
import Running
import Tensors

/// A network without the filters, channels, frames of kernels and blocks that make no difference, or
/// none that is larger than a tolerance.
///
/// What a removed channel held everywhere, a constant c, is folded: the next layer's bias becomes
/// b + c · ΣW over its weights. Where that layer pads, zeros stood beside the c, which the folded bias
/// cannot know: a difference at the border.
///
///     let compaction = try Compaction(of: network, input: [1, 3, 32, 32], tolerance: 1e-5)
///     compaction.network
public struct Compaction {
  /// Groups that stay though they might go.
  public struct Stay: Equatable, Sendable {
    /// Why.
    public enum Reason: Equatable, Sendable {
      /// They are the network's outputs.
      case output
      /// A convolution in independent groups makes or reads them.
      case grouped(String)
      /// What becomes of them in this layer is not known.
      case unknown(String)
      /// This layer reads a value there that is not the same everywhere.
      case varies(readBy: String)
      /// The border that this layer pads would differ by more than the tolerance; so much it needs.
      case border(readBy: String, needs: Double)
      /// What the block's layers give is the same everywhere, but would differ by more than the
      /// tolerance from nothing; so much it needs.
      case block(needs: Double)
      /// A layer must have one.
      case lastOne
      /// Groups of this structure have no smaller dense form.
      case noDenseForm(structure: String)
    }

    /// The layer.
    public let layer: String
    /// How many filters, or groups of another structure.
    public let count: Int
    /// Why.
    public let reason: Reason
  }

  /// What a layer was and what it has become.
  public struct Change {
    /// Its name in the network.
    public let layer: String
    /// The layer as it was, and what it has become; nil where it went with its block.
    public let before: any Layer
    public let after: (any Layer)?
    /// The shapes of its inputs before and after.
    public let inputs: (before: Shape, after: Shape)
    /// Whether it has a bias that it had not.
    public var hasNewBias: Bool { before.bias == nil && after?.bias != nil }
  }

  /// What is cut out of a layer with weights.
  struct Cut {
    let site: ChannelFlow.Site
    /// The input channels that stay, and those that go.
    let inputs: (kept: [Int], removed: [Int])
    /// The filters that stay.
    let outputs: [Int]
    /// What is added to each bias that stays.
    let folded: [Double]
    let weight: Tensor
    let bias: Tensor?

    /// What is left of the old layer's value.
    func picked(from value: Tensor) throws -> Tensor {
      try value.cut(
        outputs: Array(0..<value.shape[0]), inputs: outputs, columns: 1, frame: (0, 0))
    }
  }

  /// The network that is left; its layers have their old names.
  public internal(set) var network: any Layer
  /// Each layer that changed.
  public private(set) var changes: [Change] = []
  /// What stays, and why.
  public private(set) var stays: [Stay] = []
  /// The blocks of which only the shortcut is left.
  public var droppedBlocks: [String] {
    original.descendants.map(\.path).filter { flow.dropped[$0] != nil }.map {
      $0.joined(separator: ".")
    }
  }
  /// The network as it was.
  let original: any Layer
  let flow: ChannelFlow
  private(set) var cuts: [[String]: Cut] = [:]
  /// For each space the channels that go.
  private var removed: [Int: Set<Int>] = [:]

  /// Cuts out what may go.
  ///
  /// - Parameters:
  ///   - network: a network or layer in evaluation mode where that makes a difference.
  ///   - input: the shape of an input that fits.
  ///   - tolerance: by how much a channel's border may change the outputs at most.
  /// - Throws: `LayerError` where the input does not fit, `ShapeError`, `OutOfMemory`, `Cancelled`.
  public init(of network: any Layer, input: Shape, tolerance: Double) throws {
    (self.original, self.network) = (network, network)
    flow = try ChannelFlow(of: network, input: input, tolerance: tolerance)
    let readers = Dictionary(grouping: flow.sites) { flow.root($0.input.space) }
    let writers = Dictionary(grouping: flow.sites) { flow.root($0.output.space) }
    for space in flow.roots {
      try choose(in: space, readers[space] ?? [], writers[space] ?? [], tolerance: tolerance)
    }
    for site in flow.sites { cuts[site.path] = try cut(site) }
    self.network = try rebuilt(network, [])
    stays += flow.uniformBlocks.map { Stay(layer: $0, count: 1, reason: .block(needs: $1)) }
    try noteStructures()
    try noteChanges(input)
  }

  // MARK: Choosing

  /// Decides which channels of a space go: what some layers give and others read.
  private mutating func choose(
    in space: Int, _ readers: [ChannelFlow.Site], _ writers: [ChannelFlow.Site], tolerance: Double
  ) throws {
    guard !writers.isEmpty else { return }
    let wanted = (0..<flow.size(of: space)).filter { channel in
      writers.contains { $0.output.constants[channel] != nil }
        || readers.contains { $0.input.constants[channel] != nil }
        || !readers.isEmpty && readers.allSatisfy { $0.read[channel] == 0 }
    }
    guard !wanted.isEmpty else { return }
    var reasons: [(channel: Int, reason: Stay.Reason)] = []
    if let hold = flow.hold(of: space) {
      reasons = wanted.map { ($0, Stay.Reason(hold)) }
    } else {
      var gone: Set<Int> = []
      let borders = try readers.map { try flow.borders(of: wanted, readBy: $0) }
      for channel in wanted {
        if let reason = reason(toKeep: channel, Array(zip(readers, borders)), tolerance) {
          reasons.append((channel, reason))
        } else {
          gone.insert(channel)
        }
      }
      if gone.count == flow.size(of: space), let first = gone.min() {
        gone.remove(first)
        reasons.append((first, .lastOne))
      }
      removed[space] = gone
    }
    for writer in writers {
      let name = writer.path.joined(separator: ".")
      let own = reasons.filter { writer.output.constants[$0.channel] != nil }.map(\.reason)
      for (reason, count) in Self.counted(own) {
        stays.append(Stay(layer: name, count: count, reason: reason))
      }
    }
  }

  /// Why a channel stays; nil where it may go.
  private func reason(
    toKeep channel: Int, _ readers: [(site: ChannelFlow.Site, borders: [Int: Double])],
    _ tolerance: Double
  ) -> Stay.Reason? {
    var border: Stay.Reason?
    for (reader, borders) in readers where reader.read[channel] != 0 {
      let name = reader.path.joined(separator: ".")
      guard reader.input.constants[channel]?.isFinite ?? false else {
        return .varies(readBy: name)
      }
      if let needs = borders[channel], needs > tolerance {
        border = border ?? .border(readBy: name, needs: needs)
      }
    }
    return border
  }

  /// Equal reasons together, borders with the largest need.
  private static func counted(_ reasons: [Stay.Reason]) -> [(Stay.Reason, Int)] {
    var result: [(reason: Stay.Reason, count: Int)] = []
    for reason in reasons {
      let index = result.firstIndex {
        switch ($0.reason, reason) {
        case (.border(let first, _), .border(let second, _)): first == second
        default: $0.reason == reason
        }
      }
      guard let index else {
        result.append((reason, 1))
        continue
      }
      if case .border(_, let old) = result[index].reason, case .border(let reader, let new) = reason
      {
        result[index].reason = .border(readBy: reader, needs: max(old, new))
      }
      result[index].count += 1
    }
    return result.map { ($0.reason, $0.count) }
  }

  // MARK: Cutting

  /// The channels of a value that stay, and those that go.
  func split(_ point: ChannelFlow.Point) -> (kept: [Int], removed: [Int]) {
    let gone = removed[flow.root(point.space)] ?? []
    let channels = point.constants.indices
    return (channels.filter { !gone.contains($0) }, channels.filter(gone.contains))
  }

  private func cut(_ site: ChannelFlow.Site) throws -> Cut {
    let inputs = split(site.input)
    let outputs = split(site.output).kept
    let columns = site.input.columns
    var folded = outputs.map { _ in 0.0 }
    for channel in inputs.removed {
      guard let constant = site.input.constants[channel], constant != 0, site.read[channel] != 0
      else { continue }
      for (index, output) in outputs.enumerated() {
        let sum = site.weight.sum(ofFilter: output, channel: channel, columns: columns)
        folded[index] += Double(constant) * sum
      }
    }
    let frame = site.zeroFrame(inputs: inputs.kept, outputs: outputs)
    let weight = try site.weight.cut(
      outputs: outputs, inputs: inputs.kept, columns: columns, frame: frame)
    var bias: Tensor?
    if site.bias != nil || folded.contains(where: { $0 != 0 }) {
      let values = outputs.enumerated().map { index, output in
        Float(Double(site.bias?.elements[output] ?? 0) + folded[index])
      }
      bias = Tensor(values, shape: [values.count])
    }
    return Cut(
      site: site, inputs: inputs, outputs: outputs, folded: folded, weight: weight, bias: bias)
  }

  private func rebuilt(_ layer: any Layer, _ path: [String]) throws -> any Layer {
    if let cut = cuts[path] { return try layer.remade(weight: cut.weight, bias: cut.bias) }
    guard layer.isSequence else {
      guard let point = flow.reached[path] else { return try layer.copy() }
      return try layer.keeping(channels: split(point).kept)
    }
    var result = layer
    try result.forEachChild { name, child in
      let inner = path + [name]
      if flow.dropped[inner] == nil { child = try rebuilt(child, inner) }
    }
    for child in layer.children where flow.dropped[path + [child.name]] != nil {
      result[child: child.name] = nil
    }
    return result
  }

  // MARK: Telling

  private mutating func noteChanges(_ input: Shape) throws {
    func shapes(_ layer: any Layer, _ path: [String], _ input: Shape) throws -> [[String]: Shape] {
      var result = [path: input]
      let reached = [input] + (try layer.shapes(input))
      for (child, shape) in zip(layer.children, reached) {
        result.merge(try shapes(child.layer, path + [child.name], shape)) { first, _ in first }
      }
      return result
    }
    let before = try shapes(original, [], input)
    let after = try shapes(network, [], input)
    func add(_ layer: any Layer, _ path: [String], isGone: Bool) throws {
      if flow.dropped[path] != nil {
        for child in layer.children { try add(child.layer, path + [child.name], isGone: true) }
        return
      }
      for child in layer.children { try add(child.layer, path + [child.name], isGone: isGone) }
      guard !layer.isSequence, let shape = before[path], !layer.ownParameters.isEmpty else {
        return
      }
      let new = isGone ? nil : after[path]
      changes.append(
        Change(
          layer: path.joined(separator: "."), before: layer,
          after: new == nil ? nil : network.layer(at: path[...]), inputs: (shape, new ?? shape)))
    }
    try add(original, [], isGone: false)
  }

  /// Notes masks whose groups have no smaller dense form: those left in filters of which something is.
  private mutating func noteStructures() throws {
    for site in flow.sites {
      guard let mask = try site.layer.affine?.weight.takingPart(), let cut = cuts[site.path] else {
        continue
      }
      let rows = try cut.weight.magnitudesOfRows()
      let left = try cut.weight.cut(
        outputs: rows.indices.filter { rows[$0] != 0 }, inputs: Array(0..<cut.weight.shape[1]),
        columns: 1, frame: (0, 0))
      for part in mask.structure.parts where !part.hasDenseForm {
        guard let partition = try? part.partition(of: left.shape) else { continue }
        let count = try left.absoluteSums(in: partition).count { $0 == 0 }
        guard count > 0 else { continue }
        stays.append(
          Stay(
            layer: site.path.joined(separator: "."), count: count,
            reason: .noDenseForm(structure: part.name)))
      }
    }
  }
}

extension Compaction.Stay.Reason {
  fileprivate init(_ hold: ChannelFlow.Hold) {
    switch hold {
    case .input, .output: self = .output
    case .grouped(let name): self = .grouped(name)
    case .otherwise(let name): self = .unknown(name)
    }
  }
}
