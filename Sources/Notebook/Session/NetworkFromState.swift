import Files
import Functions
import Kernels
import Layers
import Pruning
import Tensors

/// A network that a state_dict can be of: its layers one after the other, as far as names and shapes
/// tell.
///
/// What has no tensors, such as activations and pooling, and what no shape shows, such as strides and
/// padding, is not in a file. Only a flatten is put where none could be left out.
struct NetworkFromState {
  /// One layer.
  struct Stage {
    /// What the file calls it.
    let prefix: String
    /// How `net` makes it: `conv(1,6,5)`.
    let text: String
    /// What the network calls it: `conv1`.
    let name: String
    fileprivate let kind: Kind
    fileprivate let weight: FileTensor
    fileprivate let tensors: [String: FileTensor]
    fileprivate let pruning: FileTensor?

    /// The shape of its weight.
    var shape: Shape { weight.shape }
  }

  /// What the tensors of one layer are of.
  fileprivate enum Kind {
    case convolution(Conv2d.Settings)
    case linear
    case normalization(channels: Int)

    /// The channels that it takes, where its shape says so.
    var channels: Int? {
      switch self {
      case .convolution(let settings): settings.inChannels
      case .normalization(let channels): channels
      case .linear: nil
      }
    }

    var verb: String {
      switch self {
      case .convolution: Conv2d.verb
      case .linear: Linear.verb
      case .normalization: BatchNorm2d.verb
      }
    }
  }

  /// The layers, in order.
  private(set) var stages: [Stage] = []
  /// Whether a convolution seems to have groups, which its shape alone does not say.
  private(set) var guessesGroups = false
  /// The layers that do not take as many channels as the one before them gives.
  private(set) var branches: [String] = []
  /// What belongs to no kind of layer that there is.
  private(set) var left: [String] = []

  /// Finds the layers of a state_dict.
  init(_ entries: [TensorFile.Entry]) {
    var counts: [String: Int] = [:]
    var channels: Int?
    for group in StateGroup.groups(of: entries) {
      guard let weight = group.weight,
        let kind = Self.kind(group, weight.shape, after: channels)
      else {
        left += group.tensors.keys.sorted().map {
          group.prefix.isEmpty ? $0 : "\(group.prefix).\($0)"
        }
        continue
      }
      let name = "\(kind.verb)\(counts[kind.verb, default: 0] + 1)"
      if let channels, let taken = kind.channels, taken != channels { branches.append(name) }
      channels = weight.shape[0]
      counts[kind.verb, default: 0] += 1
      if case .convolution(let settings) = kind, settings.groups > 1 { guessesGroups = true }
      let arguments = Self.arguments(
        of: kind, weight.shape, hasBias: group.tensors["bias"] != nil)
      stages.append(
        Stage(
          prefix: group.prefix, text: "\(kind.verb)(\(arguments.joined(separator: ",")))",
          name: "\(kind.verb)\(counts[kind.verb] ?? 1)", kind: kind, weight: weight,
          tensors: group.tensors, pruning: group.pruning))
    }
  }

  /// How many tensors the layers have.
  var tensorCount: Int {
    stages.reduce(0) { $0 + $1.tensors.count + ($1.pruning == nil ? 0 : 1) }
  }

  /// What the file calls each layer of the network.
  var layerNames: [String: String] {
    Dictionary(stages.map { ($0.name, $0.prefix) }, uniquingKeysWith: { first, _ in first })
  }

  /// The line that makes the network, of random values.
  func line(naming name: String) -> String {
    let words = stages.indices.flatMap {
      followsFlatten($0) ? [FlattenLayer.verb, stages[$0].text] : [stages[$0].text]
    }
    return "net \(words.joined(separator: " ")) as \(name)"
  }

