import Layers
import Tensors

/// `cross_entropy`: how far scores are from the right classes.
enum CrossEntropyCommand: Command {
  static let name = "cross_entropy"
  static let summary = "take the cross-entropy of scores and right classes"
  static let details = """
    The value holds a row of scores for each image, [N, C]; target the number of the right class of
    each, from 0. One row may be [C] with one number; [N, C, H, W] has a row at each place, and a
    target [N, H, W]. The result, one number, becomes output.

      forward:   p = softmax of each row;  mean of -log p[right class] over the rows
      gradient:  upstream · (p - 1 at the right class) / N

    The class -100 leaves its row out, and N counts the others: with no row left the loss is nan.
    """
  static let example = """
    cross_entropy [[1, 2, 0], [0, 0, 3]] target=[1, 2]
    #> tensor(0.2513)
    """

  static let target = LossTarget.parameter
  static let forms = [Form(), Form(OutputSource.parameter)]
  static let keywords: [any AnyArgument] = [target]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    guard let given = try call[optional: target] else {
      throw ArgumentError.missing("target=", usage: usageText)
    }
    // The value first, as Python evaluates its arguments.
    let (value, origin) = try evaluation.operand(call, verb: name)
    let classes: Tensor =
      switch try given.value(in: evaluation) {
      case .number(let number): Tensor([Float(number)], shape: [1])
      case .value(let target): target.tensor
      }
    do {
      return evaluation.becomesOutput(try Loss.crossEntropy(value, target: classes), origin)
    } catch let error as LossError {
      throw error.isOfValue
        ? call.placed(error, at: OutputSource.parameter) : call.placed(error, at: target)
    }
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    let function = scope.functional("cross_entropy")
    let value = try scope.operand(call)
    let scores = try call[optional: OutputSource.parameter].map { try scope.before.tensor($0) }
    // PyTorch takes one class without dimensions where the scores are one row without them.
    let isOne = (scores ?? scope.before.session.output)?.tensor.shape.rank == 1
    func classes(_ tensor: Tensor) -> String {
      PythonLiteral.integers(isOne && tensor.count == 1 ? tensor.reshaped([]) : tensor)
    }
    let whole = isOne ? ".long().view(())" : ".long()"
    let number = try LossTarget.number(of: call, in: &scope) { "\(Int($0))" }
    let target: String
    if let number {
      target = "torch.tensor(\(isOne ? number : "[\(number)]"))"
    } else {
      target =
        switch try call[Self.target] {
        case .number: throw NotInPython()
        case .tensor(.literal(let tensor)): classes(tensor)
        case .tensor(.reference(let reference)): try scope.value(of: reference).text + whole
        case .tensor(.value(_, let range)): try scope.computed(at: range) + whole
        }
    }
    return .assigning("output", "\(function)(\(value), \(target))")
  }
}
