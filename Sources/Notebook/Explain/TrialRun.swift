import Gradients
import Layers
import Tensors

/// What a trial runs again with one layer changed: a network as it was recorded, or a layer alone.
///
/// Layers are values, so that changing one here leaves the session's as it is: the other layers'
/// masks and pruning, the training modes and the running statistics.
struct TrialRun {
  /// What is applied to the value before it is summed up.
  typealias Activation = @Sendable (Variable) throws -> Variable

  /// The recorded nodes from a network's layers to `output`.
  private struct Recording {
    let output: Variable
    /// Which layer each node made the value of.
    let layers: [UInt64: LayerPath]

    /// `output` as it was recorded, if what a network gave in its last forward leads to it.
    init?(_ output: Variable?, of path: LayerPath, in session: Session) {
      guard let output else { return nil }
      var layers: [UInt64: LayerPath] = [:]
      for (stage, values) in session.stages where stage.isWithin(path) {
        if let node = values.output.node { layers[node.serial] = stage }
      }
      let nodes = Backward.order(of: output)
      guard nodes.contains(where: { layers[$0.serial] != nil }) else { return nil }
      (self.output, self.layers) = (output, layers)
    }
  }

  /// Where the network is, or the layer that runs alone.
  let path: LayerPath
  /// Whether a layer that is in no network runs alone.
  let isAlone: Bool
  private let layer: any Layer
  private let input: Tensor
  private let recording: Recording?

  /// The value with one layer changed: what `output` would have been, or what the layers give where
  /// no output was recorded.
  ///
  /// - Parameters:
  ///   - affine: what the changed layer has in place of its own.
  ///   - changed: where that layer is.
  /// - Returns: the value, before anything is summed up.
  /// - Throws: `LayerError`, `ShapeError`, `Cancelled`.
  func value(with affine: Affine, at changed: LayerPath) throws -> Variable {
    var layer = layer
    try LayerPath.change(changed.members.dropFirst(path.members.count), of: &layer) {
      $0.affine = affine
    }
    var values: [LayerPath: Variable] = [:]
    let result = try layer.forward(Variable(input)) { members, _, output in
      values[LayerPath(name: path.name, members: path.members + members)] = output
    }
    guard let recording else { return result }
    values[path] = result
    return try recording.output.recomputed { variable in
      variable.node.flatMap { recording.layers[$0.serial] }.flatMap { values[$0] }
    }
  }
}

extension TrialRun {
  /// What is run for a trial of a layer, or of those of a network: the network that it ran in last,
  /// on the input of that time; else the whole network, on the session's input or one that is drawn
  /// as `forward` would draw it, without moving the generator.
  ///
  /// - Throws: ``LayerUseError/noLayer``, ``UnfitInput``, `ShapeError`, `Cancelled`.
  init(of path: LayerPath, in evaluation: inout Evaluation) throws {
    let session = evaluation.session
    let networks = (0...path.members.count).map {
      LayerPath(name: path.name, members: Array(path.members.prefix($0)))
    }
    self.path = networks.first { session.stages[$0] != nil } ?? networks[0]
    layer = try session.layer(at: self.path)
    isAlone = path.members.isEmpty && !layer.isNetwork
    guard !isAlone, let recorded = session.stages[self.path] else {
      input = try evaluation.trialInput(for: layer)
      recording = nil
      if !isAlone { evaluation.notes.append(.networkHasNotRun("\(self.path)")) }
      return
    }
    input = recorded.input.tensor
    try Evaluation.check(input.shape, fits: layer, from: .recorded)
    recording = Recording(session.output, of: self.path, in: session)
    if recording == nil { evaluation.notes.append(.outputIsNotOf("\(self.path)")) }
  }
}

extension Evaluation {
  /// The session's input, or one drawn as `forward` would draw it, without moving the generator.
  ///
  /// - Throws: ``UnfitInput``, `ShapeError`, `Cancelled`.
  fileprivate mutating func trialInput(for layer: any Layer) throws -> Tensor {
    if let input = session.input {
      try Self.check(input.tensor.shape, fits: layer, from: .input)
      return input.tensor
    }
    let shape = try Shape(checking: layer.drawnInput.dimensions)
    try Self.check(shape, fits: layer, from: .input)
    notes.append(.drawn(shape))
    var generator = session.generator
    return try generator.normal(shape: shape)
  }

  fileprivate static func check(
    _ shape: Shape, fits layer: any Layer, from source: UnfitInput.Source
  ) throws {
    do {
      _ = try layer.outputShape(shape)
    } catch let error as LayerError {
      throw UnfitInput(error: error, layer: layer, source: source)
    }
  }
}
