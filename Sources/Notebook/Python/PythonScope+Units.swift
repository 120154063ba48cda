import Language
import Layers
import Pruning
import Tensors

// Pruning units as classes of `torch.autograd.Function`.
extension PythonScope {
  /// The class of a unit that a call of `unit` has made.
  ///
  /// - Throws: ``NotInPython``, and what looking up a reference throws.
  mutating func unit(_ call: Call) throws -> PythonCode {
    let name = try call[UnitCommand.unitName]
    guard bind(Self.key(name), as: name) == name else { throw NotInPython() }
    isRule = true
    defer { isRule = false }
    let rules = try [UnitCommand.forward, UnitCommand.backward].map {
      let text = try python(call[$0].expression, in: source)
      return text.isInParentheses ? String(text.dropFirst().dropLast()) : text
    }
    units[name] = after.unit(name).map { [$0.text.forward, $0.text.backward] }
    return PythonCode([Self.unitClass(name, forward: rules[0], backward: rules[1])])
  }

  /// What a reference in a rule is: one of the rule's own names, or the number that a name had.
  ///
  /// - Throws: ``NotInPython``, and what looking it up throws.
  func ruleText(of expression: Expression, _ reference: ReferenceSyntax) throws -> String {
    switch try before.rule(expression, isBackward: true) {
    case .name(.gradient): return "grad_output"
    case .name: return reference.name ?? reference.text
    case .number(.boolean(let value)): return PythonLiteral.bool(value)
    case .number(.integer(let value)): return "\(value)"
    case .number(.float(let value)): return PythonLiteral.number(value)
    default: throw NotInPython()
    }
  }

  /// The lines that make layers' masks work by the unit that the command has left them with.
  mutating func unitLines(_ call: Call, of layers: [MaskableLayer]) throws -> [String] {
    var lines: [String] = []
    for layer in layers {
      guard let unit = try after.layer(at: layer.path).affine?.weight.unit else { continue }
      let rules = [unit.text.forward, unit.text.backward]
      let old = layer.affine.weight.unit.text
      guard [old.forward, old.backward] != rules || layer.affine.weight.unit.name != unit.name
      else { continue }
      guard unit.name != MaskUnits.usual.name else {
        lines.append("\(try python(layer.path)).unit = \(PythonDefinition.unit.name)")
        continue
      }
      if units[unit.name] != rules {
        // One that was made by `unit` has its class; what was redefined since has no name any more.
        guard units[unit.name] == nil, MaskUnits.all.contains(where: { $0.name == unit.name }),
          bind(Self.key(unit.name), as: unit.name) == unit.name
        else { throw NotInPython() }
        units[unit.name] = rules
        lines.append(
          Self.unitClass(
            unit.name, forward: rules[0],
            backward: rules[1].replacing("grad", with: "grad_output")))
      }
      lines.append("\(try python(layer.path)).unit = \(unit.name)")
    }
    return lines
  }

  /// Units have names of their own, but not in Python.
  private static func key(_ name: String) -> String { "unit \(name)" }

  private static func unitClass(_ name: String, forward: String, backward: String) -> String {
    """
    class \(name)(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, mask):
            ctx.save_for_backward(x, mask)
            return \(forward)

        @staticmethod
        def backward(ctx, grad_output):
            x, mask = ctx.saved_tensors
            return \(backward), None
    """
  }
}
