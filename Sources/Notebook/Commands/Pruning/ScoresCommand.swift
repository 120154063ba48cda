import Language
import Layers
import Pruning

/// `scores`: show each group's importance score.
enum ScoresCommand: Command {
  static let name = "scores"
  static let worksOnLayer = true
  static let summary = "show each group's importance score"
  static let details = """
    A number for each filter, kernel, connection …: mask gives the lowest ones a 0. Without keys
    those by which the layer's mask was chosen, without a mask the L1 norms of the filters. The
    groups are named as for mask: structure=, block=, vector=, keep=.

      l1, l2, linf   norms of a group's weights
      random         torch.rand(groups)
      taylor         (Σ g·w)², after backward;  snip: Σ|g·w|;  gradient: Σ|g|
      batchnorm      |γ| of the batch norm that follows, for filters
      fpgm           the sum of the distances to the other groups

    normalize=mean divides by the number of weights of a group.
    """
  static let example = """
    conv 1 2 1 bias=false;
    weight [[[[0.5]]], [[[-0.25]]]];
    scores
    #> tensor([0.5000, 0.2500], grad_fn=<SumBackward1>)
    """

  static let keywords: [any AnyArgument] =
    MaskArguments.structures + [MaskArguments.score, MaskArguments.normalize]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let layer = MaskableLayer(
      path: try evaluation.path, affine: try Session.affine(of: try evaluation.layer()))
    let structure = try MaskArguments.structure(of: call)
    let score = try evaluation.score(of: call)
    let asked = layer.affine.weight.mask?.question
    var question = asked ?? .filters(share: 0)
    if let score {
      question.score = score
    } else if structure == nil, asked?.score.isDrawn == true {
      throw MaskArgumentError.randomScores
    }
    question.normalizes = call.has(MaskArguments.normalize) || asked?.normalizes == true
    let groups = structure ?? question.structure
    var generator = evaluation.session.generator
    let scores = try question.scores(
      of: evaluation.session.scoreSource(of: layer), for: groups, generator: &generator)
    evaluation.session.generator = generator
    return .tensor(scores)
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.scores(call)
  }
}
