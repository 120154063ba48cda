import Gradients

// Functions that give float32 of any type.

/// `exp`: e to the power of each element.
enum ExpFunction: ElementwiseFunction {
  static let name = "exp"
  static let summary = "e to the power of each element"
  static let example = "exp(tensor([0., 1.]))"

  static func floats(_ x: Variable) throws -> Variable { try Variable(Exponential(), x) }
}

/// `log`: the natural logarithm.
enum LogFunction: ElementwiseFunction {
  static let name = "log"
  static let summary = "the natural logarithm of each element"
  static let example = "log(tensor([1., 10.]))"

  static func floats(_ x: Variable) throws -> Variable { try Variable(Logarithm(), x) }
}

/// `sqrt`: the square root.
enum SqrtFunction: ElementwiseFunction {
  static let name = "sqrt"
  static let summary = "the square root of each element"
  static let example = "sqrt(tensor([4., 2.]))"

  static func floats(_ x: Variable) throws -> Variable { try Variable(SquareRoot(), x) }
}

/// `sigmoid`: 1 / (1 + e⁻ˣ).
enum SigmoidFunction: ElementwiseFunction {
  static let name = "sigmoid"
  static let spellings: Spellings = [.method, .torch, .functional]
  static let summary = "1 / (1 + exp(-x)) of each element"
  static let example = "sigmoid(tensor([0., 2.]))"

  static func floats(_ x: Variable) throws -> Variable { try Variable(Sigmoid(), x) }
}

/// `tanh`: the hyperbolic tangent.
enum TanhFunction: ElementwiseFunction {
  static let name = "tanh"
  static let spellings: Spellings = [.method, .torch, .functional]
  static let summary = "the hyperbolic tangent of each element"
  static let example = "tanh(tensor([0., 1.]))"

  static func floats(_ x: Variable) throws -> Variable { try Variable(Tanh(), x) }
}
