import Layers
import Pruning
import Tensors

// What the programs define that `export` writes, and how they use it.
extension Translation {
  /// The definitions of exported programs, token by token, by their names.
  private static let definitions: [String: (PythonDefinition, [PythonToken.Kind], [String])] = {
    var result: [String: (PythonDefinition, [PythonToken.Kind], [String])] = [:]
    for definition in PythonDefinition.allCases where !definition.isImport {
      guard let tokens = try? PythonTokens(definition.text).tokens else { continue }
      let kept = significant(tokens[...])
      result[definition.name] = (definition, kept.map(\.kind), kept.map(\.text))
    }
    return result
  }()

  private static func significant(_ tokens: ArraySlice<PythonToken>) -> [PythonToken] {
    var tokens = Array(tokens)
    while let last = tokens.last, [.lineEnd, .outdentation, .end].contains(last.kind) {
      tokens.removeLast()
    }
    return tokens
  }

  /// Whether a statement is a definition of exported programs.
  static func isExported(_ statement: PythonStatement) -> PythonDefinition? {
    let tokens = significant(statement.tokens)
    guard tokens.count > 1, let (definition, kinds, texts) = definitions[tokens[1].text],
      kinds == tokens.map(\.kind), texts == tokens.map(\.text)
    else { return nil }
    return definition
  }

  /// Gives a name to a definition of exported programs.
  ///
  /// - Returns: whether it is one.
  mutating func bindExported(_ statement: PythonStatement, _ name: String) -> Bool {
    guard let definition = Self.isExported(statement) else { return false }
    switch definition {
    case .unit: bind(name, to: .unit(MaskUnits.usual.name))
    case .convolution:
      bind(
        name,
        to: .layerClass(
          LayerClass(exported: name, base: "torch.nn.\(Conv2d.kind)", constant: "1e-6")))
    case .linear:
      bind(
        name,
        to: .layerClass(
          LayerClass(exported: name, base: "torch.nn.\(Linear.kind)", constant: nil)))
    default: bind(name, to: .exported(definition))
    }
    return true
  }

  /// What a call of a function of exported programs gives.
  mutating func meaning(
    ofExported callee: PythonExpression, _ arguments: [PythonArgument], as name: String, line: Int
  ) throws -> Meaning? {
    guard let word = callee.name, case .exported(let definition)? = names[word] else { return nil }
    switch definition {
    case .copied:
      let call = try PythonCall(word, arguments, ["layer"], line: line)
      guard let layer = try layer(call.needed("layer")) else { return nil }
      let free = free(name)
      try run("\(CopyCommand.name) \(layer) as \(free)", line: line)
      copyClass(from: layer, to: free)
      return .layer(free)
    case .kept:
      return .chosen(PythonExpression(kind: .call(callee, arguments), line: line))
    default: return nil
    }
  }

  /// `m.used()[0]`: the weight that a layer uses.
  func used(_ owner: PythonExpression, _ indices: [PythonIndex]) throws -> String? {
    guard indices.count == 1, case .value(let place) = indices[0], case .number("0") = place.kind,
      case .call(let callee, let arguments) = owner.kind, arguments.isEmpty,
      case .attribute(let object, "used") = callee.kind, let layer = try layer(object),
      type(of: layer)?.isExported == true
    else { return nil }
    return "\(layer).\(PrunedCommand.name)"
  }

  // MARK: Masks

  /// A call of `set_mask`.
  ///
  /// - Throws: ``Unsayable``, `Cancelled`.
  mutating func setMask(
    of layer: String, _ type: LayerClass, _ arguments: [PythonArgument], line: Int
  ) throws {
    let call = try PythonCall(
      "set_mask", arguments, ["mask", "dims", "view", "filters"], line: line)
    let mask = try call.needed("mask")
    let unit = Self.unit(type)
    guard case .tensor(let weight)? = try value(of: "\(layer).weight", line: line) else {
      throw Unsayable(line: line, reason: "a mask of what has no weight")
    }
    let shape = weight.tensor.shape
    if case .binary = mask.kind, let rates = try mixedRates(mask, layer, shape, line: line) {
      try run("\(MaskCommand.name) \(rates) \(layer)\(unit)", line: line)
      return
    }
    if case .call(let callee, _) = mask.kind, case .attribute(_, "amax") = callee.kind,
      let rates = try mixedRates(mask, layer, shape, line: line)
    {
      try run("\(MaskCommand.name) \(rates) \(layer)\(unit)", line: line)
      return
    }
    guard call.values["filters"] == nil else {
      throw Unsayable(line: line, reason: "a mixed mask of another kind")
    }
    let structure = try structure(call, shape, line: line)
    let words: String
    if let neighbours = try neighbours(mask, layer, line: line) {
      words = neighbours
    } else if let amount = try amount(mask, layer, structure, line: line) {
      words = "\(amount)\(structure.isEmpty ? "" : " \(structure)")"
    } else {
      words = "(\(try said(mask).text))\(structure.isEmpty ? "" : " \(structure)")"
    }
    try run("\(MaskCommand.name) \(words) \(layer)\(unit)", line: line)
  }

