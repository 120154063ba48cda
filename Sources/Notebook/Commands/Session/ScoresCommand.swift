/// `scores`: show each filter's importance score.
enum ScoresCommand: Command {
  static let name = "scores"
  static let worksOnLayer = true
  static let summary = "show each filter's importance score"
  static let details = """
    The L1 norm of each filter of weight: mask gives the lowest ones a 0.
    """
  static let example = """
    conv 1 2 1 bias=false;
    weight [[[[0.5]]], [[[-0.25]]]];
    scores
    #> tensor([0.5000, 0.2500], grad_fn=<SumBackward1>)
    """

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    try evaluation.attribute(.scores, of: try evaluation.layer())
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.attribute(.scores, of: call)
  }
}
