/// A function whose value is one expression of its parameters: its calls are that expression.
struct InlineFunction {
  private let name: String
  private let parameters: [(name: String, initial: PythonExpression?)]
  private let result: PythonExpression

  /// Reads a function.
  ///
  /// - Parameter function: the function.
  /// - Throws: ``Unsayable`` where it does more than give a value.
  init(_ function: PythonFunction) throws(Unsayable) {
    name = function.name
    parameters = function.parameters
    var result: PythonExpression?
    for (index, statement) in function.body.enumerated() {
      switch statement.kind {
      case .expression(let expression):
        guard case .text = expression.kind else { break }
        continue
      case .returning(let value?) where index == function.body.count - 1: result = value
      default: break
      }
      guard result != nil else {
        throw Unsayable(
          line: statement.line,
          reason: "the function '\(name.visible)', which does more than give a value")
      }
    }
    guard let result, function.decorators.isEmpty,
      !parameters.contains(where: { $0.name.hasPrefix("*") })
    else {
      throw Unsayable(
        line: function.body.first?.line ?? 0, reason: "the function '\(name.visible)'")
    }
    self.result = result
  }

  /// The expression of a call.
  ///
  /// - Throws: ``Unsayable`` where arguments do not fit, or would be computed twice.
  func value(_ arguments: [PythonArgument], line: Int) throws(Unsayable) -> PythonExpression {
    let call = try PythonCall(name, arguments, parameters.map(\.name), line: line)
    var values: [String: PythonExpression] = [:]
    for parameter in parameters {
      guard let value = call.values[parameter.name] ?? parameter.initial else {
        throw Unsayable(line: line, reason: "\(name.visible) without '\(parameter.name.visible)'")
      }
      let isSimple = value.name != nil || value.parts.isEmpty
      guard isSimple || uses(parameter.name) <= 1 else {
        throw Unsayable(line: line, reason: "\(name.visible) of what is computed")
      }
      values[parameter.name] = value
    }
    // Its own line is the call's.
    return result.replacing { part in
      guard let name = part.name, let value = values[name] else { return nil }
      return value
    }
  }

  private func uses(_ name: String) -> Int {
    func count(_ expression: PythonExpression) -> Int {
      (expression.name == name ? 1 : 0) + expression.parts.reduce(0) { $0 + count($1) }
    }
    return count(result)
  }
}
