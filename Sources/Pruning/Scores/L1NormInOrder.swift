import Gradients
import Running
import Tensors

/// `torch.norm` with p = 1 over each group, the score of `ln_structured(…, n=1)`: absolute values
/// added one after another, so that the last digit can differ from ``L1Score``.
public enum L1NormInOrder: Score {
  public static let name = "ln"

  public static func scores(of weight: Variable, in partition: Partition) throws -> Variable {
    let tensor = weight.tensor
    return Variable(
      try Tensor(shape: partition.groups) { target in
        try Cancellation.forEachPiece(of: partition.count) { piece in
          (target + piece.lowerBound).initialize(repeating: 0, count: piece.count)
        }
        try tensor.withPointer { source in
          try partition.forEachRun { run in
            var group = run.group
            for element in run.elements {
              target[group] += source[element].magnitude
              group += run.stride
            }
          }
        }
      })
  }
}
