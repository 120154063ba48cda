import Tensors

// `print`: values become cells, the words around them prose.
extension Translation {
  private enum Part {
    case words(String)
    case value(PythonExpression, format: String?, isFormatted: Bool)

    var isWords: Bool { if case .words = self { true } else { false } }
  }

  /// Shows what is printed.
  ///
  /// - Throws: ``Unsayable``, `Cancelled`.
  mutating func print(_ arguments: [PythonArgument], line: Int) throws {
    var (separator, ending) = (" ", "\n")
    var values: [PythonExpression] = []
    for argument in arguments {
      guard argument.stars.isEmpty else {
        throw Unsayable(line: line, reason: "print of all of a list")
      }
      guard let key = argument.key else {
        values.append(argument.value)
        continue
      }
      if key == "flush" { continue }
      guard case .text(let text) = argument.value.kind, ["sep", "end"].contains(key) else {
        throw Unsayable(line: line, reason: "print with '\(key.visible)'")
      }
      if key == "sep" { separator = text } else { ending = text }
    }
    var parts: [Part] = []
    for (index, value) in values.enumerated() {
      if index > 0 { parts.append(.words(separator)) }
      parts += try self.parts(of: value)
    }
    parts.append(.words(ending))
    try show(parts, line: line)
  }

  private mutating func show(_ parts: [Part], line: Int) throws {
    var words = ""
    for part in parts {
      switch part {
      case .words(let text): words += text
      case .value(let expression, let format, let isFormatted):
        printed += words
        sayWords(&words)
        printed += try shown(expression, format, isFormatted: isFormatted)
      }
    }
    printed += words
    sayWords(&words)
  }

  private mutating func sayWords(_ words: inout String) {
    let lines = words.lines.map { String($0).trimmingBlanks }.filter { line in
      line.contains { $0.isLetter || $0.isNumber }
    }
    say(lines.flatMap(MarkdownProse.filled))
    words = ""
  }

  /// Shows a value.
  ///
  /// - Returns: what `print` writes for it.
  private mutating func shown(
    _ expression: PythonExpression, _ format: String?, isFormatted: Bool
  ) throws -> String {
    let line = expression.line
    var text = try expressionText(expression)
    guard isFormatted else { return try show(text, line: line) }
    // A tensor without dimensions is formatted as its number.
    if case .tensor(let tensor)? = try value(of: text, line: line)?.datum, tensor.shape.rank == 0 {
      let isPlain = text.allSatisfy { $0.isLetter || $0.isNumber || "._()[]".contains($0) }
      text = (isPlain ? text : "(\(text))") + ".item()"
    }
    let shown = try show(text, line: line)
    guard let format, !format.isEmpty else { return shown }
    guard let number = Double(shown), let formatted = PythonText.formatted(number, format) else {
      throw Unsayable(line: line, reason: "the format '\(format.visible)'")
    }
    return formatted
  }

  private mutating func parts(of value: PythonExpression) throws -> [Part] {
    if let text = constant(value) { return [.words(text)] }
    switch value.kind {
    case .formatted(let content):
      guard let pieces = PythonText.pieces(of: content) else {
        throw Unsayable(line: value.line, reason: "this f-string")
      }
      return try pieces.map { piece in
        switch piece {
        case .text(let text): return .words(text)
        case .value(let source, let format):
          let expression = try PythonParser.expression(source, line: value.line)
          if let text = constant(expression), format == nil { return .words(text) }
          return .value(expression, format: format, isFormatted: true)
        }
      }
    case .call(let callee, let arguments):
      if callee.name == "str", names["str"] == nil, arguments.count == 1 {
        return try parts(of: arguments[0].value)
      }
      if case .attribute(let owner, "format") = callee.kind, let text = constant(owner) {
        return try parts(of: text, arguments, line: value.line)
      }
    case .binary("+", let left, let right):
      let (first, second) = (try? parts(of: left), try? parts(of: right))
      if let first, let second, (first + second).contains(where: \.isWords),
        isText(left) || isText(right)
      {
        return first + second
      }
    default: break
    }
    return [.value(value, format: nil, isFormatted: false)]
  }

  /// The parts of `"…{}…".format(…)`.
  private func parts(
    of text: String, _ arguments: [PythonArgument], line: Int
  ) throws -> [Part] {
    guard let pieces = PythonText.pieces(of: text.replacing("{}", with: "{:}"), allowsEmpty: true)
    else { throw Unsayable(line: line, reason: "this format") }
    var next = 0
    return try pieces.map { piece in
      guard case .value(let key, let format) = piece else {
        if case .text(let text) = piece { return .words(text) }
        throw Unsayable(line: line, reason: "this format")
      }
      let argument: PythonArgument?
      if key.isEmpty {
        argument = arguments.indices.contains(next) ? arguments[next] : nil
        next += 1
      } else if let place = Int(key) {
        argument = arguments.indices.contains(place) ? arguments[place] : nil
      } else {
        argument = arguments.first { $0.key == key }
      }
      guard let argument, argument.stars.isEmpty else {
        throw Unsayable(line: line, reason: "this format")
      }
      if let text = constant(argument.value), format ?? "" == "" { return .words(text) }
      return .value(argument.value, format: format, isFormatted: true)
    }
  }

  private func isText(_ value: PythonExpression) -> Bool {
    if constant(value) != nil { return true }
    switch value.kind {
    case .formatted: return true
    case .call(let callee, _): return callee.name == "str"
    case .binary("+", let left, let right): return isText(left) || isText(right)
    default: return false
    }
  }

  /// The text that an expression of strings is.
  private func constant(_ value: PythonExpression) -> String? {
    switch value.kind {
    case .text(let text): return text
    case .name(let name):
      if case .text(let text)? = names[name] { return text }
      return nil
    case .binary("*", let left, let right):
      guard let text = constant(left), case .number(let digits) = right.kind,
        let count = Int(digits), count <= 400
      else { return nil }
      return String(repeating: text, count: count)
    case .binary("+", let left, let right):
      guard let first = constant(left), let second = constant(right) else { return nil }
      return first + second
    default: return nil
    }
  }
}
