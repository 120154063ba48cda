/// `grad`: show the gradient of the layer's weight.
enum GradCommand: Command {
  static let name = "grad"
  static let worksOnLayer = true
  static let summary = "show the gradient of the layer's weight"
  static let details = """
    None before backward. After prune it is the gradient of weight_orig, which the mask blocks.
    bias.grad and input.grad are the gradients of the bias and of an input with requires_grad=true.
    """
  static let example = """
    conv 1 1 1 bias=false;
    grad
    #> None
    forward input=[[[[2, 3]]]]; backward;
    grad
    #> tensor([[[[5.]]]])
    """

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    try evaluation.attribute(.grad, of: try evaluation.layer())
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.attribute(.grad, of: call)
  }
}
