import Gradients
import Pruning
import Running
import Tensors

// What several checks ask.

extension Mask {
  /// Whether its score says the same of the same weight; a mask without question is taken for one of
  /// norms.
  var looksAtWeightsAlone: Bool {
    question.map { $0.score.looksAtWeightAlone } ?? true
  }
}

extension Tensor {
  /// The sum of the magnitudes of each group's elements.
  func absoluteSums(in partition: Partition) throws -> [Double] {
    var sums = try Memory.array(mapping: partition.count) { _ in 0.0 }
    try partition.forEachRun { run in
      var group = run.group
      for element in run.elements {
        sums[group] += Double(abs(elements[element]))
        group += run.stride
      }
    }
    return sums
  }
}