  /// The structure of which a mask's dimensions are: nothing for filters.
  private func structure(_ call: PythonCall, _ shape: Shape, line: Int) throws -> String {
    guard let dims = Self.numbers(call.values["dims"]) else {
      throw Unsayable(line: line, reason: "a mask of a structure that is computed")
    }
    if let view = call.values["view"] {
      guard let sizes = Self.numbers(view) else {
        throw Unsayable(line: line, reason: "a mask of a structure that is computed")
      }
      if dims == [1, 3], sizes.count == 4 { return "block=\(sizes[1])x\(sizes[3])" }
      if dims == [1], sizes.count >= 3 { return "vector=\(sizes[1])" }
      throw Unsayable(line: line, reason: "a mask of another structure")
    }
    guard let name = Self.structure(dims, shape) else {
      throw Unsayable(line: line, reason: "a mask of another structure")
    }
    return name == AxisStructure.filter.name ? "" : "structure=\(name)"
  }

  /// The name of the structure whose groups vary in these dimensions.
  private static func structure(_ dims: [Int], _ shape: Shape) -> String? {
    AxisStructure.all.first { structure in
      guard let partition = try? structure.partition(of: shape) else { return false }
      return partition.inside == Set(dims)
    }?.name
  }

  private static func numbers(_ expression: PythonExpression?) -> [Int]? {
    guard case .tuple(let items)? = expression?.kind else { return nil }
    let numbers = items.compactMap { item in
      if case .number(let text) = item.kind { Int(text) } else { nil }
    }
    return numbers.count == items.count ? numbers : nil
  }

  /// The call that chooses a mask, where an expression is one or a name for one.
  private func choice(_ expression: PythonExpression) -> [PythonArgument]? {
    if let name = expression.name, case .chosen(let call)? = names[name] { return choice(call) }
    guard case .call(let callee, let arguments) = expression.kind, let word = callee.name,
      case .exported(.kept)? = names[word], arguments.count == 2
    else { return nil }
    return arguments
  }

  /// `0.5` or `count=3`, where a mask is the one of the L1 norms; nil where it is another.
  private mutating func amount(
    _ mask: PythonExpression, _ layer: String, _ structure: String, line: Int
  ) throws -> String? {
    guard let arguments = choice(mask) else { return nil }
    let probe = structure.isEmpty ? "" : " \(structure)"
    let text = try said(arguments[0].value).text
    // The scores of the structure, as a cell of its own would compute them.
    guard let theirs = try? value(of: text, line: line)?.floats,
      let ours = try? value(of: "\(ScoresCommand.name)\(probe) score=l1 \(layer)", line: line)?
        .floats,
      theirs.tensor.elements == ours.tensor.elements,
      text.contains("abs()"), !text.contains("/")
    else {
      throw Unsayable(line: line, reason: "a mask by another score")
    }
    let removed = arguments[1].value
    if case .number(let count) = removed.kind { return "count=\(count)" }
    guard case .call(let callee, let inner) = removed.kind, inner.count == 1,
      let word = callee.name, ["int", "round"].contains(word)
    else { return nil }
    guard case .binary("*", _, let rate) = inner[0].value.kind else {
      return "count=\(try said(inner[0].value).argument)"
    }
    return try said(rate).argument + (word == "round" ? " round=even" : "")
  }

  private mutating func neighbours(
    _ mask: PythonExpression, _ layer: String, line: Int
  ) throws -> String? {
    guard case .call(let callee, let arguments) = mask.kind, let word = callee.name,
      case .exported(.neighbours)? = names[word], arguments.count == 3
    else { return nil }
    guard try said(arguments[0].value).text == "\(layer).weight.abs()" else {
      throw Unsayable(line: line, reason: "a mask by another score")
    }
    let (kept, all) = (try said(arguments[1].value).text, try said(arguments[2].value).text)
    return "keep=\(kept):\(all)"
  }

  /// The rates of a mixed mask: `filter=0.25 connection=0.5`.
  private mutating func mixedRates(
    _ mask: PythonExpression, _ layer: String, _ shape: Shape, line: Int
  ) throws -> String? {
    switch mask.kind {
    case .call(let callee, _):
      // Groups of elements that are all alike.
      guard case .attribute(let owner, "amax") = callee.kind else { break }
      return try mixedRates(owner, layer, shape, line: line)
    case .binary("*", let left, let right):
      guard let first = try mixedRates(left, layer, shape, line: line),
        let second = try mixedRates(right, layer, shape, line: line)
      else { return nil }
      return "\(first) \(second)"
    default: break
    }
    guard case .call(let callee, let arguments) = mask.kind, let word = callee.name,
      case .exported(.spread)? = names[word], arguments.count == 3,
      let dims = Self.numbers(arguments[1].value), let name = Self.structure(dims, shape),
      let amount = try amount(
        arguments[0].value, layer, "structure=\(name)", line: line),
      Double(amount) != nil
    else { return nil }
    return "\(name)=\(amount)"
  }
}
