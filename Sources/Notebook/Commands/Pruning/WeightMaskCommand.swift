/// `weight_mask`: show the mask of ordinary pruning.
enum WeightMaskCommand: Command {
  static let name = "weight_mask"
  static let worksOnLayer = true
  static let summary = "show the mask of ordinary pruning"
  static let details = """
    Zeros and ones of the weight's shape, made by prune.
    """
  static let example = """
    conv 1 1 1 bias=false; prune 0;
    weight_mask
    #> tensor([[[[1.]]]])
    """

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    try evaluation.attribute(.weightMask, of: try evaluation.layer())
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.attribute(.weightMask, of: call)
  }
}
