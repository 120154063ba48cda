import Layers

/// `avgpool`: the mean of each window.
enum AvgPoolCommand: PlainLayerCommand {
  static let name = "avgpool"
  static let summary = "take the mean of each window"
  static let details = """
    Windows of K × K, side by side unless stride says otherwise; every number may be two, for rows
    and columns: 2x3, (2, 3) or [2, 3]. The result becomes output.

      forward:   output[i, j] = sum of the window / size, padding counted as zeros
      gradient:  upstream / size to each element of the window
    """
  static let example = """
    avgpool 2 [[[[1, 5, 2, 2], [3, 4, 2, 0]]]]
    #> tensor([[[[3.2500, 1.5000]]]])
    """

  static let kernelSize = Argument<WrittenPair>.pair("K", from: 1)
  static let stride = Argument<WrittenPair>.pair("stride", from: 1)
  static let padding = Argument<WrittenPair>.pair("padding", from: 0).defaulting(to: 0)
  static let forms = [Form(kernelSize), Form(kernelSize, OutputSource.parameter)]
  static let keywords: [any AnyArgument] = [stride, padding]
  static let stageForms = [Form(kernelSize)]

  static func layer(_ call: Call) throws -> any PlainLayer {
    AvgPool2d(
      Pooling(
        kernelSize: try call[kernelSize], stride: try call[optional: stride],
        padding: try call[padding]))
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    let function = scope.functional("avg_pool2d")
    let layer = try layer(call).description.dropFirst(AvgPool2d.kind.count + 1)
    return try scope.applying(call) { "\(function)(\($0), \(layer)" }
  }
}
