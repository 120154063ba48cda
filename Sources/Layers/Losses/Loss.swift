import Gradients
import Kernels
import Running
import Tensors

/// Losses: one number that says how far a value is from a target.
public enum Loss {
  /// The class number that leaves a row out: PyTorch's `ignore_index`.
  public static let ignoredClass = -100

  /// The mean of the squared differences: `torch.nn.functional.mse_loss`.
  ///
  /// Value and target are broadcast to one shape, of which PyTorch warns.
  ///
  /// - Throws: ``LossError`` where they cannot be, `ShapeError`, `Cancelled`.
  public static func meanSquaredError(_ value: Variable, target: Variable) throws -> Variable {
    let shapes = (value.tensor.shape, target.tensor.shape)
    guard let shape = try shapes.0.broadcast(with: shapes.1) else {
      throw LossError.targetShape(shapes.1, value: shapes.0)
    }
    func expanded(_ variable: Variable) throws -> Variable {
      variable.tensor.shape == shape ? variable : try Variable(Expand(shape), variable)
    }
    return try Variable(MeanSquaredError(), expanded(value), expanded(target))
  }

  /// The mean of −log softmax at the right classes: `torch.nn.functional.cross_entropy`.
  ///
  /// - Parameters:
  ///   - scores: `[C]`, `[N, C]`, or `[N, C, …]` with scores at every place.
  ///   - target: the class of each row, from 0, or ``ignoredClass``: one number, `[N]`, or
  ///     `[N, …]`.
  /// - Returns: the loss, one number; NaN where every row is left out.
  /// - Throws: ``LossError`` where they do not fit, `Cancelled`.
  public static func crossEntropy(_ scores: Variable, target: Tensor) throws -> Variable {
    let shape = scores.tensor.shape
    guard shape.rank > 0 else { throw LossError.scoresRank(shape) }
    guard shape.count > 0 else { throw LossError.empty(shape) }
    let count = shape.rank == 1 ? shape[0] : shape[1]
    // Like the scores, without their classes; one number will do for one row.
    let wanted = Shape(shape.rank == 1 ? [] : [shape[0]] + shape.dimensions.dropFirst(2))
    let isOneRow = shape.rank <= 2 && wanted.count == 1
    guard target.shape == wanted || isOneRow && target.shape.rank <= 1 && target.count == 1 else {
      throw target.shape == shape
        ? LossError.probabilities(shape) : LossError.targetCount(target.shape, wanted: wanted)
    }
    try Memory.claim(bytes: target.count * MemoryLayout<Int?>.stride)
    let classes = try target.elements.map { number -> Int? in
      if number == Float(ignoredClass) { return nil }
      guard let index = Int(exactly: number), (0..<count).contains(index) else {
        throw LossError.noSuchClass(number, classes: count)
      }
      return index
    }
    return try Variable(
      NegativeLogLikelihood(targets: classes, rank: shape.rank), Variable(LogSoftmax(), scores))
  }
}
