import Layers

/// `train`: puts the layer in training mode.
enum TrainCommand: Command {
  static let name = "train"
  static let worksOnLayer = true
  static let hasValue = false
  static let summary = "put the layer, or a whole network, in training mode"
  static let details = """
    The mode of a new layer. It matters to batch normalization alone: in training mode that uses the
    batch's own mean and variance, and its running statistics move with each forward.
    """
  static let example = """
    batchnorm 1; eval;
    train
    forward input=[[[[1, 3]]]]
    #> tensor([[[[-1.0000,  1.0000]]]], grad_fn=<NativeBatchNormBackward0>)
    """

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    try evaluation.setTraining(true, call)
    return nil
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    PythonCode(["\(try scope.layer(of: call)).train()"])
  }
}

extension Evaluation {
  /// Sets the mode of the layer that the call names, or of the current one, which stays current.
  mutating func setTraining(_ isTraining: Bool, _ call: Call) throws {
    let path = try path
    let changes = try layer().isTraining != isTraining
    try session.changeLayer(at: path, changes ? "mode" : nil) { $0.isTraining = isTraining }
    // Nothing is shown, so that it is said each time.
    if !call.namesLayer { noteLayer(again: true) }
  }
}
