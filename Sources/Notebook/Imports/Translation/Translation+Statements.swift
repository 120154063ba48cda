import Tensors

// Statements.
extension Translation {
  /// Translates statements that follow one another.
  ///
  /// - Parameters:
  ///   - statements: the statements.
  ///   - isLast: whether the last of them is the cell's last.
  /// - Throws: ``Unsayable``, `Cancelled`.
  mutating func translate(_ statements: [PythonStatement], isLast: Bool = false) throws {
    for (index, statement) in statements.enumerated() {
      beginStatement()
      if let unknownAll {
        throw Unsayable(line: statement.line, reason: unknownAll)
      }
      try translate(statement, isLast: isLast && index == statements.count - 1)
    }
  }

  mutating func translate(_ statement: PythonStatement, isLast: Bool) throws {
    let line = statement.line
    switch statement.kind {
    case .importing(let imports): bind(imports)
    case .pass: break
    case .expression(let expression): try translate(expression, isLast: isLast)
    case .assignment(let targets, let value):
      guard targets.count == 1 else {
        throw Unsayable(line: line, reason: "several names for one value")
      }
      try assign(value, to: targets[0], line: line)
    case .augmented(let target, let mark, let value):
      try change(target, mark, value, line: line)
    case .with(let items, let body):
      guard items.count == 1, case .call(let callee, let arguments) = items[0].kind,
        let name = fullName(callee), ["torch.no_grad", "torch.inference_mode"].contains(name),
        arguments.isEmpty
      else { throw Unsayable(line: line, reason: "this 'with'") }
      let before = hasNoGrad
      hasNoGrad = true
      try translate(body)
      hasNoGrad = before
    case .loop(let target, let items, let body):
      try translate(loop: target, items, body, line: line)
    case .condition(let test, let body, let otherwise):
      try translate(try holds(test) ? body : otherwise)
    case .function(let function):
      if bindExported(statement, function.name) { return }
      bind(function.name, to: .inline(try InlineFunction(function)))
    case .type(let type):
      if bindExported(statement, type.name) { return }
      try define(type, statement)
    case .returning: throw Unsayable(line: line, reason: "'return' outside a function")
    case .assertion: throw Unsayable(line: line, reason: "'assert'")
    case .other(let reason): throw Unsayable(line: line, reason: reason)
    }
  }

  /// Gives names to modules.
  mutating func bind(_ imports: [(name: String, path: String)]) {
    for (name, path) in imports { bind(name, to: .module(Self.canonical(path))) }
  }

  /// The one full name of what PyTorch has by several.
  static func canonical(_ path: String) -> String {
    for (other, usual) in [
      ("torch.nn.parameter.Parameter", "torch.nn.Parameter"),
      ("torch.autograd.function.Function", "torch.autograd.Function"),
    ] where path == other {
      return usual
    }
    return path
  }

  // MARK: Expressions as statements

  mutating func translate(_ expression: PythonExpression, isLast: Bool) throws {
    let line = expression.line
    if case .text(let text) = expression.kind {
      // A text that nobody reads is a comment; at the end of a cell it would be shown.
      guard !(isLast && showsLast) else {
        throw Unsayable(line: line, reason: "a string as a value")
      }
      return say(text.lines.flatMap { MarkdownProse.filled($0.trimmingBlanks) })
    }
    if case .call(let callee, let arguments) = expression.kind {
      if callee.name == "print", names["print"] == nil {
        return try print(arguments, line: line)
      }
      if try act(callee, arguments, line: line, isLast: isLast) { return }
    }
    try showOrRun(expression, isLast: isLast)
  }

  /// Shows the value of an expression where it is the cell's last.
  mutating func showOrRun(_ expression: PythonExpression, isLast: Bool) throws {
    let said = try expressionText(expression)
    guard isLast, showsLast else {
      // A name or an attribute alone does nothing.
      if expression.path == nil { try run(said, line: expression.line) }
      return
    }
    // A notebook shows nothing for None.
    if case .nothing? = try value(of: said, line: expression.line) { return }
    shown = try show(said, line: expression.line)
  }

  /// An expression with what `no_grad` does to it.
  mutating func expressionText(_ expression: PythonExpression) throws -> String {
    let said = try said(expression)
    guard hasNoGrad, try parameter(expression) == nil,
      case .tensor(let variable)? = try value(of: said.text, line: expression.line),
      variable.requiresGradient
    else { return said.text }
    if expression.name != nil { return said.text }
    return said.primary + ".detach()"
  }
}
