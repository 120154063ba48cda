import Layers

/// `eval`: puts the layer in evaluation mode.
enum EvalCommand: Command {
  static let name = "eval"
  static let worksOnLayer = true
  static let hasValue = false
  static let summary = "put the layer, or a whole network, in evaluation mode"
  static let details = """
    It matters to batch normalization alone: in evaluation mode that uses running_mean and
    running_var, which then stay as they are.
    """
  static let example = """
    batchnorm 1;
    eval
    forward input=[[[[1, 3]]]]
    #> tensor([[[[1.0000, 3.0000]]]], grad_fn=<NativeBatchNormBackward0>)
    """

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    try evaluation.setTraining(false, call)
    return nil
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    PythonCode(["\(try scope.layer(of: call)).eval()"])
  }
}
