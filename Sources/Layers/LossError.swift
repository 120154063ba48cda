import Tensors

/// Why a loss cannot be computed from a value and a target.
public enum LossError: Error {
  /// A target of another shape than the value.
  case targetShape(Shape, value: Shape)
  /// A value that is no batch of scores.
  case scoresRank(Shape)
  /// Not one class number for each row.
  case targetCount(Shape, rows: Int)
  /// A class number that is no class.
  case noSuchClass(Float, classes: Int)
  /// A value without elements.
  case empty(Shape)

  /// Whether the value is at fault, and not the target.
  public var isOfValue: Bool {
    switch self {
    case .scoresRank, .empty: true
    case .targetShape, .targetCount, .noSuchClass: false
    }
  }

  /// What is wrong, in words.
  public var message: String {
    switch self {
    case .targetShape(let target, let value):
      "the target has the shape \(target), the value \(value)"
    case .scoresRank(let shape):
      "scores of shape [N, C] are needed, a row for each image, not \(shape)"
    case .targetCount(let shape, let rows):
      "the target of shape \(shape) must hold one class for each of the \(rows) rows"
    case .noSuchClass(let number, let classes):
      "a target must be a whole number from 0 to \(classes - 1), not "
        + (Int(exactly: number).map { "\($0)" } ?? PythonNumber.text(Double(number)))
    case .empty(let shape): "the value of shape \(shape) has no elements"
    }
  }
}
