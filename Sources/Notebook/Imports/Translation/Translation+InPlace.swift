import Tensors

// Tensors that are changed in place.
extension Translation {
  /// `input[0, 0] = 1`, where the input is nothing but numbers.
  mutating func setInput(
    _ target: PythonExpression, to value: PythonExpression, line: Int
  ) throws -> Bool {
    guard case .index(let owner, _) = target.kind, owner.name == "input",
      names["input"]?.text == "input",
      !names.contains(where: { name, meaning in
        name != "input" && meaning.text == "input"
      }),
      case .tensor(let variable)? = try self.value(of: "input", line: line),
      !variable.requiresGradient
    else { return false }
    let parts = try said([value, target])
    try run("\(parts[1].text) = \(parts[0].text)", line: line)
    noteChange(of: "input")
    return true
  }

  /// `x[0] = 1`, `x[x < 0] = 0`: elements of a tensor of numbers get one number.
  mutating func setElements(
    _ target: PythonExpression, to value: PythonExpression, line: Int
  ) throws -> Bool {
    guard case .index(let owner, let indices) = target.kind, let name = owner.name,
      try changesAlone(name, line: line), let text = names[name]?.text,
      case .tensor(let tensor)? = try self.value(of: text, line: line)?.datum
    else { return false }
    let number = try said(value)
    guard case .scalar? = try self.value(of: number.text, line: line)?.datum,
      let chosen = try chosen(indices, of: text, tensor.shape, line: line)
    else { return false }
    try run("\(text) = \(text).masked_fill(\(chosen), \(number.text))", line: line)
    noteChange(of: text)
    return true
  }

  /// A tensor of truth values that tells which elements indices choose; nil for what is not said so.
  mutating func chosen(
    _ indices: [PythonIndex], of text: String, _ shape: Shape, line: Int
  ) throws -> String? {
    guard indices.count <= shape.rank else { return nil }
    var conditions: [String] = []
    for (dimension, index) in indices.enumerated() {
      let places = "torch.arange(\(text).shape[\(dimension)])"
      let after = String(repeating: ", 1", count: shape.rank - dimension - 1)
      switch index {
      case .slice(nil, nil, nil): continue
      case .slice: return nil
      case .value(let value):
        let said = try said(value)
        switch try self.value(of: said.text, line: line)?.datum {
        case .scalar(.integer)?:
          let isNumber = Int(said.text) != nil && !said.text.hasPrefix("-")
          let place =
            isNumber ? said.text : "\(said.within(6)) % \(text).shape[\(dimension)]"
          conditions.append("(\(places) == \(place)).view(-1\(after))")
        case .tensor(let chosen)? where indices.count == 1 && chosen.dataType == .bool:
          guard chosen.shape == shape else { return nil }
          return said.text
        case .tensor(let chosen)?
        where indices.count == 1 && chosen.dataType == .int64 && chosen.shape.rank == 1:
          return "(\(places).view(-1, 1) == \(said.within(1))).any(dim=1).view(-1\(after))"
        default: return nil
        }
      }
    }
    return conditions.isEmpty ? nil : conditions.joined(separator: " & ")
  }

  /// `x += value`
  mutating func change(
    _ target: PythonExpression, _ mark: String, _ value: PythonExpression, line: Int
  ) throws {
    let whole = PythonExpression(kind: .binary(mark, target, value), line: line)
    if let name = target.name, try parameter(target) == nil {
      let text = try said(target).text
      if case .scalar? = try self.value(of: text, line: line)?.datum {
        return try assign(whole, to: name, line: line)
      }
      guard try changesAlone(name, line: line) else {
        throw Unsayable(line: line, reason: "'\(mark)=', which changes a tensor in place")
      }
      return try change(name, to: whole, line: line)
    }
    let isData = target.contains { if case .attribute(_, "data") = $0.kind { true } else { false } }
    guard hasNoGrad || isData, let text = try self.target(target) else {
      throw Unsayable(line: line, reason: "'\(mark)=' of a part of a value")
    }
    let said = try said(whole)
    try run("\(text) = \(said.text)", line: line)
    noteChange(of: text)
  }

  /// Whether nothing notices that a tensor of this name is changed in place: it has no graph, and no
  /// other name for it or for a part of it.
  func changesAlone(_ name: String, line: Int) throws -> Bool {
    guard case .value(let text)? = names[name], !text.contains("."), shares[name] == nil,
      text != "input",
      !names.contains(where: { other, meaning in other != name && meaning.text == text }),
      case .tensor(let tensor)? = try value(of: text, line: line)?.datum
    else { return false }
    guard case .float32(let variable) = tensor else { return false }
    return variable.node == nil && !variable.requiresGradient
  }

  /// Changes a tensor in place, which is another one of the same shape here.
  mutating func change(
    _ name: String, to value: PythonExpression, line: Int
  ) throws {
    guard let text = names[name]?.text else { return }
    let new = try expressionText(value)
    guard case .tensor(.float32(let old))? = try self.value(of: text, line: line)?.datum,
      case .tensor(.float32(let variable))? = try self.value(of: new, line: line)?.datum,
      old.tensor.shape == variable.tensor.shape, !variable.requiresGradient
    else { throw Unsayable(line: line, reason: "a change of a tensor in place") }
    try run("\(text) = \(new)", line: line)
    noteChange(of: text)
  }

  /// A method that changes a parameter in place; nil where it is none that is known.
  mutating func changeInPlace(
    _ owner: PythonExpression, _ method: String, _ arguments: [PythonArgument], line: Int
  ) throws -> Bool {
    let isData = owner.contains { if case .attribute(_, "data") = $0.kind { true } else { false } }
    let operators = ["add_": "+", "sub_": "-", "mul_": "*", "div_": "/"]
    if let name = owner.name, try parameter(owner) == nil {
      guard let mark = operators[method], arguments.count == 1, arguments[0].key == nil,
        try changesAlone(name, line: line)
      else { return false }
      try change(
        name,
        to: PythonExpression(kind: .binary(mark, owner, arguments[0].value), line: line),
        line: line)
      return true
    }
    guard hasNoGrad || isData, let text = try target(owner) else { return false }
    if method == "zero_", arguments.isEmpty {
      try run("\(text) = 0", line: line)
    } else if method == "fill_" || method == "copy_", arguments.count == 1 {
      let value = try said(arguments[0].value)
      try run("\(text) = \(value.text)", line: line)
    } else if let mark = operators[method], arguments.count == 1 {
      let whole = PythonExpression(
        kind: .binary(mark, owner, arguments[0].value), line: line)
      let value = try said(whole)
      try run("\(text) = \(value.text)", line: line)
    } else {
      return false
    }
    noteChange(of: text)
    return true
  }
}
