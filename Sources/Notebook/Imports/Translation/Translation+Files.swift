import Language

// Tensors of files.
extension Translation {
  /// What an expression reads: a file, and one of its tensors.
  private func source(
    _ expression: PythonExpression
  ) -> (path: String, key: String?)? {
    switch expression.kind {
    case .index(let owner, let indices):
      guard indices.count == 1, case .value(let index) = indices[0],
        case .text(let key) = index.kind, let whole = source(owner), whole.key == nil
      else { return nil }
      return (whole.path, key)
    case .call(let callee, let arguments):
      guard let full = fullName(callee), let first = arguments.first else { return nil }
      if full == "torch.from_numpy", arguments.count == 1 { return source(first.value) }
      let loads = ["numpy.load", "torch.load", "safetensors.torch.load_file"].contains(full)
      let isPlain = arguments.dropFirst().allSatisfy {
        $0.key == "weights_only" || $0.key == "map_location"
      }
      guard loads, isPlain, case .text(let path) = first.value.kind else { return nil }
      return (path, nil)
    default: return nil
    }
  }

  /// Reads a tensor of a file, as a value with a name.
  ///
  /// - Parameters:
  ///   - expression: what may read one.
  ///   - isConverted: whether its type is changed afterwards; types that are not kept here are refused
  ///     otherwise.
  /// - Returns: the name; nil where the expression reads no file.
  /// - Throws: ``Unsayable``, `Cancelled`.
  mutating func loaded(_ expression: PythonExpression, isConverted: Bool) throws -> String? {
    guard let (path, key) = source(expression) else { return nil }
    let name = temporary()
    let words = [LoadCommand.name, Self.word(path)] + (key.map { [Self.word($0)] } ?? [])
    let shown = try run("\(words.joined(separator: " ")) as \(name)", line: expression.line) ?? ""
    guard isConverted || ["float32 ", "int64 "].contains(where: shown.hasPrefix) else {
      throw Unsayable(
        line: expression.line, reason: "a tensor of a type that is not kept: convert it")
    }
    return name
  }

  /// Fills a layer from a file.
  ///
  /// - Returns: whether the expression reads one.
  /// - Throws: ``Unsayable``, `Cancelled`.
  mutating func load(_ expression: PythonExpression, into layer: String) throws -> Bool {
    guard let (path, key) = source(expression) else { return false }
    let words = [LoadCommand.name, Self.word(path)] + (key.map { [Self.word($0)] } ?? [])
    try run("\(words.joined(separator: " ")) into \(layer)", line: expression.line)
    noteChange(of: layer)
    return true
  }

  private static func word(_ text: String) -> String {
    let isPlain = text.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "._-/".contains($0))
    }
    guard !isPlain || text.isEmpty else { return text }
    return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
