import Layers

/// `leaky_relu`: rectifies the output, but not wholly.
enum LeakyReluCommand: PlainLayerCommand {
  static let name = "leaky_relu"
  static let summary = "rectify the output, with a small slope below 0"
  static let details = """
    The result becomes output.

      forward:   x where x > 0, else negative_slope · x
      gradient:  upstream where x > 0, else negative_slope · upstream,
                 also at exactly 0

    So a masked filter's gradient is small without the constant, but not 0.
    """
  static let example = """
    leaky_relu [[-1, 0, 2]]
    #> tensor([[-0.0100,  0.0000,  2.0000]])
    """

  static let slope = Argument<Double>.number("negative_slope").defaulting(to: 0.01)
  static let forms = [Form(), Form(OutputSource.parameter)]
  static let keywords: [any AnyArgument] = [slope]
  static let stageForms = [Form(), Form(slope)]

  static func layer(_ call: Call) throws -> any PlainLayer {
    LeakyReLULayer(slope: try call[slope])
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    let function = scope.functional("leaky_relu")
    let slope = try scope.number(call, slope)
    return try scope.applying(call) { "\(function)(\($0), \(slope))" }
  }
}
