import Gradients
import Running
import Tensors

/// Python's operators between two values.
public enum BinaryOperator: String, CaseIterable, Sendable {
  case power = "**"
  case multiply = "*"
  case divide = "/"
  case floorDivide = "//"
  case remainder = "%"
  case matrixMultiply = "@"
  case add = "+"
  case subtract = "-"
  case and = "&"
  case exclusiveOr = "^"
  case or = "|"
  case equal = "=="
  case notEqual = "!="
  case lessOrEqual = "<="
  case greaterOrEqual = ">="
  case less = "<"
  case greater = ">"
}

/// Python's operators before one value.
public enum UnaryOperator: String, Sendable {
  case minus = "-"
  case plus = "+"
  case invert = "~"
}
