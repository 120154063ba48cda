import Language

/// `copy LAYER as NAME`: a layer with the same values.
enum CopyCommand: Command {
  static let name = "copy"
  static let namesItself = true
  static let summary = "copy a layer"
  static let details = """
    Values, mask, pruning and constant are copied, gradients are not. The copy becomes the current
    layer. copy.deepcopy fails after prune; here it copies weight_orig and weight_mask.
    """
  static let example = """
    conv 1 2 3 bias=false as a;
    copy a as b
    #> Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1), bias=False)
    """

  static let layer = Argument<ReferenceSyntax>.layer()
  static let forms = [Form(layer)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let reference = try call[layer]
    let original = try evaluation.layer(reference)
    guard let target = call.syntax.name else {
      throw NameError.copyNeedsName(reference.text)
    }
    let copy = try original.copy()
    evaluation.session.add(copy, as: target.text)
    return .layer(copy)
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    let original = try scope.before.layerPath(try call[layer])
    let layer = try scope.before.session.layer(at: original)
    let isPruned = ([layer] + layer.descendants.map(\.layer)).contains {
      $0.affine?.weight.isPruned == true
    }
    scope.need(isPruned ? .copied : .copying)
    let copy = isPruned ? "copied" : "copy.deepcopy"
    let text = try scope.python(original)
    return .assigning(scope.bind(try scope.after.current().path.name), "\(copy)(\(text))")
  }
}
