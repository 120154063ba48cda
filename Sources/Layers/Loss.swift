import Gradients
import Kernels
import Tensors

/// Losses: one number that says how far a value is from a target.
public enum Loss {
  /// The mean of the squared differences: `torch.nn.functional.mse_loss`.
  ///
  /// - Throws: ``LossError`` where the shapes differ, `Cancelled`.
  public static func meanSquaredError(_ value: Variable, target: Variable) throws -> Variable {
    guard value.tensor.shape == target.tensor.shape else {
      throw LossError.targetShape(target.tensor.shape, value: value.tensor.shape)
    }
    return try Variable(MeanSquaredError(), value, target)
  }

  /// The mean of −log softmax at the right classes: `torch.nn.functional.cross_entropy`.
  ///
  /// - Parameters:
  ///   - scores: `[N, C]`.
  ///   - target: the class of each row, from 0; one number for one row.
  /// - Returns: the loss, one number.
  /// - Throws: ``LossError`` where they do not fit, `Cancelled`.
  public static func crossEntropy(_ scores: Variable, target: Tensor) throws -> Variable {
    let shape = scores.tensor.shape
    guard shape.rank == 2 else { throw LossError.scoresRank(shape) }
    guard shape.count > 0 else { throw LossError.empty(shape) }
    guard target.shape.rank <= 1, target.count == shape[0] else {
      throw LossError.targetCount(target.shape, rows: shape[0])
    }
    try Memory.claim(bytes: target.count * MemoryLayout<Int>.stride)
    let classes = try target.elements.map { number in
      guard let index = Int(exactly: number), (0..<shape[1]).contains(index) else {
        throw LossError.noSuchClass(number, classes: shape[1])
      }
      return index
    }
    return try Variable(
      NegativeLogLikelihood(targets: classes), Variable(LogSoftmax(), scores))
  }
}
