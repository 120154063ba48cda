import Gradients
import Layers
import Pruning
import Running
import Tensors

/// A layer pruned one way or the other, its network run each time: what `compare` and `ablate`
/// measure.
struct PruningTrial {
  /// How groups are switched off.
  enum Method {
    /// PyTorch's ordinary pruning, which leaves the bias alone: the gradient is blocked.
    case ordinary
    /// A mask in a unit.
    case unit(any MaskUnit)

    /// The unit of this name: `blocked` is ordinary pruning.
    init(_ unit: any MaskUnit) {
      self = unit.name == MaskUnits.ordinary.name ? .ordinary : .unit(unit)
    }

    /// What heads its columns.
    var heading: String {
      switch self {
      case .ordinary: "pruning:"
      case .unit(let unit): unit.isUsual ? "DPU:" : "\(unit.name):"
      }
    }

    /// What stands above its gradient.
    var title: String {
      switch self {
      case .ordinary: "ordinary pruning, weight_orig.grad:"
      case .unit(let unit):
        (unit.isUsual ? "Dynamic Pruning Unit" : unit.name) + ", weight.grad:"
      }
    }

    /// Where something happens, in a sentence.
    var place: String {
      switch self {
      case .ordinary: "under ordinary pruning"
      case .unit(let unit): unit.isUsual ? "in the DPU" : "in \(unit.name)"
      }
    }
  }

  /// What runs.
  let run: TrialRun
  /// Where the layer is.
  let path: LayerPath
  /// The layer's parameters and constant, mask and pruning taken away.
  let dense: Affine
  /// Which groups are switched off.
  let mask: Mask

  /// Makes a trial of a layer that is dense.
  init(_ layer: MaskableLayer, in run: TrialRun, mask: Mask) {
    (self.run, self.path, self.mask) = (run, layer.path, mask)
    dense = layer.affine
  }

  /// Runs forward with the layer pruned by one method, and backward from the sum.
  ///
  /// - Parameters:
  ///   - method: how the groups are switched off.
  ///   - epsilon: the layer's constant.
  ///   - activation: what is applied before the sum.
  /// - Returns: the gradient of the dense weight.
  /// - Throws: `LayerError`, `ShapeError`, `Cancelled`.
  func gradient(
    _ method: Method, epsilon: Double?, activation: (Variable) throws -> Variable
  ) throws -> Tensor {
    var pruned = dense
    pruned.epsilon = epsilon
    switch method {
    case .unit(let unit): (pruned.weight.mask, pruned.weight.unit) = (mask, unit)
    case .ordinary: try pruned.weight.prune(mask: mask)
    }
    let value = try activation(try run.value(with: pruned, at: path))
    let parameter = dense.weight.parameter
    // A value that was taken before this layer does not depend on its weight.
    guard value.requiresGradient else {
      return try Tensor(repeating: 0, shape: parameter.tensor.shape)
    }
    let map = try Backward.gradients(
      of: try Variable(Sum(), value), upstream: Tensor(scalar: 1))
    return try map.leaves[parameter.leaf]
      ?? Tensor(repeating: 0, shape: parameter.tensor.shape)
  }

  /// How large a gradient is in the groups that are switched off, or in the kept ones.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  func magnitudes(of gradient: Tensor, kept: Bool) throws -> Magnitudes {
    var sum = Magnitudes()
    try mask.partition.forEachRun { run in
      var group = run.group
      for element in run.elements {
        if mask.keeps(group) == kept { sum.add(gradient.elements[element]) }
        group += run.stride
      }
    }
    return sum
  }
}

extension Evaluation {
  /// Trials of a layer, or of each layer of a network that takes masks and has such groups, on dense
  /// copies of them. The generator stays where it is.
  ///
  /// - Parameters:
  ///   - path: the layer or network.
  ///   - call: the call, whose arguments say what is masked; without any the layer's own mask does.
  ///   - rate: the share that was given.
  /// - Returns: the trials.
  /// - Throws: ``Placed``, ``LayerUseError``, `ShapeError`, `OutOfMemory`, `Cancelled`.
  mutating func trials(at path: LayerPath, _ call: Call, rate: Double?) throws -> [PruningTrial] {
    let found = try session.maskable(at: path, all: call.has(MaskArguments.layers))
    let layers = found.map { layer in
      var dense = layer.affine
      dense.makeDense()
      return MaskableLayer(path: layer.path, affine: dense)
    }
    let masks = found.map(\.affine.weight.mask)
    guard try maskQuestion(call, rate: rate) != nil else {
      guard masks.contains(where: { $0 != nil }) else {
        throw call.placed(MaskArgumentError.noAmount, at: MaskArguments.rate)
      }
      let run = try TrialRun(of: path, in: &self)
      return zip(found, layers).compactMap { found, layer in
        found.affine.weight.mask.map { PruningTrial(layer, in: run, mask: $0) }
      }
    }
    let generator = session.generator
    defer { session.generator = generator }
    var chosen: [Int: Mask] = [:]
    // Layers whose masks were asked for alike are asked together, as groups of all may compete.
    for alike in Dictionary(grouping: layers.indices, by: { masks[$0]?.question?.words ?? "" })
      .values.sorted(by: { $0[0] < $1[0] })
    {
      guard
        let question = try maskQuestion(call, rate: rate, like: masks[alike[0]]?.question)
      else { continue }
      for (place, mask) in try self.masks(question, of: alike.map { layers[$0] }, in: path, call) {
        chosen[alike[place]] = mask
      }
    }
    let run = try TrialRun(of: path, in: &self)
    return layers.indices.compactMap { index in
      chosen[index].map { PruningTrial(layers[index], in: run, mask: $0) }
    }
  }

  /// The masks that a question asks for, of those of some layers that have such groups.
  private mutating func masks(
    _ question: MaskQuestion, of layers: [MaskableLayer], in path: LayerPath, _ call: Call
  ) throws -> [(Int, Mask)] {
    let place: any AnyArgument =
      MaskArguments.structures.first { call.has($0) } ?? MaskArguments.rate
    let (fit, left) = try call.placing(at: place) {
      try session.fitting(question.structure, among: layers)
    }
    if !left.isEmpty { notes.append(.leftDense(left, of: question, in: path)) }
    let masks = try call.placing(at: MaskArguments.score) { try session.masks(question, of: fit) }
    notes += question.notes(on: masks)
    let places = layers.indices.filter { index in
      fit.contains { $0.path == layers[index].path }
    }
    return Array(zip(places, masks))
  }
}
