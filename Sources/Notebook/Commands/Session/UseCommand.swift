import Language

/// `use LAYER`: makes a layer the current one.
enum UseCommand: Command {
  static let name = "use"
  static let hasValue = false
  static let summary = "make a layer the current one"
  static let details = """
    Commands that work on a layer take the current one: made, copied, used or run last. A layer of a
    network is named behind a point: use lenet.conv1.
    """
  static let example = """
    conv 1 2 3 as a; conv 2 1 1 as b;
    use a
    #> Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1))
    """

  static let layer = Argument<ReferenceSyntax>.layer()
  static let forms = [Form(layer)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    evaluation.session.currentLayer = try evaluation.layerPath(try call[layer])
    evaluation.session.layerTold = evaluation.session.currentLayer
    return .layer(try evaluation.session.layer())
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    PythonCode(value: PythonValue(try scope.python(try scope.after.current().path)))
  }
}
