import Language
import Gradients
import Layers
import Tensors

/// `weight`, `weight LITERAL`: shows or sets the layer's dense weight.
enum WeightCommand: Command {
  static let name = "weight"
  static let worksOnLayer = true
  static let summary = "show the layer's dense weight, or set its values"
  static let details = """
    A mask leaves the dense weight as it is; pruned shows what the layer uses. After prune, weight
    is the product of weight_orig and weight_mask, as in PyTorch, and cannot be set.
    """
  static let example = """
    conv 1 1 2 bias=false;
    weight [[[[1, 0], [0, -1]]]]
    #> Parameter containing:
    #> tensor([[[[ 1.,  0.],
    #>           [ 0., -1.]]]], requires_grad=True)
    """

  static let source = Argument<TensorSyntax>.tensor()
  static let forms = [Form(), Form(source)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let layer = try evaluation.layer()
    let weight = try Session.weight(of: layer)
    if let source = try call[optional: source] {
      let values = try evaluation.tensor(source).tensor
      guard layer.affine?.weight.isPruned != true else {
        throw call.placed(LayerUseError.weightIsAProduct, at: Self.source)
      }
      let shape = weight.tensor.shape
      guard values.shape == shape else {
        throw call.placed(
          LayerUseError.wrongShape("weight", expected: shape, found: values.shape), at: Self.source)
      }
      try evaluation.session.changeLayer(at: evaluation.path, "weight") {
        $0.set(weight.leaf, to: values)
      }
    } else if layer.affine?.weight.mask != nil {
      evaluation.notes.append(.weightIsDense)
    }
    return try evaluation.attribute(.weight, of: try evaluation.layer())
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.parameter(.weight, of: call, setTo: try call[optional: source])
  }
}
