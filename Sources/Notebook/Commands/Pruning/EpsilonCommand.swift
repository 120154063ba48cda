/// `epsilon`: the constant behind the layer's convolution.
enum EpsilonCommand: Command {
  static let name = "epsilon"
  static let worksOnLayer = true
  static let summary = "show or set the constant that the layer adds"
  static let details = """
    forward adds it to the convolution's result, so that a masked filter's output is 1e-6 and not 0,
    where ReLU would stop the gradient. epsilon off adds nothing. On a network, setting it sets it
    in every convolution.
    """
  static let example = """
    conv 1 2 3;
    epsilon
    #> 1e-06
    epsilon off
    forward input=[[[[0, 0, 0], [0, 1, 0], [0, 0, 0]]]] as y;
    epsilon
    #> None
    """

  static let value = Argument<Double>.number("VALUE")
  static let off = Argument<String>.choice("off", ["off"])
  static let forms = [Form(), Form(off), Form(value)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let value = try call[optional: value]
    if value != nil || call.has(off) {
      let path = try evaluation.path
      let layers = try evaluation.session.maskable(at: path)
      try evaluation.session.change(layers, within: path, "epsilon") { $1.epsilon = value }
      return nil
    }
    return try evaluation.attribute(.epsilon, of: try evaluation.layer())
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    if call.has(off) { return try scope.masking(call) { "\($0).epsilon = None" } }
    guard call.has(value) else {
      return try scope.attribute(.epsilon, of: call)
    }
    let constant = try scope.number(call, value)
    return try scope.masking(call) { "\($0).epsilon = \(constant)" }
  }
}
