import Language
import Gradients
import Layers
import Reports
import Tensors

/// `backward`: computes the gradients of the output's sum.
enum BackwardCommand: Command {
  static let name = "backward"
  static let summary = "compute the gradients of the output's sum"
  static let details = """
    The sum of output, or of another value, is differentiated with respect to every parameter that
    led to it, and to the input where it requires a gradient. Gradients are added to earlier ones
    until zero_grad; the recorded computation is used up, so a second backward needs a new forward.
    Shows the gradient of the current layer's weight, for a network a row for each parameter.
    """
  static let example = """
    conv 1 1 2 bias=false;
    forward input=[[[[1, 2, 3], [4, 5, 6]]]];
    backward
    #> tensor([[[[ 3.,  5.],
    #>           [ 9., 11.]]]])
    """

  static let source = Argument<TensorSyntax>.tensor()
  static let forms = [Form(), Form(source)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let value: Variable
    if let given = try call[optional: source] {
      value = try evaluation.tensor(given)
    } else {
      guard let output = evaluation.session.output else { throw ValueError.noOutput(name) }
      value = output
    }
    let loss = try Variable(Sum(), value)
    let usedUp = evaluation.session.usedUp
    let map = try call.placing(at: source) {
      try Backward.gradients(
        of: loss, upstream: Tensor(scalar: 1), isUsedUp: { usedUp.contains($0.serial) })
    }
    if let parameter = evaluation.session.parameterChangedInPlace(among: map.order) {
      evaluation.notes.append(.changedInPlace(evaluation.session.name(of: parameter)))
    } else if !call.has(source), let note = evaluation.session.staleness {
      evaluation.notes.append(note)
    }
    try evaluation.accumulate(map, of: loss)
    try evaluation.session.retainGradients(map)
    evaluation.session.lastLoss = loss
    // A value behind no layer, such as an input's own sum, has no layer's gradient to show.
    guard evaluation.session.currentLayer != nil else { return .nothing }
    let layer = try evaluation.session.layer()
    if layer.isNetwork {
      return .report(
        Report([.table(try ParameterTable(layer: layer, session: evaluation.session).table())]))
    }
    return evaluation.gradient(of: layer.weight?.leaf)
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    let value = try call[optional: source].map { try scope.tensor($0) } ?? "output"
    let tensor = try call[optional: source].map { try scope.before.tensor($0) }
    let isScalar = (tensor ?? scope.before.session.output)?.tensor.shape.rank == 0
    let statements = [isScalar ? "\(value).backward()" : "\(value).sum().backward()"]
    guard let path = try? scope.after.current().path else {
      return PythonCode(statements, value: PythonValue("None"))
    }
    let layer = try scope.after.layer(at: path)
    if layer.isNetwork { return PythonCode(statements) }
    return PythonCode(
      statements,
      value: layer.weight == nil ? PythonValue("None") : try scope.attribute(.grad, at: path))
  }
}

extension Session {
  /// The first parameter that PyTorch would miss: saved for the gradient by one of these nodes, and
  /// changed since.
  ///
  /// A changed parameter has new storage, the graph holds on to the old one.
  fileprivate func parameterChangedInPlace(among nodes: [Node]) -> Leaf? {
    var current: [Leaf: Tensor] = [:]
    for (_, entry) in layers {
      for parameter in entry.layer.parameters { current[parameter.leaf] = parameter.tensor }
    }
    for node in nodes {
      for (index, input) in node.inputs.enumerated()
      where node.operation.savesInput(index, after: node.pass) {
        guard let leaf = input.leaf, let tensor = current[leaf] else { continue }
        if !tensor.sharesStorage(with: input.tensor) { return leaf }
      }
    }
    return nil
  }
}

extension Evaluation {
  /// Adds a backward pass's gradients to the session's, and marks its graph as used up.
  ///
  /// - Throws: `ShapeError` where memory cannot hold a sum, `Cancelled`.
  mutating func accumulate(_ map: GradientMap, of loss: Variable) throws {
    var wasAdded = false
    for (leaf, gradient) in map.leaves {
      if let earlier = session.gradients[leaf] {
        session.gradients[leaf] = try earlier.zip(gradient, +)
        session.losses[leaf, default: LossList()].append(loss)
        wasAdded = true
      } else {
        session.gradients[leaf] = gradient
        session.losses[leaf] = LossList(loss)
      }
    }
    session.usedUp.formUnion(map.order.lazy.filter(\.operation.keepsTensors).map(\.serial))
    if wasAdded { notes.append(.gradientsAdded) }
  }
}
