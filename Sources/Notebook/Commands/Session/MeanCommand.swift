import Gradients

/// `mean`: the mean of all elements of the output.
enum MeanCommand: Command {
  static let name = "mean"
  static let summary = "take the mean of all elements"
  static let details = """
    The result, one number, becomes output.

      forward:   Σ x / n
      gradient:  upstream / n to each of the n elements
    """
  static let example = """
    mean [[1, 2], [3, 5]]
    #> tensor(2.7500)
    """

  static let forms = [Form(), Form(OutputSource.parameter)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    try evaluation.apply(call, verb: name) { try Variable(Mean(), $0) }
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.applying(call) { "\($0).mean()" }
  }
}
