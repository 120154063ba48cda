import Gradients
import Tensors

extension Datum {
  /// What Python's `print` shows: a text alone stands as it is, within a tuple in quotes.
  ///
  /// Where PyTorch shows an address, `<SumBackward0 object at 0x7f…>`, the name alone stands: it would
  /// be another one on every machine.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func text(options: PrintOptions = PrintOptions()) throws -> String {
    if case .text(let text) = self { text } else { try representation(options) }
  }

  /// Python's `repr`, which shows the parts of tuples and lists.
  private func representation(_ options: PrintOptions) throws -> String {
    switch self {
    case .tensor(let tensor): return try tensor.text(options: options)
    case .scalar(let scalar): return scalar.text
    case .literal(let list): return try TensorValue(list.tensor).text(options: options)
    case .none: return "None"
    case .text(let text): return Self.quoted(text)
    case .size(let shape): return "torch.Size(\(shape))"
    case .type(let type): return type.description
    case .gradientFunction(let name): return "<\(name)>"
    case .tuple(let items):
      let list = try Self.list(items, options)
      return items.count == 1 ? "(\(list),)" : "(\(list))"
    case .list(let items): return "[\(try Self.list(items, options))]"
    case .fields(let fields):
      let lines = try fields.fields.map { "\($0.name)=\(try $0.value.representation(options))" }
      return "torch.return_types.\(fields.function)(\n\(lines.joined(separator: ",\n")))"
    }
  }

  private static func list(_ items: [Datum], _ options: PrintOptions) throws -> String {
    try items.map { try $0.representation(options) }.joined(separator: ", ")
  }

  /// A text between the quotes that Python chooses: double ones only where they spare a backslash.
  private static func quoted(_ text: String) -> String {
    let quote: Unicode.Scalar = text.contains("'") && !text.contains("\"") ? "\"" : "'"
    var quoted = String(quote)
    for character in text.unicodeScalars {
      switch character {
      case "\\", quote: quoted += "\\\(character)"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\u{0}"..<" ", "\u{7f}":
        quoted += (character.value < 16 ? "\\x0" : "\\x") + String(character.value, radix: 16)
      default: quoted.unicodeScalars.append(character)
      }
    }
    return quoted + String(quote)
  }
}

extension TensorValue {
  /// What `print` shows of a tensor.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func text(options: PrintOptions = PrintOptions()) throws -> String {
    try printed(options: options).text
  }

  /// The same text, with the lines that each slice of the first dimension takes.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func printed(options: PrintOptions = PrintOptions()) throws -> PrintedTensor {
    switch self {
    case .float32(let variable): try variable.printed(options: options)
    case .int64(let tensor): try tensor.printed(options: options)
    case .bool(let tensor): try tensor.printed(options: options)
    }
  }
}
