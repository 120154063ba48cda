import Gradients
import Layers
import Pruning
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

  /// How many filters a rate means.
  enum Rounding: String, CaseIterable {
    /// int(OUT · RATE), as the notebook's `calculate_mask`.
    case int
    /// round(RATE · OUT), half to even, as `ln_structured`.
    case even
  }

  /// What stands behind the layer.
  typealias Activation = @Sendable (Variable) throws -> Variable

  /// The layer, without mask and pruning.
  let dense: Conv2d
  /// Zeros and ones, one for each filter.
  let mask: Tensor
  /// What the layer is run on.
  let input: Tensor

  /// Chooses the filters of lowest L1 norm.
  ///
  /// - Throws: `Cancelled`.
  init(layer: Conv2d, rate: Double, rounding: Rounding, input: Tensor) throws {
    dense = try layer.denseCopy()
    self.input = input
    switch rounding {
    case .int: mask = try FilterMask.dynamic(scores: try dense.scores().tensor, rate: rate)
    case .even:
      let weight = dense.dense.tensor
      let elements = try FilterMask.structured(weight: weight, rate: rate).elements
      let length = max(1, weight.shape.droppingFirst.count)
      mask = try Tensor(shape: [layer.settings.outChannels]) { target in
        for filter in 0..<layer.settings.outChannels { target[filter] = elements[filter * length] }
      }
    }
  }

  /// How many filters are switched off.
  var maskedCount: Int { mask.elements.count { $0 == 0 } }

  /// The layer pruned by one method.
  ///
  /// - Throws: `Cancelled`.
  func layer(_ method: Method) throws -> Conv2d {
    var layer = try dense.copy()
    switch method {
    case .straightThrough: layer.mask = mask
    case .blocked:
      let ones = try Tensor(repeating: 1, shape: layer.dense.tensor.shape)
      try layer.prune(mask: try ones.scalingRows(by: mask))
    }
    return layer
  }

  /// Runs the layer forward, through the activation, and backward from the sum.
  ///
  /// - Returns: the gradient of the dense weight.
  /// - Throws: `LayerError`, `ShapeError`, `Cancelled`.
  func gradient(
    _ method: Method, epsilon: Double?, activation: Activation
  ) throws -> (layer: Conv2d, gradient: Tensor) {
    var layer = try layer(method)
    layer.epsilon = epsilon
    let output = try activation(layer.forward(Variable(input)))
    let loss = try Variable(Sum(), output)
    let map = try Backward.gradients(of: loss, upstream: Tensor(scalar: 1))
    let weight = layer.dense
    let gradient = try map.leaves[weight.leaf] ?? Tensor(repeating: 0, shape: weight.tensor.shape)
    return (layer, gradient)
  }

  /// The largest absolute gradient of the filters that are switched off, or of the kept ones.
  func largest(of gradient: Tensor, masked: Bool) -> Float {
    let length = gradient.shape.droppingFirst.count
    let magnitudes = gradient.elements.enumerated().lazy.filter { index, _ in
      (mask.elements[index / length] == 0) == masked
    }.map(\.element.magnitude)
    return magnitudes.contains(where: \.isNaN) ? .nan : magnitudes.max() ?? 0
  }
}

extension Evaluation {
  /// The current layer or the one named, for a trial that changes nothing.
  ///
  /// - Throws: ``Placed``, ``CommandError`` where there is none, ``TrialError`` where it belongs to a
  ///   network.
  func trialLayer(
    _ call: Call, at parameter: some AnyParameter, _ reference: ReferenceSyntax?, for verb: String
  ) throws -> Conv2d {
    let path = try reference.map { try layerPath($0) } ?? session.current().path
    let layer = try session.layer(at: path)
    guard path.member == nil, !(layer is Network) else {
      let network = try session.layer(at: LayerPath(name: path.name)) as? Network
      let inside =
        path.member ?? network?.members.first { $0.layer is Conv2d }?.name
      guard let inside, network?[inside] is Conv2d else { return try Session.convolution(layer) }
      throw call.placed(
        TrialError(
          layer: path.description, network: path.name, convolution: "\(path.name).\(inside)",
          verb: verb),
        at: parameter)
    }
    return try Session.convolution(layer)
  }

  /// The session's input, or one drawn as `forward` would draw it, without moving the generator.
  ///
  /// - Throws: `ShapeError`, `Cancelled`.
  mutating func trialInput(for layer: Conv2d) throws -> Tensor {
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
