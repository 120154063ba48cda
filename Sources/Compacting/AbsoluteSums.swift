import Pruning
import Running
import Tensors

// Sums of the magnitudes of weights, in double.

extension Tensor {
  /// The sum of the magnitudes of each group's elements; not finite where one of them is not.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
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
