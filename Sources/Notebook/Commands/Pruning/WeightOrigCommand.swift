/// `weight_orig`: show the dense weight behind a pruned one.
enum WeightOrigCommand: Command {
  static let name = "weight_orig"
  static let worksOnLayer = true
  static let summary = "show the dense weight behind a pruned one"
  static let details = """
    After prune the parameter is weight_orig; weight is its product with weight_mask.
    """
  static let example = """
    conv 1 2 1 bias=false;
    weight [[[[0.5]]], [[[-0.25]]]]; prune 0.5;
    weight_orig
    #> Parameter containing:
    #> tensor([[[[ 0.5000]]],
    #>
    #>
    #>         [[[-0.2500]]]], requires_grad=True)
    """

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    try evaluation.attribute(.weightOrig, of: try evaluation.layer())
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.attribute(.weightOrig, of: call)
  }
}
