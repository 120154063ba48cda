import Layers

/// `tanh`: the hyperbolic tangent of the output.
enum TanhCommand: PlainLayerCommand {
  static let name = "tanh"
  static let summary = "squeeze the output between -1 and 1"
  static let details = """
    The result becomes output.

      forward:   y = tanh(x)
      gradient:  upstream · (1 - y²)

    Far from 0 the function is saturated: y is -1 or 1 to the last bit, and no gradient passes.
    """
  static let example = """
    tanh [[-1, 0, 2]]
    #> tensor([[-0.7616,  0.0000,  0.9640]])
    """

  static let forms = [Form(), Form(OutputSource.parameter)]
  static let stageForms = [Form()]

  static func layer(_ call: Call) -> any PlainLayer { TanhLayer() }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.applying(call) { "torch.tanh(\($0))" }
  }
}
