import Gradients
import Tensors

/// The sum of a filter's absolute values, `weight.abs().sum(dim=(1, 2, 3))`: the paper's score, part
/// of the graph, added up in the order of PyTorch's `sum`.
public enum L1Score: Score {
  public static let name = "l1"

  public static func scores(of weight: Variable, in partition: Partition) throws -> Variable {
    precondition(partition == FilterStructure.partition(of: weight.tensor.shape))
    let sum = Sum(Reduction(Array(1..<weight.tensor.shape.rank)))
    return try Variable(sum, Variable(AbsoluteValue(), weight))
  }
}
