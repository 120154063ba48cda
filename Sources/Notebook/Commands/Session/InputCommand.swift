import Language
import Gradients
import Tensors

/// `input …`: makes the input, or shows it.
enum InputCommand: Command {
  static let name = "input"
  static let summary = "make the input, or show it"
  static let details = """
    N images of C channels, H rows and W columns, or without N one image alone, as PyTorch takes it
    too: drawn (torch.randn), or ones, zeros, or arange
    (0, 1, 2, … in row-major order); or given as a literal, or as the value of a reference. With
    requires_grad=true its gradient is computed too: input.grad shows it.
    """
  static let example = """
    input arange 1 1 2 3
    #> tensor([[[[0., 1., 2.],
    #>           [3., 4., 5.]]]])
    input [[[[1, -1]]]] requires_grad=true
    #> tensor([[[[ 1., -1.]]]], requires_grad=True)
    """

  static let sizes = ["N", "C", "H", "W"].map { Argument<Int>.size($0) }
  static let fill = Argument<String>.choice("fill", ["ones", "zeros", "arange"])
  static let source = Argument<TensorSyntax>.tensor()
  static let requiresGrad = Argument<Bool>.flag("requires_grad").defaulting(to: false)
  static let forms = [
    Form(), Form(sizes[0], sizes[1], sizes[2], sizes[3]), Form(sizes[1], sizes[2], sizes[3]),
    Form(fill, sizes[0], sizes[1], sizes[2], sizes[3]), Form(fill, sizes[1], sizes[2], sizes[3]),
    Form(source),
  ]
  static let keywords: [any AnyArgument] = [requiresGrad]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    guard let tensor = try tensor(call, in: &evaluation) else {
      guard let input = evaluation.session.input else { throw ValueError.noInput }
      guard call.has(requiresGrad) else { return .tensor(input) }
      return .tensor(evaluation.setInput(input.tensor, requiresGrad: try call[requiresGrad]))
    }
    return .tensor(evaluation.setInput(tensor, requiresGrad: try call[requiresGrad]))
  }

  /// The values that the call gives, nil where it gives none.
  private static func tensor(_ call: Call, in evaluation: inout Evaluation) throws -> Tensor? {
    if let source = try call[optional: source] { return try evaluation.tensor(source).tensor }
    let sizes = sizes.filter { call.has($0) }
    guard let first = sizes.first else { return nil }
    let dimensions = try sizes.map { try call[$0] }
    let shape = try call.placing(at: first) { try Shape(checking: dimensions) }
    switch try call[optional: fill] {
    case "ones": return try Tensor(repeating: 1, shape: shape)
    case "zeros": return try Tensor(repeating: 0, shape: shape)
    case "arange": return try Tensor(counting: shape)
    default: return try evaluation.session.generator.normal(shape: shape)
    }
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    let values: String
    if let source = try call[optional: source] {
      values = try scope.values(source, requiresGrad: try call[requiresGrad])
    } else if let input = scope.after.input, sizes.contains(where: call.has) {
      let sizes = PythonLiteral.sizes(input.tensor.shape)
      let gradient = try call[requiresGrad] ? ", requires_grad=True" : ""
      values =
        switch try call[optional: fill] {
        case "arange": "torch.arange(\(input.tensor.count).0\(gradient)).view(\(sizes))"
        case let word?: "torch.\(word)(\(sizes)\(gradient))"
        case nil: "torch.randn(\(sizes)\(gradient))"
        }
    } else if call.has(requiresGrad) {
      values = "input.detach().clone()" + (try call[requiresGrad] ? ".requires_grad_()" : "")
    } else {
      return PythonCode(value: PythonValue("input"))
    }
    return .assigning("input", values)
  }
}

extension Evaluation {
  /// Makes a tensor the input.
  mutating func setInput(_ tensor: Tensor, requiresGrad: Bool) -> Variable {
    let input = Variable(
      tensor, source: requiresGrad ? .leaf(Leaf(isParameter: false)) : .constant(Identity()))
    session.input = input
    session.outputOrigin.inputChanged()
    return input
  }
}
