import Functions

// Expressions: PyTorch's spelling is the notebook's, but for layers, which commands run.
extension Translation {
  /// An expression as a cell has it; the layers in it are run before it.
  ///
  /// - Throws: ``Unsayable``, `Cancelled`.
  mutating func said(_ expression: PythonExpression) throws -> SaidExpression {
    let line = expression.line
    switch expression.kind {
    case .name(let name): return SaidExpression(try word(name, line: line))
    case .number(let text): return SaidExpression(try Self.number(text, line: line))
    case .text: throw Unsayable(line: line, reason: "a string as a value")
    case .formatted: throw Unsayable(line: line, reason: "a string as a value")
    case .ellipsis: return SaidExpression("...")
    case .attribute(let owner, let name): return try attribute(name, of: owner, line: line)
    case .call(let callee, let arguments): return try call(callee, arguments, line: line)
    case .index(let owner, let indices):
      if let layer = try layer(expression) { return SaidExpression(layer) }
      if let used = try used(owner, indices) { return SaidExpression(used) }
      if let element = try element(of: owner, indices) { return element }
      if let loaded = try loaded(expression, isConverted: false) { return SaidExpression(loaded) }
      argumentDepth += 1
      defer { argumentDepth -= 1 }
      let parts = try said([owner] + indices.flatMap(\.parts))
      var rest = parts.dropFirst().map(\.text)[...]
      let texts = indices.map { Self.index($0, &rest) }
      return SaidExpression("\(parts[0].primary)[\(texts.joined(separator: ", "))]")
    case .unary("+", let operand): return try said(operand)
    case .unary(let mark, let operand):
      return SaidExpression(mark + (try said(operand)).within(8), level: 8)
    case .binary("**", let left, let right):
      let parts = try said([left, right])
      return SaidExpression("\(parts[0].primary) ** \(parts[1].within(8))", level: 9)
    case .binary(let mark, let left, let right):
      let level = 1 + (PythonParser.levels.firstIndex { $0.contains(mark) } ?? 0)
      let parts = try said([left, right])
      return SaidExpression(
        "\(parts[0].within(level)) \(mark) \(parts[1].within(level + 1))", level: level)
    case .comparison(let mark, let left, let right):
      let parts = try said([left, right])
      return SaidExpression("\(parts[0].within(1)) \(mark) \(parts[1].within(1))", level: 0)
    case .tuple(let items):
      let texts = try said(items).map(\.text)
      return SaidExpression("(\(texts.joined(separator: ", "))\(texts.count == 1 ? "," : ""))")
    case .list(let items):
      guard argumentDepth > 0 else { throw Unsayable(line: line, reason: "a list as a value") }
      return SaidExpression(Self.list(try said(items).map(\.text)))
    case .choice(let test, let first, let second):
      return try said(try holds(test) ? first : second)
    case .other(let reason, _): throw Unsayable(line: line, reason: reason)
    case .comprehension: throw Unsayable(line: line, reason: "a comprehension")
    }
  }

  /// Several expressions that are to stand in one: what a layer gave in one of them gets a name where
  /// another one runs a layer too.
  mutating func said(_ expressions: [PythonExpression]) throws -> [SaidExpression] {
    var result: [SaidExpression] = []
    for (index, expression) in expressions.enumerated() {
      var part = try said(expression)
      let isFollowed = expressions[(index + 1)...].contains { $0.contains(runsCommand) }
      if isFollowed, part.text.hasWord("output") {
        let name = temporary()
        try run("\(name) = output", line: expression.line)
        part = SaidExpression(part.text.replacingWord("output", with: name), level: part.level)
      }
      result.append(part)
    }
    return result
  }

  /// Columns of a list that stands in one line.
  private static let width = 80

