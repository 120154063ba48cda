import Tensors

/// Why a loss cannot be computed from a value and a target.
public enum LossError: Error {
  /// A target that cannot be broadcast with the value.
  case targetShape(Shape, value: Shape)
  /// A value without a dimension for the classes.
  case scoresRank(Shape)
  /// Not one class number for each row of scores.
  case targetCount(Shape, wanted: Shape)
  /// A target of the scores' own shape: in PyTorch the probability of each class.
  case probabilities(Shape)
  /// A class number that is no class.
  case noSuchClass(Float, classes: Int)
  /// A value without elements.
  case empty(Shape)

  /// Whether the value is at fault, and not the target.
  public var isOfValue: Bool {
    switch self {
    case .scoresRank, .empty: true
    case .targetShape, .targetCount, .probabilities, .noSuchClass: false
    }
  }

  /// What is wrong, in words.
  public var message: String {
    switch self {
    case .targetShape(let target, let value):
      "the target has the shape \(target), the value \(value): they cannot be broadcast"
    case .scoresRank(let shape):
      "scores of shape [C] or [N, C] are needed, a row for each image, not \(shape)"
    case .targetCount(let shape, let wanted) where wanted.rank == 0:
      "one row of scores has one class, and the target of shape \(shape) holds \(shape.count)"
    case .targetCount(let shape, let wanted) where wanted.rank == 1:
      "the target of shape \(shape) must hold one class for each of the \(wanted[0]) rows"
    case .targetCount(let shape, let wanted):
      "the target must have the shape \(wanted), a class for each row of scores, not \(shape)"
    case .probabilities(let shape):
      "a target of the scores' shape \(shape) would be the probability of each class"
    case .noSuchClass(let number, let classes):
      "a target must be a whole number from 0 to \(classes - 1) or -100, not "
        + (Int(exactly: number).map { "\($0)" } ?? PythonNumber.text(Double(number)))
    case .empty(let shape): "the value of shape \(shape) has no elements"
    }
  }
}
