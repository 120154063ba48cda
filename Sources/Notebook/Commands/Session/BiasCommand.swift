import Language
import Gradients
import Tensors

/// `bias`, `bias LITERAL`: shows or sets the layer's bias.
enum BiasCommand: Command {
  static let name = "bias"
  static let worksOnLayer = true
  static let summary = "show the layer's bias, or set its values"
  static let details = """
    One number for each filter; None where the layer has no bias. The mask switches it off together
    with its filter; prune leaves it alone. bias.grad is its gradient.
    """
  static let example = """
    conv 1 2 3;
    bias [0.5, -0.25]
    #> Parameter containing:
    #> tensor([ 0.5000, -0.2500], requires_grad=True)
    """

  static let source = Argument<TensorSyntax>.tensor()
  static let forms = [Form(), Form(source)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    if let source = try call[optional: source] {
      let values = try evaluation.tensor(source).tensor
      let layer = try evaluation.layer()
      _ = try Session.weight(of: layer)
      guard let bias = layer.bias else { throw LayerUseError.noBias }
      let shape = bias.tensor.shape
      guard values.shape == shape else {
        throw call.placed(
          LayerUseError.wrongShape("bias", expected: shape, found: values.shape), at: Self.source)
      }
      try evaluation.session.changeLayer(at: evaluation.path, "bias") {
        $0.set(bias.leaf, to: values)
      }
    }
    return try evaluation.attribute(.bias, of: try evaluation.layer())
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.parameter(.bias, of: call, setTo: try call[optional: source])
  }
}
