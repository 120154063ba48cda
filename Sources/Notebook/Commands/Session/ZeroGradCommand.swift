/// `zero_grad`: forgets the layer's gradients.
enum ZeroGradCommand: Command {
  static let name = "zero_grad"
  static let worksOnLayer = true
  static let hasValue = false
  static let summary = "forget the layer's gradients"
  static let details =
    "The gradients of the current layer's parameters, or of a whole network's, become None."
  static let example = """
    conv 1 1 2 bias=false;
    forward input=[[[[1, 2], [3, 4]]]];
    backward;
    zero_grad
    grad
    #> None
    """

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    for parameter in try evaluation.layer().parameters {
      evaluation.session.gradients[parameter.leaf] = nil
      evaluation.session.losses[parameter.leaf] = nil
    }
    return nil
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    PythonCode(["\(try scope.layer(of: call)).zero_grad()"])
  }
}
