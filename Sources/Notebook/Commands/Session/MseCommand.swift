import Gradients
import Layers
import Tensors

/// `mse`: the mean squared difference from a target.
enum MseCommand: Command {
  static let name = "mse"
  static let summary = "take the mean squared difference from a target"
  static let details = """
    The target is a value of the same shape, or a number for every element; zeros if not given.
    Other shapes are broadcast, with a note, for PyTorch warns of it. The result, one number, becomes
    output.

      forward:   Σ (x - target)² / n
      gradient:  upstream · 2 · (x - target) / n, little where x is near its target
    """
  static let example = """
    mse [[1, 2]] target=[[0, 4]]
    #> tensor(2.5000)
    mse [[1, 2]]
    #> tensor(2.5000)
    """

  static let target = LossTarget.parameter
  static let forms = [Form(), Form(OutputSource.parameter)]
  static let keywords: [any AnyArgument] = [target]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    // The value first, as Python evaluates its arguments.
    let (value, origin) = try evaluation.operand(call, verb: name)
    let shape = value.tensor.shape
    let target =
      switch try call[optional: target]?.value(in: evaluation) {
      case .number(let number)?: Variable(try Tensor(repeating: Float(number), shape: shape))
      case .value(let target)?: target
      case nil: Variable(try Tensor(repeating: 0, shape: shape))
      }
    do {
      let result = try Loss.meanSquaredError(value, target: target)
      if target.tensor.shape != shape {
        evaluation.notes.append(.targetWasBroadcast(target.tensor.shape, value: shape))
      }
      return evaluation.becomesOutput(result, origin)
    } catch let error as LossError {
      throw error.isOfValue
        ? call.placed(error, at: OutputSource.parameter) : call.placed(error, at: Self.target)
    }
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    let function = scope.functional("mse_loss")
    let value = try scope.operand(call)
    let target: String
    if let number = try LossTarget.number(
      of: call, in: &scope, literal: { PythonLiteral.number($0) })
    {
      target = "torch.full_like(\(value), \(number))"
    } else if case .tensor(let syntax)? = try call[optional: Self.target] {
      target = try scope.tensor(syntax)
    } else {
      target = "torch.zeros_like(\(value))"
    }
    return .assigning("output", "\(function)(\(value), \(target))")
  }
}
