/// `pruned`: show the weight that the layer uses.
enum PrunedCommand: Command {
  static let name = "pruned"
  static let worksOnLayer = true
  static let summary = "show the weight that the layer uses"
  static let details = """
    With a mask, weight · mask as the Dynamic Pruning Unit computes it; after prune the masked product.
    """
  static let example = """
    conv 1 2 1 bias=false;
    weight [[[[0.5]]], [[[-0.25]]]]; mask 0.5;
    pruned
    #> tensor([[[[0.5000]]],
    #>
    #>
    #>         [[[-0.0000]]]], grad_fn=<DPUBackward>)
    """

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    try evaluation.attribute(.pruned, of: try evaluation.layer())
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.attribute(.pruned, of: call)
  }
}
