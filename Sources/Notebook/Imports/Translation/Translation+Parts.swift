import Tensors

// Parts of layers: what they are called, and what they are given.
extension Translation {
  /// The parameter of a layer that an expression is, as a cell has it.
  func parameter(_ expression: PythonExpression) throws -> String? {
    if let name = expression.name, case .value(let text)? = names[name], text.contains(".") {
      return text
    }
    guard case .attribute(let owner, let name) = expression.kind,
      ["weight", "bias", "weight_orig"].contains(name), let layer = try layer(owner),
      case .tensor(let variable)? = try value(of: "\(layer).\(name)", line: expression.line),
      variable.node == nil
    else { return nil }
    return "\(layer).\(name)"
  }

  /// Methods that give a tensor the same memory.
  private static let views: Set<String> = [
    "view", "view_as", "reshape", "reshape_as", "flatten", "squeeze", "unsqueeze", "transpose", "t",
    "permute", "expand", "expand_as", "detach", "contiguous", "cpu", "float",
  ]

  /// The layer with whose parameters, or their gradients, an expression shares memory.
  func sharing(
    _ expression: PythonExpression
  ) throws -> (layer: String, isGradient: Bool)? {
    if let root = try parameter(expression) { return (root.root, false) }
    // A pruned weight is a tensor that the layer keeps.
    if case .attribute(let owner, "weight") = expression.kind, let layer = try layer(owner) {
      return (layer.root, false)
    }
    switch expression.kind {
    case .name(let name):
      if let share = shares[name] { return share }
      guard case .value(let text)? = names[name], !text.contains(".") else { return nil }
      return (text, false)
    case .index(let owner, _): return try sharing(owner)
    case .attribute(let owner, "grad"):
      return try parameter(owner).map { ($0.root, true) }
    case .attribute(let owner, let name) where ["data", "T", "mT"].contains(name):
      return try sharing(owner)
    case .attribute(let owner, let name)
    where ["running_mean", "running_var", "weight_mask"].contains(name):
      return try layer(owner).map { ($0.root, false) }
    case .call(let callee, _):
      guard case .attribute(let owner, let method) = callee.kind, Self.views.contains(method)
      else { return nil }
      return try sharing(owner)
    default: return nil
    }
  }

  /// `conv.weight.data`, `conv.weight[0]`, `conv.bias`: the target that a cell has for it.
  mutating func target(_ expression: PythonExpression) throws -> String? {
    switch expression.kind {
    case .index(let owner, let indices):
      guard let target = try target(owner), !target.contains("[") else { return nil }
      let whole = try said(
        PythonExpression(kind: .index(owner, indices), line: expression.line))
      // What stands before the brackets is the target itself.
      guard let place = whole.text.firstIndex(of: "[") else { return nil }
      return target + whole.text[place...]
    case .attribute(let owner, "data"): return try target(owner)
    default:
      guard let text = try parameter(expression), !text.hasSuffix("weight_orig") else {
        return nil
      }
      return text
    }
  }

  /// Sets a part of a layer.
  mutating func set(
    _ target: PythonExpression, to value: PythonExpression, line: Int
  ) throws {
    if case .attribute(let owner, let name) = target.kind {
      if name == "requires_grad" { return try require(owner, value, line: line) }
      if name == "grad", value.name == "None", let root = try parameter(owner) {
        return try clearGradient(root, line: line)
      }
      if let layer = try layer(owner), let type = type(of: layer) {
        if try set(name, of: layer, type, to: value, line: line) { return }
      }
      if let layer = try layer(owner), ["weight", "bias"].contains(name) {
        return try replace("\(layer).\(name)", with: value, line: line)
      }
    }
    if try setInput(target, to: value, line: line) { return }
    if try setElements(target, to: value, line: line) { return }
    let isData = target.contains { if case .attribute(_, "data") = $0.kind { true } else { false } }
    guard hasNoGrad || isData, let text = try self.target(target) else {
      throw Unsayable(line: line, reason: "an assignment to a part of a value")
    }
    let said = try said(value)
    try run("\(text) = \(said.text)", line: line)
    noteChange(of: text)
  }

  /// `conv.weight = torch.nn.Parameter(…)`: another parameter in the place of the first.
  mutating func replace(
    _ parameter: String, with value: PythonExpression, line: Int
  ) throws {
    guard case .call(let callee, let arguments) = value.kind,
      fullName(callee) == "torch.nn.Parameter"
    else { throw Unsayable(line: line, reason: "an assignment to a part of a layer") }
    let call = try PythonCall("torch.nn.Parameter", arguments, ["data"], line: line)
    // What holds the first one goes on with it: an optimizer, a name.
    let layer = String(
      parameter.prefix(parameter.count - 1 - (parameter.split(separator: ".").last?.count ?? 0)))
    let isHeld = names.values.contains {
      switch $0 {
      case .optimizer(_, let layers), .parameters(let layers):
        layers.contains { $0.root == layer.root }
      case .value(let text): text == parameter
      default: false
      }
    }
    guard !isHeld else {
      throw Unsayable(line: line, reason: "a new parameter where the old one is held elsewhere")
    }
    let text = try said(call.needed("data")).text
    guard case .tensor(let new)? = try self.value(of: text, line: line),
      case .tensor(let old)? = try self.value(of: parameter, line: line),
      new.tensor.shape == old.tensor.shape
    else { throw Unsayable(line: line, reason: "a parameter of another shape") }
    try run("\(parameter) = \(text)", line: line)
    try run("\(ZeroGradCommand.name) \(layer)", line: line)
    noteChange(of: parameter)
  }

  /// `x.requires_grad = True`, `x.requires_grad_()`.
  mutating func require(
    _ owner: PythonExpression, _ value: PythonExpression?, line: Int
  ) throws {
    guard let name = owner.name, case .value(let text)? = names[name],
      value == nil || value?.name == "True",
      case .tensor(let variable)? = try self.value(of: text, line: line), variable.node == nil,
      !text.contains("."), shares[name] == nil, !shares.values.contains(where: { $0.layer == text })
    else { throw Unsayable(line: line, reason: "a change of requires_grad") }
    guard !variable.requiresGradient else { return }
    let verb = text == "input" ? "input input" : "\(TensorCommand.name) \(text)"
    let target = text == "input" ? "" : " as \(text)"
    try run("\(verb) requires_grad=true\(target)", line: line)
  }

  mutating func clearGradient(_ parameter: String, line: Int) throws {
    let layer = String(
      parameter.dropLast(parameter.split(separator: ".").last.map { $0.count + 1 } ?? 0))
    if case .tensor? = try? value(of: "\(layer).bias", line: line) {
      throw Unsayable(line: line, reason: "a gradient of one parameter that is cleared")
    }
    try run("\(ZeroGradCommand.name) \(layer)", line: line)
  }
}
