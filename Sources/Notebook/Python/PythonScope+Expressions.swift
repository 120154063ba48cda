import Functions
import Language
import Tensors

// Expressions, in Python: what is typed in PyTorch's spelling stays as it is, character for
// character, but for the names of what it works on.
extension PythonScope {
  /// One part of the text that Python writes otherwise.
  private struct Edit {
    let range: SourceRange
    let text: String
  }

  /// An expression.
  ///
  /// - Throws: ``NotInPython``, and what looking up a reference throws.
  mutating func python(
    _ expression: Expression, in source: String, isArgument: Bool = false
  ) throws -> String {
    var edits: [Edit] = []
    try collect(expression, isArgument: isArgument, &edits)
    let bytes = Array(source.utf8)
    var text: [UInt8] = []
    var place = expression.range.lowerBound
    for edit in edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      text += bytes[place..<edit.range.lowerBound] + Array(edit.text.utf8)
      place = edit.range.upperBound
    }
    text += bytes[place..<expression.range.upperBound]
    return String(decoding: text, as: UTF8.self)
  }

  /// A pasted tensor, which has the type of its numbers.
  private static func python(printed literal: LiteralSyntax) -> String {
    if let integers = literal.numbers.integers { return PythonLiteral.tensor(integers) }
    return literal.numbers.areBooleans
      ? PythonLiteral.booleans(literal.tensor) : PythonLiteral.tensor(literal.tensor)
  }

  private mutating func collect(
    _ expression: Expression, isArgument: Bool, _ edits: inout [Edit]
  ) throws {
    switch expression.kind {
    case .scalar(.boolean(let value)):
      edits.append(Edit(range: expression.range, text: PythonLiteral.bool(value)))
    case .scalar(.float(let value)) where !value.isFinite:
      edits.append(Edit(range: expression.range, text: PythonLiteral.number(value)))
    case .scalar, .text, .module: break
    case .none: edits.append(Edit(range: expression.range, text: "None"))
    case .literal(let literal):
      // A list of whole numbers is one to a function that wants sizes.
      if literal.isPrinted {
        guard !literal.requiresGradient else { throw NotInPython() }
        edits.append(Edit(range: expression.range, text: Self.python(printed: literal)))
      } else if !isArgument || literal.numbers.integers == nil {
        edits.append(Edit(range: expression.range, text: PythonLiteral.tensor(literal.tensor)))
      }
    case .reference(let reference) where isRule:
      edits.append(Edit(range: reference.range, text: try ruleText(of: expression, reference)))
    case .reference(let reference):
      edits.append(Edit(range: reference.range, text: try value(of: reference).text))
    case .call(let name, let module, let arguments):
      guard let function = FunctionTable.function(name.text) else { throw NotInPython() }
      if module == nil {
        guard function.spellings.contains(.torch) || function.spellings.contains(.functional) else {
          throw NotInPython()
        }
        let spelled =
          function.spellings.contains(.torch) ? "torch.\(name.text)" : functional(name.text)
        edits.append(Edit(range: name.range, text: spelled))
      } else if module == "F" {
        _ = functional(name.text)
      }
      for argument in arguments { try collect(argument.value, isArgument: true, &edits) }
    case .method(let owner, _, let arguments):
      try collect(owner, isArgument: false, &edits)
      for argument in arguments { try collect(argument.value, isArgument: true, &edits) }
    case .member(let owner, _): try collect(owner, isArgument: false, &edits)
    case .index(let owner, let indices):
      try collect(owner, isArgument: false, &edits)
      for index in indices {
        switch index.kind {
        case .ellipsis: break
        case .value(let value): try collect(value, isArgument: true, &edits)
        case .slice(let first, let second, let third):
          for bound in [first, second, third].compactMap(\.self) {
            try collect(bound, isArgument: true, &edits)
          }
        }
      }
    case .unary(_, let operand): try collect(operand, isArgument: false, &edits)
    case .binary(_, let left, let right, _):
      try collect(left, isArgument: false, &edits)
      try collect(right, isArgument: false, &edits)
    case .tuple(let items), .list(let items):
      for item in items { try collect(item, isArgument: true, &edits) }
    }
  }
}
