import Pruning

// What several checks ask.

extension Mask {
  /// Whether its score says the same of the same weight; a mask without question is taken for one of
  /// norms.
  var looksAtWeightsAlone: Bool {
    question.map { $0.score.looksAtWeightAlone } ?? true
  }
}
