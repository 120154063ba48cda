import Layers

/// `relu`: rectifies the output.
enum ReluCommand: PlainLayerCommand {
  static let name = "relu"
  static let summary = "rectify the output, or another value"
  static let details = """
    The result becomes output.

      forward:   max(x, 0)
      gradient:  upstream where x > 0, else 0: also at exactly 0

    A masked filter's output is exactly 0 without the layer's constant, and no gradient would pass;
    with it the output is 1e-6, and the gradient passes.
    """
  static let example = """
    relu [[-1, 0, 2]]
    #> tensor([[0., 0., 2.]])
    """

  static let forms = [Form(), Form(OutputSource.parameter)]
  static let stageForms = [Form()]

  static func layer(_ call: Call) -> any PlainLayer { ReLULayer() }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.applying(call) { "torch.relu(\($0))" }
  }
}
