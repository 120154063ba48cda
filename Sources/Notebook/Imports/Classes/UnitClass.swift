import Pruning

/// A class of `torch.autograd.Function` that is a pruning unit.
struct UnitClass {
  /// The name by which masks are told of it here.
  let name: String
  /// The command that makes it; nil where it is built in.
  let command: String?

  /// Reads a class.
  ///
  /// - Parameters:
  ///   - type: the class.
  ///   - line: its line.
  /// - Throws: ``Unsayable`` where it is no unit.
  init(_ type: PythonClass, line: Int) throws(Unsayable) {
    guard let forward = type.method("forward"), let backward = type.method("backward"),
      forward.parameters.count == 3, backward.parameters.count == 2
    else {
      throw Unsayable(
        line: line, reason: "the class '\(type.name.visible)', which is no unit of weight and mask")
    }
    let ahead = try MethodBody(forward, calling: [.named("x"), .named("mask")])
    let back = try MethodBody(
      backward, calling: [.named("grad")], knowing: ahead.set, saved: ahead.saved)
    guard let result = ahead.result, case .tuple(let gradients)? = back.result?.kind,
      gradients.count == 2, gradients[1].name == "None"
    else {
      throw Unsayable(
        line: line, reason: "the class '\(type.name.visible)', whose mask has a gradient")
    }
    let rules = (Self.rule(result), Self.rule(gradients[0]))
    let isUsual = ["(x*mask)", "(mask*x)"].contains(rules.0.spelling) && rules.1.spelling == "grad"
    if isUsual, type.name == "DPU" {
      (name, command) = (MaskUnits.usual.name, nil)
      return
    }
    let texts = (Self.text(rules.0, 0), Self.text(rules.1, 0))
    if let builtIn = MaskUnits.all.first(where: { $0.name == type.name }) {
      guard builtIn.text.forward == texts.0, builtIn.text.backward == texts.1 else {
        throw Unsayable(line: line, reason: "another unit named '\(type.name.visible)'")
      }
      (name, command) = (type.name, nil)
      return
    }
    name = type.name
    command = "\(UnitCommand.name) \(name) forward=(\(texts.0)) backward=(\(texts.1))"
  }

  /// A rule without copies.
  private static func rule(_ expression: PythonExpression) -> PythonExpression {
    expression.replacing { part in
      guard case .call(let callee, let arguments) = part.kind, arguments.isEmpty,
        case .attribute(let owner, "clone") = callee.kind
      else { return nil }
      return rule(owner)
    }
  }

  /// A rule as a command has it.
  private static func text(_ expression: PythonExpression, _ minimum: Int) -> String {
    switch expression.kind {
    case .name(let name), .number(let name): return name
    case .unary(let mark, let operand):
      let text = mark + text(operand, 8)
      return minimum > 8 ? "(\(text))" : text
    case .binary(let mark, let left, let right):
      let level = mark == "**" ? 9 : 1 + (PythonParser.levels.firstIndex { $0.contains(mark) } ?? 0)
      let text = "\(text(left, level)) \(mark) \(text(right, mark == "**" ? 8 : level + 1))"
      return minimum > level ? "(\(text))" : text
    case .comparison(let mark, let left, let right):
      return "(\(text(left, 1)) \(mark) \(text(right, 1)))"
    case .call(let callee, let arguments):
      let texts = arguments.map { ($0.key.map { "\($0)=" } ?? "") + text($0.value, 0) }
      return "\(text(callee, 20))(\(texts.joined(separator: ", ")))"
    case .attribute(let owner, let name): return "\(text(owner, 20)).\(name)"
    default: return expression.spelling
    }
  }
}
