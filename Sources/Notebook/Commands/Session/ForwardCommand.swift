import Language
import Gradients
import Layers
import Tensors

/// `forward`: runs the layer on the input.
enum ForwardCommand: Command {
  static let name = "forward"
  static let worksOnLayer = true
  static let summary = "run the layer on the input"
  static let details = """
    forward LAYER runs another layer, which becomes the current one. Without an input one is drawn:
    input 1 IN S S, S the larger of 4 and the kernel's reach, for a network as large as it needs.
    linear and batchnorm run on output where there is one, for they stand behind other layers;
    input=output runs any layer on it. The result becomes output, and the computation is recorded
    for backward.

      output = conv(x, weight · mask, bias · mask) + epsilon

    A network runs through its layers in order; an error names the layer and the shape that reached
    it.
    """
  static let example = """
    conv 1 1 2 bias=false;
    weight [[[[1, 1], [1, 1]]]];
    forward input=[[[[1, 2, 3], [4, 5, 6]]]]
    #> tensor([[[[12.0000, 16.0000]]]], grad_fn=<AddBackward0>)
    """

  static let layer = Argument<ReferenceSyntax>.layer()
  static let input = Argument<TensorSyntax>.tensor("input")
  static let forms = [Form(), Form(layer)]
  static let keywords: [any AnyArgument] = [input]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    if let reference = try call[optional: layer] {
      if !evaluation.isLayer(reference), try evaluation.isTensor(reference) {
        throw call.placed(NameError.inputNeedsKey(reference.text), at: layer)
      }
      evaluation.session.currentLayer = try evaluation.layerPath(reference)
    }
    let (path, entry) = try evaluation.session.current()
    let layer = try evaluation.session.layer(at: path)
    var origin = OutputOrigin()
    let value: Variable
    var source = UnfitInput.Source.argument
    if let given = try call[optional: input] {
      value = try evaluation.tensor(given)
    } else if type(of: layer).followsOthers, let output = evaluation.session.output {
      if let note = evaluation.session.staleness { evaluation.notes.append(note) }
      (value, origin) = (output, evaluation.session.outputOrigin)
      source = .output
    } else {
      value = try evaluation.session.input ?? drawInput(for: layer, &evaluation)
      origin.appendInput()
      source = .input
    }
    do {
      var stages: [(path: LayerPath, values: StageValues)] = []
      let output = try evaluation.session.changeLayer(nil) { layer in
        try layer.forward(value) { members, input, output in
          stages.append(
            (
              LayerPath(name: path.name, members: path.members + members),
              StageValues(input: input, output: output)
            ))
        }
      }
      stages.append((path, StageValues(input: value, output: output)))
      evaluation.session.stages.forget(path.name)
      for stage in stages { evaluation.session.stages[stage.path] = stage.values }
      evaluation.session.lastLoss = nil
      origin.append(serial: entry.serial, filters: try FilterMarks(of: layer))
      evaluation.session.setOutput(output, origin: origin)
      if let affine = layer.affine { try explainConstant(affine, &evaluation) }
      return .tensor(output)
    } catch let error as LayerError {
      throw call.placed(UnfitInput(error: error, layer: layer, source: source), at: input)
    }
  }

  /// Says once what the tiny numbers of a masked filter are.
  private static func explainConstant(_ layer: Affine, _ evaluation: inout Evaluation) throws {
    guard let epsilon = layer.epsilon, epsilon != 0, !evaluation.session.explainedConstant,
      try layer.weight.takingPart()?.isEmpty == false
    else { return }
    evaluation.session.explainedConstant = true
    let constant = Float(epsilon)
    let format = NumberFormat([constant], options: evaluation.session.printOptions)
    evaluation.notes.append(.constantShows(format.string(constant)))
  }

  private static func drawInput(
    for layer: any Layer, _ evaluation: inout Evaluation
  ) throws -> Variable {
    let shape = try Shape(checking: layer.drawnInput.dimensions)
    evaluation.notes.append(.drawn(shape))
    let values = try evaluation.session.generator.normal(shape: shape)
    return evaluation.setInput(values, requiresGrad: false)
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    let current = try scope.after.current().path
    let layer = try scope.after.layer(at: current)
    var statements: [String] = []
    let value: String
    if let given = try call[optional: input] {
      value = try scope.tensor(given)
    } else if type(of: layer).followsOthers, scope.before.session.output != nil {
      value = "output"
    } else {
      value = "input"
      if scope.before.session.input == nil, let drawn = scope.after.input {
        statements.append("input = torch.randn(\(PythonLiteral.sizes(drawn.tensor.shape)))")
      }
    }
    statements.append("output = \(try scope.python(current))(\(value))")
    return PythonCode(statements, value: PythonValue("output"))
  }
}
