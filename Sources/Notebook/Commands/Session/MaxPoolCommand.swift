import Layers

/// `maxpool`: the largest value of each window.
enum MaxPoolCommand: PlainLayerCommand {
  static let name = "maxpool"
  static let summary = "take the largest value of each window"
  static let details = """
    Windows of K × K, side by side unless stride says otherwise; every number may be two, for rows
    and columns: 2x3, (2, 3) or [2, 3]. The result becomes output.

      forward:   output[i, j] = max of the window
                 at (i · stride - padding, j · stride - padding)
      gradient:  upstream goes to the element that was largest; the others get 0

    Of equal values the first one, row by row, takes the whole gradient.
    """
  static let example = """
    maxpool 2 [[[[1, 5, 2, 2], [3, 4, 2, 0]]]]
    #> tensor([[[[5., 2.]]]])
    """

  static let kernelSize = Argument<WrittenPair>.pair("K", from: 1)
  static let stride = Argument<WrittenPair>.pair("stride", from: 1)
  static let padding = Argument<WrittenPair>.pair("padding", from: 0).defaulting(to: 0)
  static let dilation = Argument<WrittenPair>.pair("dilation", from: 1).defaulting(to: 1)
  static let forms = [Form(kernelSize), Form(kernelSize, OutputSource.parameter)]
  static let keywords: [any AnyArgument] = [stride, padding, dilation]
  static let stageForms = [Form(kernelSize)]

  static func layer(_ call: Call) throws -> any PlainLayer {
    MaxPool2d(
      Pooling(
        kernelSize: try call[kernelSize], stride: try call[optional: stride],
        padding: try call[padding], dilation: try call[dilation]))
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    let function = scope.functional("max_pool2d")
    let layer = try layer(call).description.dropFirst(MaxPool2d.kind.count + 1)
    return try scope.applying(call) { "\(function)(\($0), \(layer)" }
  }
}