  /// The layers, with the values of the file, each tensor read once.
  ///
  /// - Throws: `TensorFileError` where they cannot be read, `OutOfMemory`, `Cancelled`.
  func layers() throws -> [any Layer] {
    try stages.indices.flatMap { index in
      try (followsFlatten(index) ? [FlattenLayer()] : []) + [stages[index].layer()]
    }
  }

  /// Whether a flatten goes before a stage: no linear layer follows a convolution without one.
  private func followsFlatten(_ index: Int) -> Bool {
    index > 0 && stages[index].shape.rank == 2 && stages[index - 1].shape.rank != 2
  }

  /// What a layer's tensors are of; nil where they are of none.
  private static func kind(
    _ group: StateGroup, _ shape: Shape, after channels: Int?
  ) -> Kind? {
    let names = Set(group.tensors.keys)
    let hasBias = names.contains("bias")
    if let bias = group.tensors["bias"], shape.rank > 0, bias.shape != [shape[0]] { return nil }
    switch shape.rank {
    case 4 where names.subtracting(["weight", "bias"]).isEmpty && shape.count > 0:
      // Fewer input channels than the layer before has outputs: each group of filters reads a part of
      // them. A single point is rather the shortcut of a block, which reads the block's input.
      let ratio = (channels ?? 1) / max(1, shape[1])
      let hasGroups =
        shape[2] * shape[3] > 1 && ratio > 1 && channels == ratio * shape[1]
        && shape[0].isMultiple(of: ratio)
      let groups = hasGroups ? ratio : 1
      var settings = Conv2d.Settings(
        shape[1] * groups, shape[0], kernelSize: Pair(shape[2], shape[3]))
      settings.groups = groups
      return .convolution(settings)
    case 2 where names.subtracting(["weight", "bias"]).isEmpty && shape.count > 0:
      return .linear
    case 1 where hasBias && names.contains("running_mean") && names.contains("running_var"):
      let fits = group.tensors.values.allSatisfy { $0.shape == shape }
      return fits && names.count == 4 ? .normalization(channels: shape[0]) : nil
    default: return nil
    }
  }

  /// What stands in a stage's parentheses.
  private static func arguments(of kind: Kind, _ shape: Shape, hasBias: Bool) -> [String] {
    let withoutBias = hasBias ? [] : ["bias=false"]
    switch kind {
    case .convolution(let settings):
      let (rows, columns) = (shape[2], shape[3])
      return [
        "\(settings.inChannels)", "\(shape[0])", rows == columns ? "\(rows)" : "\(rows)x\(columns)",
      ] + (settings.groups > 1 ? ["groups=\(settings.groups)"] : []) + withoutBias
    case .linear: return ["\(shape[1])", "\(shape[0])"] + withoutBias
    case .normalization(let channels): return ["\(channels)"]
    }
  }
}

extension NetworkFromState.Stage {
  /// The layer, with the values of the file.
  fileprivate func layer() throws -> any Layer {
    func values(_ tensor: FileTensor) throws -> Tensor { try TensorValue(tensor).floats().tensor }
    let bias = try tensors["bias"].map(values)
    switch kind {
    case .normalization(let channels):
      var layer = try BatchNorm2d(channels)
      layer.setState(try tensors.mapValues(values))
      return layer
    case .convolution(let settings):
      return try pruned(Conv2d(settings, weight: try values(weight), bias: bias))
    case .linear: return try pruned(Linear(weight: values(weight), bias: bias))
    }
  }

  /// The layer with the pruning that the file has.
  private func pruned(_ layer: some AffineLayer) throws -> any Layer {
    guard let pruning else { return layer }
    let mask = try TensorValue(pruning).floats().tensor
    guard mask.elements.allSatisfy({ $0 == 0 || $0 == 1 }) else {
      throw TensorFileError("has a weight_mask of other numbers than 0 and 1")
    }
    var layer = layer
    try layer.parts.weight.prune(mask: Mask(mask, of: .elements(of: mask.shape)))
    return layer
  }
}
