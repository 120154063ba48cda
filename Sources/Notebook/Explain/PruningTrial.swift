import Gradients
import Layers
import Pruning
import Running
import Tensors

/// A layer run once on copies, pruned one way or the other: what `compare` and `ablate` measure.
struct PruningTrial {
  /// How filters are switched off.
  enum Method {
    /// `ln_structured`'s product: the gradient is blocked.
    case blocked
    /// The Dynamic Pruning Unit: the gradient passes straight through.
    case straightThrough
  }

  /// What stands behind the layer.
  typealias Activation = @Sendable (Variable) throws -> Variable

  /// The layer, without mask and pruning.
  let dense: any Layer
  /// Which filters are switched off.
  let mask: Mask
  /// What the layer is run on.
  let input: Tensor

  /// Chooses the filters of lowest L1 norm.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  init(layer: any Layer, weight: Weight, rate: Double, method: MaskMethod, input: Tensor) throws {
    var dense = layer
    dense.affine?.makeDense()
    self.dense = try dense.copy()
    mask = try method.mask(of: weight.parameter.variable, removing: rate)
    self.input = input
  }

  /// The layer pruned by one method.
  ///
  /// - Throws: `ShapeError`, `Cancelled`.
  private func layer(_ method: Method) throws -> any Layer {
    var layer = try dense.copy()
    switch method {
    case .straightThrough: layer.affine?.weight.mask = mask
    case .blocked: try layer.affine?.weight.prune(mask: mask)
    }
    return layer
  }

  /// Runs the layer forward, through the activation, and backward from the sum.
  ///
  /// - Returns: the gradient of the dense weight.
  /// - Throws: `LayerError`, `ShapeError`, `Cancelled`.
  func gradient(
    _ method: Method, epsilon: Double?, activation: Activation
  ) throws -> Tensor {
    var layer = try layer(method)
    layer.affine?.epsilon = epsilon
    let output = try activation(layer.forward(Variable(input)))
    let loss = try Variable(Sum(), output)
    let map = try Backward.gradients(of: loss, upstream: Tensor(scalar: 1))
    return try layer.weight.flatMap { map.leaves[$0.leaf] }
      ?? Tensor(repeating: 0, shape: mask.partition.weight)
  }

  /// How large a gradient is in the filters that are switched off, or in the kept ones.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  func magnitudes(of gradient: Tensor, kept: Bool) throws -> Magnitudes {
    var sum = Magnitudes()
    for (group, magnitudes) in try mask.partition.magnitudes(of: gradient).enumerated()
    where mask.keeps(group) == kept {
      try Cancellation.check()
      sum.add(magnitudes)
    }
    return sum
  }
}

extension Evaluation {
  /// The current layer or the one named, for a trial that changes nothing.
  ///
  /// - Throws: ``Placed``, ``LayerUseError`` where there is none, ``TrialError`` where it belongs to a
  ///   network.
  func trialLayer(
    _ call: Call, at parameter: some AnyParameter, _ reference: ReferenceSyntax?, for verb: String
  ) throws -> (layer: any Layer, affine: Affine) {
    let path = try reference.map { try layerPath($0) } ?? session.current().path
    let layer = try session.layer(at: path)
    guard path.members.isEmpty, !layer.isNetwork else {
      let network = try session.layer(at: LayerPath(name: path.name))
      let inside =
        path.members.isEmpty
        ? network.descendants.first { type(of: $0.layer).isMaskedInNetworks }?.path : path.members
      guard let inside, network.layer(at: inside[...])?.affine != nil else {
        return (layer, try Session.affine(of: layer))
      }
      let convolution = LayerPath(name: path.name, members: inside)
      throw call.placed(
        TrialError(
          layer: path.description, network: path.name, convolution: convolution.description,
          verb: verb),
        at: parameter)
    }
    return (layer, try Session.affine(of: layer))
  }

  /// The session's input, or one drawn as `forward` would draw it, without moving the generator.
  ///
  /// - Throws: `ShapeError`, `Cancelled`.
  mutating func trialInput(for layer: any Layer) throws -> Tensor {
    if let input = session.input {
      do {
        _ = try layer.outputShape(input.tensor.shape)
      } catch let error as LayerError {
        throw UnfitInput(error: error, layer: layer, source: .input)
      }
      return input.tensor
    }
    let shape = try Shape(checking: layer.drawnInput.dimensions)
    notes.append(.inputDrawn(shape: shape.dimensions.map(String.init).joined(separator: " ")))
    var generator = session.generator
    return try generator.normal(shape: shape)
  }
}

/// A trial of a layer whose network would have to run too.
struct TrialError: Explained {
  let layer: String
  let network: String
  let convolution: String
  let verb: String

  var message: String {
    let what = layer == network ? "is a network" : "is part of the network \(network)"
    return "\(layer) \(what), whose other layers and loss would be left out"
  }

  var remedy: String? {
    """
    in the network: mask 0.5; forward; backward; filters, then with prune 0.5
    the layer alone, on input: copy \(convolution) as alone; \(verb) 0.5
    """
  }
}
