extension PythonExpression {
  /// The expression in one spelling, whatever blanks and parentheses it was written with; not meant to
  /// be read.
  var spelling: String {
    switch kind {
    case .name(let name), .number(let name): name
    case .text(let text): "'\(text)'"
    case .formatted(let content): "f'\(content)'"
    case .ellipsis: "..."
    case .attribute(let owner, let name): "\(owner.spelling).\(name)"
    case .call(let callee, let arguments):
      "\(callee.spelling)("
        + arguments.map { ($0.key.map { "\($0)=" } ?? $0.stars) + $0.value.spelling }
        .joined(separator: ",") + ")"
    case .index(let owner, let indices):
      "\(owner.spelling)[\(indices.map(\.spelling).joined(separator: ","))]"
    case .unary(let mark, let operand): "(\(mark)\(operand.spelling))"
    case .binary(let mark, let left, let right), .comparison(let mark, let left, let right):
      "(\(left.spelling)\(mark)\(right.spelling))"
    case .tuple(let items): "(\(items.map(\.spelling).joined(separator: ",")))"
    case .list(let items): "[\(items.map(\.spelling).joined(separator: ","))]"
    case .choice(let test, let first, let second):
      "(\(first.spelling) if \(test.spelling) else \(second.spelling))"
    case .other(let reason, let items): "\(reason)(\(items.map(\.spelling).joined(separator: ",")))"
    case .comprehension(let element, let target, let items):
      "[\(element.spelling) for \(target.spelling) in \(items.spelling)]"
    }
  }

  /// The expression with others for some of its parts, each looked at before its own parts.
  func replacing(
    _ replacement: (PythonExpression) -> PythonExpression?
  ) -> PythonExpression {
    if let other = replacement(self) { return other }
    func new(_ part: PythonExpression) -> PythonExpression { part.replacing(replacement) }
    let kind: Kind =
      switch self.kind {
      case .name, .number, .text, .formatted, .ellipsis: self.kind
      case .attribute(let owner, let name): .attribute(new(owner), name)
      case .call(let callee, let arguments):
        .call(
          new(callee),
          arguments.map { PythonArgument(key: $0.key, value: new($0.value), stars: $0.stars) })
      case .index(let owner, let indices): .index(new(owner), indices.map { $0.replacing(new) })
      case .unary(let mark, let operand): .unary(mark, new(operand))
      case .binary(let mark, let left, let right): .binary(mark, new(left), new(right))
      case .comparison(let mark, let left, let right): .comparison(mark, new(left), new(right))
      case .tuple(let items): .tuple(items.map(new))
      case .list(let items): .list(items.map(new))
      case .choice(let test, let first, let second):
        .choice(test: new(test), first: new(first), second: new(second))
      case .other(let reason, let items): .other(reason, items.map(new))
      case .comprehension(let element, let target, let items):
        .comprehension(new(element), target: new(target), items: new(items))
      }
    return PythonExpression(kind: kind, line: line)
  }
}

extension PythonIndex {
  fileprivate var spelling: String {
    switch self {
    case .value(let value): value.spelling
    case .slice(let first, let second, let third):
      [first, second, third].map { $0?.spelling ?? "" }.joined(separator: ":")
    }
  }

  fileprivate func replacing(_ new: (PythonExpression) -> PythonExpression) -> PythonIndex {
    switch self {
    case .value(let value): .value(new(value))
    case .slice(let first, let second, let third):
      .slice(first.map(new), second.map(new), third.map(new))
    }
  }
}
