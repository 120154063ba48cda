import Gradients
import Tensors

/// `tensor LITERAL`: a float32 tensor.
enum TensorCommand: Command {
  static let name = "tensor"
  static let summary = "make a tensor of given values"
  static let details = """
    Nested lists as PyTorch accepts and prints them: nan, inf, -inf, -0., 1e-7; a printed tensor can
    be pasted whole. Numbers are read as double, then rounded to float32.
    """
  static let pytorch: String? = "torch.tensor(LITERAL)"
  static let example = """
    tensor [[1, 2.5], [-0., 1e-7]] as t
    #> tensor([[1.0000e+00, 2.5000e+00],
    #>         [-0.0000e+00, 1.0000e-07]])
    t[0, -1]
    #> tensor(2.5000)
    """

  static let literal = Parameter<Tensor>(
    "LITERAL", kind: .literal, fits: { _ in true },
    decode: { value, range in
      if let number = value.number { return Tensor(scalar: Float(number)) }
      return try Parameter<Tensor>.literal().decode(value, range: range)
    })
  static let forms = [Form(literal)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    .tensor(Variable(try call[literal]))
  }
}