  private static func list(_ items: [String]) -> String {
    let line = "[\(items.joined(separator: ", "))]"
    guard line.count > width else { return line }
    guard items[0].hasPrefix("[") else {
      var lines = [""]
      for item in items {
        if lines[lines.count - 1].count + item.count > width { lines.append("") }
        lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : ", ") + item
      }
      return "[\(lines.joined(separator: ",\n    "))]"
    }
    return "[\(items.joined(separator: ",\n    "))]"
  }

  private static func index(_ index: PythonIndex, _ texts: inout ArraySlice<String>) -> String {
    switch index {
    case .value: return texts.removeFirst()
    case .slice(let first, let second, let third):
      var text = first == nil ? "" : texts.removeFirst()
      text += ":" + (second == nil ? "" : texts.removeFirst())
      return third == nil ? text : text + ":" + texts.removeFirst()
    }
  }

  private static func number(_ text: String, line: Int) throws(Unsayable) -> String {
    var text = text.replacing("_", with: "").lowercased()
    guard text.allSatisfy({ $0.isNumber || ".e+-".contains($0) }) else {
      throw Unsayable(line: line, reason: "the number \(text.visible)")
    }
    if text.hasPrefix(".") { text = "0" + text }
    if text.hasSuffix(".") { text += "0" }
    return text.replacing(".e", with: ".0e")
  }

  private func word(_ name: String, line: Int) throws(Unsayable) -> String {
    if ["True", "False", "None"].contains(name) { return name }
    switch try meaning(of: name, line: line) {
    case .value(let text), .layer(let text): return text
    case .text: throw Unsayable(line: line, reason: "a string as a value")
    case .module(let path): throw Unsayable(line: line, reason: "'\(path.visible)' as a value")
    default: throw Unsayable(line: line, reason: "'\(name.visible)' as a value")
    }
  }

  // MARK: Paths

  /// The full name of something that a module has; nil for anything else.
  func fullName(_ expression: PythonExpression) -> String? {
    guard let path = expression.path, case .module(let module)? = names[path[0]] else {
      return nil
    }
    return ([module] + path.dropFirst()).joined(separator: ".")
  }

  private static let constants = [
    "math.pi": "3.141592653589793", "torch.pi": "3.141592653589793",
    "numpy.pi": "3.141592653589793", "math.e": "2.718281828459045", "math.inf": "inf",
    "torch.inf": "inf", "torch.nan": "nan", "numpy.inf": "inf", "numpy.nan": "nan",
  ]

  private mutating func attribute(
    _ name: String, of owner: PythonExpression, line: Int
  ) throws -> SaidExpression {
    let whole = PythonExpression(kind: .attribute(owner, name), line: line)
    if let full = fullName(whole) {
      if let constant = Self.constants[full] { return SaidExpression(constant) }
      let isType = ["float32", "float", "int64", "long", "bool"].contains(name)
      guard isType, full == "torch.\(name)" else {
        throw Unsayable(line: line, reason: "\(full.visible)")
      }
      return SaidExpression(full)
    }
    if let layer = try layer(whole) { return SaidExpression(layer) }
    if let layer = try layer(owner) {
      guard try has(layer, name) else {
        throw Unsayable(line: line, reason: "'\(name.visible)' of a layer")
      }
      if name == "weight", ungraphed.contains(layer.root), try isPruned(layer, line: line) {
        return SaidExpression("\(layer).weight.detach()")
      }
      return SaidExpression("\(layer).\(name)")
    }
    if name == "grad" { try checkGradient(of: owner, line: line) }
    let said = try said(owner)
    if hasNoGrad, ["requires_grad", "grad_fn", "is_leaf"].contains(name), owner.name == nil,
      try parameter(owner) == nil
    {
      return SaidExpression("\(said.primary).detach().\(name)")
    }
    return SaidExpression(said.primary + (name == "data" ? ".detach()" : ".\(name)"))
  }

  /// Whether PyTorch's layer has what is read of it, and a cell, too.
  private func has(_ layer: String, _ name: String) throws -> Bool {
    switch name {
    case "mask": return type(of: layer) != nil
    case "epsilon": return type(of: layer)?.isExported == true
    default:
      return ["weight", "bias", "weight_orig", "weight_mask", "running_mean", "running_var"]
        .contains(name)
    }
  }

  /// Looks whether PyTorch keeps a gradient that is asked for.
  private mutating func checkGradient(of owner: PythonExpression, line: Int) throws {
    let text = try said(owner).text
    guard case .tensor(let variable)? = try value(of: text, line: line), variable.node != nil
    else { return }
    guard let count = retained[owner.spelling], count < backwardCount else {
      throw Unsayable(
        line: line, reason: "the gradient of a value that is not asked to retain it")
    }
  }

  /// The layer that an expression stands for, by its path here; nil for all else.
  ///
  /// - Throws: ``Unsayable`` where nothing is known of it.
  func layer(_ expression: PythonExpression) throws(Unsayable) -> String? {
    switch expression.kind {
    case .name(let name):
      guard names[name] != nil else { return nil }
      if case .layer(let text) = try meaning(of: name, line: expression.line) { return text }
      return nil
    case .attribute(let owner, let name):
      guard let layer = try layer(owner) else { return nil }
      if let members = members[layer] { return members[name].map { "\(layer).\($0)" } }
      guard isLayer("\(layer).\(name)") else { return nil }
      return "\(layer).\(name)"
    case .index(let owner, let indices):
      guard indices.count == 1, case .value(let index) = indices[0], let layer = try layer(owner),
        case .layer(let network)? = try? value(of: layer, line: expression.line)
      else { return nil }
      var place: Int?
      if case .number(let text) = index.kind { place = Int(text) }
      if case .unary("-", let inner) = index.kind, case .number(let text) = inner.kind {
        place = Int(text).map { network.children.count - $0 }
      }
      guard let place, network.children.indices.contains(place) else { return nil }
      return "\(layer).\(network.children[place].name)"
    default: return nil
    }
  }

  private func isLayer(_ text: String) -> Bool {
    if case .layer? = try? value(of: text, line: 0) { true } else { false }
  }
}

extension String {
  /// Whether a word stands in the text.
  func hasWord(_ word: String) -> Bool { replacingWord(word, with: "\u{0}") != self }

  /// The text with another word for one that stands in it, other than as an attribute.
  func replacingWord(_ word: String, with other: String) -> String {
    var result = ""
    var current = ""
    var before: Character = " "
    func isPart(_ character: Character) -> Bool {
      character.isLetter || character.isNumber || character == "_"
    }
    for character in self + " " {
      if isPart(character) {
        current.append(character)
        continue
      }
      result += current == word && before != "." ? other : current
      current = ""
      result.append(character)
      before = character
    }
    return String(result.dropLast())
  }
}
