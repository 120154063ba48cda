import Layers

/// `sigmoid`: the logistic function of the output.
enum SigmoidCommand: PlainLayerCommand {
  static let name = "sigmoid"
  static let summary = "squeeze the output between 0 and 1"
  static let details = """
    The result becomes output.

      forward:   y = 1 / (1 + e^-x)
      gradient:  upstream · (1 - y) · y, at most a quarter of upstream

    Far from 0 the function is saturated: y is 0 or 1 to the last bit, and no gradient passes.
    """
  static let example = """
    sigmoid [[-1, 0, 2]]
    #> tensor([[0.2689, 0.5000, 0.8808]])
    """

  static let forms = [Form(), Form(OutputSource.parameter)]
  static let stageForms = [Form()]

  static func layer(_ call: Call) -> any PlainLayer { SigmoidLayer() }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.applying(call) { "torch.sigmoid(\($0))" }
  }
}
