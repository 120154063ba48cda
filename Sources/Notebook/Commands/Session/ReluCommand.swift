import Gradients

/// `relu`: rectifies the output.
enum ReluCommand: Command {
  static let name = "relu"
  static let summary = "rectify the output, or another value"
  static let details = """
    The result becomes output.

      forward:   max(x, 0)
      gradient:  upstream where x > 0, else 0: also at exactly 0

    A masked filter's output is exactly 0 without the layer's constant, and no gradient would pass;
    with it the output is 1e-6, and the gradient passes.
    """
  static let pytorch: String? = "output = torch.relu(output)"
  static let example = """
    relu [[-1, 0, 2]]
    #> tensor([[0., 0., 2.]])
    """

  static let source = Parameter<ForwardCommand.ForwardInput>(
    "REFERENCE", kind: .reference, fits: { _ in true },
    decode: { value, range in try ForwardCommand.input.decode(value, range: range) })
  static let forms = [Form(), Form(source)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let value: Variable
    var origin = evaluation.session.outputOrigin
    switch try call[optional: source] {
    case .literal(let tensor): (value, origin) = (Variable(tensor), nil)
    case .reference(let reference): (value, origin) = (try evaluation.tensor(reference), nil)
    case nil:
      guard let output = evaluation.session.output else { throw CommandError.noOutput(name) }
      if let note = evaluation.session.staleness { evaluation.notes.append(note) }
      value = output
    }
    let result = try Variable(ReLU(), value)
    evaluation.session.setOutput(result, origin: origin)
    return .tensor(result)
  }
}
