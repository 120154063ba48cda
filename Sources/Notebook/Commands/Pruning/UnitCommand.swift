import Functions
import Gradients
import Language
import Pruning
import Tensors

/// `unit NAME forward=(…) backward=(…)`: a pruning unit of one's own rules.
enum UnitCommand: Command {
  static let name = "unit"
  static let summary = "make a pruning unit of your own rules"
  static let details = """
    What stands between the dense weight and the layer: forward says what the layer uses, backward
    what of the gradient comes back. mask 0.5 unit=NAME masks by it, on the bias too where the mask
    is one of filters.

      x       the dense parameter
      mask    the mask, in the parameter's shape
      grad    the gradient of what the layer uses (grad_output too); backward only

    The rules have numbers, names of numbers as they are now, operators and functions of each
    element by itself. The backward rule is affine in grad: grad may be added, subtracted,
    multiplied or divided by what is free of it, or stand in where's branches.

      dpu       forward=(x * mask) backward=grad          the paper's unit
      blocked   forward=(x * mask) backward=(grad * mask) ordinary pruning
      sr_ste    forward=(x * mask) backward=(grad + 2e-4 * (1 - mask) * x)

    A mask keeps the rules that its unit had when it was made. units lists all units; why names the
    rule's factor and what it adds of its own, gradcheck counts what it decrees as meant.
    """
  static let example = """
    unit soft forward=(x * mask) backward=(grad * (0.1 + 0.9 * mask))
    #> soft: forward x * mask, backward grad * (0.1 + 0.9 * mask)
    conv 1 2 1 bias=false;
    mask 0.5 unit=soft;
    forward input=[[[[1, 2]]]]; relu; backward
    #> tensor([[[[0.3000]]],
    #>
    #>
    #>         [[[3.0000]]]])
    """

  static let unitName = Argument<String>(
    "NAME", kind: .file, fits: { $0.isText }, decode: { value, _ in value.word ?? value.quoted })
  static let forward = Argument<RuleSyntax>.rule("forward")
  static let backward = Argument<RuleSyntax>.rule("backward")
  static let forms = [Form(unitName, needing: ["forward", "backward"])]
  static let keywords: [any AnyArgument] = [forward, backward]
  static let hasValue = false

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let name = try call[unitName]
    if MaskUnits.all.contains(where: { $0.name == name }) {
      throw call.placed(UnitError.builtIn(name), at: unitName)
    }
    if let meaning = ReservedWords.meaning(of: name) {
      throw call.placed(UnitError.badName(name, why: meaning), at: unitName)
    }
    guard name.isIdentifier else {
      throw call.placed(UnitError.badName(name, why: "no identifier"), at: unitName)
    }
    let (forward, backward) = (try call[Self.forward], try call[Self.backward])
    let rules = (
      try evaluation.rule(forward.expression, isBackward: false),
      try evaluation.rule(backward.expression, isBackward: true)
    )
    try check(rules.0, call, at: Self.forward, gradient: nil)
    try check(rules.1, call, at: Self.backward, gradient: Tensor([1, 1], shape: [2]))
    guard
      var unit = RuledUnit(
        name: name, forward: rules.0, backward: rules.1, text: (forward.text, backward.text))
    else { throw call.placed(UnitError.notAffine, at: Self.backward) }
    unit.numbers = try evaluation.numbers(in: [forward.expression, backward.expression])
    let users = evaluation.session.layersUsing(unit: name)
    if !users.isEmpty { evaluation.notes.append(.unitRedefined(name, layers: users)) }
    evaluation.session.units.removeAll { $0.name == name }
    evaluation.session.units.append(unit)
    return .text(
      "\(name): forward \(forward.text), backward \(backward.text)".filled(width: 79))
  }

  /// Tries a rule out, on an element that is kept and on one that is masked.
  private static func check(
    _ rule: UnitRule, _ call: Call, at argument: Argument<RuleSyntax>, gradient: Tensor?
  ) throws {
    do {
      _ = try rule.value(
        Variable(Tensor([0.5, -0.5], shape: [2])), mask: Tensor([1, 0], shape: [2]),
        gradient: gradient)
    } catch let refusal as Refusal {
      throw call.placed(UnitError.refused(refusal), at: argument)
    }
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.unit(call)
  }
}
