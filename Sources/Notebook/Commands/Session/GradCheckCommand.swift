import Language
import Gradients
import Tensors

/// `gradcheck`: gradients against numerical differences.
enum GradCheckCommand: Command {
  static let name = "gradcheck"
  static let summary = "check the gradients of the output's sum numerically"
  static let details = """
    Every parameter that led to output, or to another value, and the input are moved by ±1e-6, one
    element after the other, and the change of the sum is compared with the gradient. The change is
    calculated in double, from the values that forward has left, by plain loops that share no code
    with it, the Dynamic Pruning Unit as an ordinary product. Of a large tensor elements=1000
    elements are checked, spread evenly.

      meant  the gradient passes straight through a mask, where the product's is
             zero: the check must disagree there, at masked parameters whose
             gradient is not zero, and only there
      kink   the move crosses a corner of ReLU or a tie of pooling: there is no
             derivative

    Any other disagreement is an error. Agreement is within 1e-5 (times the largest gradient, where
    that is above 1) plus 0.001 of the value, plus what float32's rounding can do, which is measured:
    errors of 2.4e-7 of what each operation adds up are sent backward like gradients. Where a move of
    1e-6 crosses a kink or disagrees, smaller ones are tried, and what two of them differ by is
    allowed for; if that is more than 0.01 of the gradient, or if the sum's change stays the same
    however small the move, the element counts as not measured. A gradient that is infinite or NaN
    though all values are finite, as that of sqrt at 0, is counted and compared with nothing.
    """
  static let example = """
    conv 1 2 3 padding=1 bias=false as c;
    input arange 1 1 4 4;
    mask 0.5;
    forward; relu;
    gradcheck
    #> checked   shape         elements  largest error            at  meant  kinks
    #> c.weight  [2, 1, 3, 3]       all        5.4e-10  [1, 0, 1, 1]      9      0
    #> input     [1, 1, 4, 4]       all        5.2e-08  [0, 0, 0, 1]      0      0
    #>
    #> c.weight: 9 elements disagree as meant, by up to 120.: masked,
    #>   and yet the gradient passes straight through
    #> passed: the gradients are those of the sum everywhere else
    """

  static let source = Argument<TensorSyntax>.tensor()
  static let elements = Argument<Int>.size("elements").defaulting(to: 1000)
  static let forms = [Form(), Form(source)]
  static let keywords: [any AnyArgument] = [elements]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let value: Variable
    if let given = try call[optional: source] {
      value = try evaluation.tensor(given)
    } else {
      guard let output = evaluation.session.output else { throw ValueError.noOutput(name) }
      value = output
    }
    let session = evaluation.session
    // The input's gradient is checked too, whether it was asked for or not.
    let inputLeaf = Leaf(isParameter: false)
    let checked = try value.recomputed { variable in
      guard let identity = variable.identity, identity == session.input?.identity else {
        return nil
      }
      return Variable(variable.tensor, source: .leaf(inputLeaf))
    }
    guard checked.node != nil else { throw call.placed(BackwardError.needsNoGradient, at: source) }
    let names = session.leafNames
    let inputName = { (leaf: Leaf) in
      leaf == inputLeaf ? "input" : names[leaf] ?? Session.namelessLeaf
    }
    let result = try call[optional: source].map(\.text) ?? "output"
    let startName = { (start: Variable) in
      start.leaf.map(inputName) ?? session.name(of: start, among: names)
    }
    if let error = notFinite(checked, result, startName) { throw call.placed(error, at: source) }
    let findings = try NumericalCheck(of: checked, limit: try call[elements]).findings()
    let text = GradCheckText(
      findings: findings, name: inputName, options: session.printOptions,
      units: Set(Backward.order(of: checked).compactMap { $0.operation.decreeingUnit }))
    if let failure = text.failure { throw GradientError.gradCheckFailed(failure) }
    return .text(try text.text())
  }

  /// The first NaN or infinity in what the computation starts from, or else in its result.
  private static func notFinite(
    _ value: Variable, _ result: String, _ startName: (Variable) -> String
  ) -> GradientError? {
    func place(_ variable: Variable) -> (place: String, value: Float)? {
      let tensor = variable.tensor
      guard let element = tensor.elements.firstIndex(where: { !$0.isFinite }) else { return nil }
      return (WhyText.place(of: element, in: tensor.shape), tensor.elements[element])
    }
    let starts = Backward.order(of: value).reversed().flatMap(\.inputs).filter { $0.node == nil }
    for start in starts {
      if let found = place(start) {
        return .notFinite(startName(start) + found.place, found.value, isResult: false)
      }
    }
    return place(value).map { .notFinite(result + $0.place, $0.value, isResult: true) }
  }

  // dpu alone has it.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}
