import Language
import Gradients
import Tensors

/// `tensor TENSOR`: a float32 tensor.
enum TensorCommand: Command {
  static let name = "tensor"
  static let summary = "make a tensor of given values"
  static let details = """
    Nested lists as PyTorch accepts and prints them: nan, inf, -inf, -0., 1e-7; a printed tensor can
    be pasted whole. Numbers are read as double, then rounded to float32. A name, _ or Out[n] gives
    its values, without the graph that made them. With requires_grad=true it is a leaf, and backward
    computes its gradient.
    """
  static let example = """
    tensor [[1, 2.5], [-0., 1e-7]] as t
    #> tensor([[1.0000e+00, 2.5000e+00],
    #>         [-0.0000e+00, 1.0000e-07]])
    t[0, -1]
    #> tensor(2.5000)
    """

  static let source = Argument<TensorSyntax>(
    "TENSOR", kind: .reference, fits: { _ in true },
    decode: { value, range in
      if let number = value.number { return .literal(Tensor(scalar: Float(number))) }
      return try Argument<TensorSyntax>.tensor().decode(value, range: range)
    })
  static let requiresGrad = Argument<Bool>.flag("requires_grad").defaulting(to: false)
  static let forms = [Form(source)]
  static let keywords: [any AnyArgument] = [requiresGrad]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let tensor = try evaluation.tensor(try call[source]).tensor
    guard try call[requiresGrad] else { return .tensor(Variable(tensor)) }
    return .tensor(Variable(tensor, source: .leaf(Leaf(isParameter: false))))
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    PythonCode(
      value: PythonValue(
        try scope.values(try call[source], requiresGrad: try call[requiresGrad])))
  }
}
