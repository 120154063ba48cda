import Layers

/// `flatten`: a row of features for each image.
enum FlattenCommand: PlainLayerCommand {
  static let name = "flatten"
  static let summary = "make a row of features of each image"
  static let details = """
    All dimensions but the first become one; the values stay as they are. The result becomes output.

      forward:   [N, C, H, W] to [N, C · H · W]
      gradient:  upstream in the old shape
    """
  static let example = """
    flatten [[[[1, 2], [3, 4]]]]
    #> tensor([[1., 2., 3., 4.]])
    """

  static let forms = [Form(), Form(OutputSource.parameter)]
  static let stageForms = [Form()]

  static func layer(_ call: Call) -> any PlainLayer { FlattenLayer() }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.applying(call) { "torch.flatten(\($0), 1)" }
  }
}
