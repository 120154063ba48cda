// Calls of functions, methods and layers.
extension Translation {
  /// Whether an expression is something that a command does.
  func runsCommand(_ expression: PythonExpression) -> Bool {
    guard case .call(let callee, _) = expression.kind else { return false }
    if (try? layer(callee)) != nil { return true }
    if let full = fullName(callee), PoolingCall.rows[full] != nil { return true }
    if let name = callee.name {
      if case .command? = names[name] { return true }
      if case .inline? = names[name] { return true }
    }
    return false
  }

  /// A call in an expression.
  mutating func call(
    _ callee: PythonExpression, _ arguments: [PythonArgument], line: Int
  ) throws -> SaidExpression {
    if let layer = try layer(callee) {
      try forward(layer, arguments, line: line) { _ in nil }
      return SaidExpression(hasNoGrad ? "output.detach()" : "output")
    }
    if let full = fullName(callee) {
      if let text = try collected(full, arguments) { return SaidExpression(text) }
      let whole = PythonExpression(kind: .call(callee, arguments), line: line)
      if let text = try loaded(whole, isConverted: false) { return SaidExpression(text) }
      if let text = try isPruned(full, arguments, line: line) { return SaidExpression(text) }
      return try function(full, arguments, line: line)
    }
    if case .attribute(let owner, let name) = callee.kind {
      if name == "apply", let word = owner.name, case .unit(let unit)? = names[word] {
        return try applied(unit, arguments, line: line)
      }
      return try method(name, of: owner, arguments, line: line)
    }
    guard let name = callee.name else {
      throw Unsayable(line: line, reason: "a call of what is computed")
    }
    guard names[name] != nil else { return try builtin(name, arguments, line: line) }
    switch try meaning(of: name, line: line) {
    case .inline(let function):
      guard inlineDepth < Self.inlineLimit else {
        throw Unsayable(line: line, reason: "functions that call one another")
      }
      inlineDepth += 1
      defer { inlineDepth -= 1 }
      return try said(try function.value(arguments, line: line))
    case .function(let prefix, let suffix):
      let call = try PythonCall(name, arguments, ["input"], line: line)
      return SaidExpression(prefix + (try said(call.needed("input"))).text + suffix)
    case .loss(let function):
      let call = try PythonCall(name, arguments, ["input", "target"], line: line)
      let parts = try said([call.needed("input"), call.needed("target")])
      let split = function.split(separator: "|", omittingEmptySubsequences: false)
      return SaidExpression(
        "\(split[0])(\(parts[0].text), \(parts[1].text)\(split.count > 1 ? split[1] : ""))")
    case .command(let command):
      try runCommand(command, arguments, line: line) { _ in nil }
      return SaidExpression(hasNoGrad ? "output.detach()" : "output")
    default: throw Unsayable(line: line, reason: "a call of '\(name.visible)'")
    }
  }

  /// How deep functions may be within one another.
  private static let inlineLimit = 3

  /// Runs a layer; what it gives is `output`.
  ///
  /// - Parameters:
  ///   - layer: the layer.
  ///   - arguments: what it is given.
  ///   - line: the line of the call.
  ///   - name: gives a name for the value, asked for when the argument is known.
  /// - Throws: ``Unsayable``, `Cancelled`.
  mutating func forward(
    _ layer: String, _ arguments: [PythonArgument], line: Int,
    name: (inout Translation) throws -> String?
  ) throws {
    let call = try PythonCall("a layer", arguments, ["input"], line: line)
    let argument = try said(call.needed("input")).argument
    let target = try name(&self).map { " as \($0)" } ?? ""
    // A pruned weight is made anew.
    if hasNoGrad { ungraphed.insert(layer.root) } else { ungraphed.remove(layer.root) }
    retained = retained.filter { !$0.key.hasSuffix(".weight") }
    try run("forward \(layer) input=\(argument)\(target)", line: line)
  }

  /// Runs a command that takes a tensor.
  mutating func runCommand(
    _ command: String, _ arguments: [PythonArgument], line: Int,
    name: (inout Translation) throws -> String?
  ) throws {
    let call = try PythonCall("a layer", arguments, ["input"], line: line)
    let argument = try said(call.needed("input")).argument
    let target = try name(&self).map { " as \($0)" } ?? ""
    let words = command.split(separator: " ", maxSplits: 2)
    let rest = words.count > 2 ? " \(words[2])" : ""
    try run("\(words[0]) \(words[1]) \(argument)\(rest)\(target)", line: line)
  }

  /// A function of PyTorch's, or of another module's.
  private mutating func function(
    _ full: String, _ arguments: [PythonArgument], line: Int
  ) throws -> SaidExpression {
    if let row = PoolingCall.rows[full] {
      let command = try row.command(arguments, in: &self, line: line)
      try runCommand(
        command.text, [PythonArgument(key: nil, value: command.input)], line: line
      ) { _ in nil }
      return SaidExpression(hasNoGrad ? "output.detach()" : "output")
    }
    let words = full.split(separator: ".")
    let module = words.dropLast().joined(separator: ".")
    let name = words.last.map(String.init) ?? full
    guard !name.hasSuffix("_") else {
      throw Unsayable(line: line, reason: "\(full.visible), which changes a tensor in place")
    }
    let spelled: String
    switch module {
    case "torch": spelled = "torch.\(name)"
    case "torch.nn.functional": spelled = "F.\(name)"
    default: throw Unsayable(line: line, reason: full.visible)
    }
    return SaidExpression("\(spelled)(\(try self.arguments(arguments, line: line)))")
  }

  /// Arguments as they are written; a device that is the processor says nothing.
  mutating func arguments(_ arguments: [PythonArgument], line: Int) throws -> String {
    argumentDepth += 1
    defer { argumentDepth -= 1 }
    var kept: [PythonArgument] = []
    for argument in arguments {
      guard argument.stars.isEmpty else {
        throw Unsayable(line: line, reason: "arguments from a list")
      }
      if argument.key == "device" {
        guard isProcessor(argument.value) else {
          throw Unsayable(line: line, reason: "another device than the processor")
        }
        continue
      }
      kept.append(argument)
    }
    let texts = try zip(kept, said(kept.map(\.value))).map { argument, said in
      (argument.key.map { "\($0)=" } ?? "") + said.text
    }
    return texts.joined(separator: ", ")
  }

  /// Whether an expression is the processor, as the place where tensors are.
  mutating func isProcessor(_ expression: PythonExpression) -> Bool {
    switch expression.kind {
    case .text(let text): return text == "cpu"
    case .name(let name):
      if case .processor? = names[name] { return true }
      return false
    case .choice(let test, let first, let second):
      guard let holds = try? holds(test) else { return false }
      return isProcessor(holds ? first : second)
    case .call(let callee, let arguments):
      return fullName(callee) == "torch.device" && arguments.count == 1
        && isProcessor(arguments[0].value)
    default: return false
    }
  }

  /// The method that gives a tensor of a type, by the type's name.
  private static let conversions = [
    "torch.float32": "float", "torch.float": "float", "torch.int64": "long", "torch.long": "long",
    "torch.bool": "bool",
  ]

  /// Names that PyTorch has twice.
  private static let others = ["nelement": "numel", "absolute": "abs"]

  /// Methods that give the same tensor.
  private static let identities: Set<String> = ["cpu", "contiguous"]

  private mutating func method(
    _ name: String, of owner: PythonExpression, _ arguments: [PythonArgument], line: Int
  ) throws -> SaidExpression {
    if let layer = try layer(owner) {
      throw Unsayable(line: line, reason: "'\(name.visible)' of the layer '\(layer.visible)'")
    }
    guard !name.hasSuffix("_"), name != "backward" else {
      throw Unsayable(line: line, reason: "\(name.visible), which changes something, as a value")
    }
    if ["long", "float"].contains(name), arguments.isEmpty,
      let loaded = try loaded(owner, isConverted: true)
    {
      return SaidExpression("\(loaded).\(name)()")
    }
    if name == "to" || name == "type", arguments.count == 1 {
      if isProcessor(arguments[0].value) { return try said(owner) }
      if let type = fullName(arguments[0].value), let method = Self.conversions[type] {
        return SaidExpression("\(try said(owner).primary).\(method)()")
      }
    }
    let name = Self.others[name] ?? name
    argumentDepth += 1
    defer { argumentDepth -= 1 }
    let parts = try said([owner] + arguments.map(\.value))
    if arguments.isEmpty, Self.identities.contains(name) { return parts[0] }
    guard arguments.allSatisfy({ $0.stars.isEmpty }) else {
      throw Unsayable(line: line, reason: "arguments from a list")
    }
    let texts = zip(arguments, parts.dropFirst()).map { argument, said in
      (argument.key.map { "\($0)=" } ?? "") + said.text
    }
    return SaidExpression("\(parts[0].primary).\(name)(\(texts.joined(separator: ", ")))")
  }

  /// Functions of Python's own.
  private mutating func builtin(
    _ name: String, _ arguments: [PythonArgument], line: Int
  ) throws -> SaidExpression {
    guard arguments.count == 1, arguments[0].key == nil, arguments[0].stars.isEmpty else {
      throw Unsayable(line: line, reason: "a call of '\(name.visible)'")
    }
    let value = arguments[0].value
    if name == "float", case .text(let text) = value.kind {
      let word = text.lowercased().trimmingBlanks
      guard ["inf", "-inf", "nan"].contains(word) else {
        throw Unsayable(line: line, reason: "a string as a value")
      }
      return SaidExpression(word, level: word.hasPrefix("-") ? 8 : SaidExpression.tightest)
    }
    switch name {
    case "len":
      return SaidExpression("\(try said(value).primary).shape[0]")
    case "int":
      let said = try said(value)
      switch try self.value(of: said.text, line: line)?.datum {
      case .tensor(let tensor)? where tensor.shape.count == 1:
        return SaidExpression("\(said.primary).long().item()")
      case .scalar(.integer)?: return said
      default: throw Unsayable(line: line, reason: "a call of 'int'")
      }
    case "abs":
      return SaidExpression("abs(\(try said(value).text))")
    case "float":
      let said = try said(value)
      switch try self.value(of: said.text, line: line)?.datum {
      case .tensor?: return SaidExpression("\(said.primary).item()")
      case .scalar(.float)?: return said
      case .scalar(.integer)?: return SaidExpression("\(said.within(6)) * 1.0", level: 6)
      default: throw Unsayable(line: line, reason: "a call of 'float'")
      }
    default: throw Unsayable(line: line, reason: "a call of '\(name.visible)'")
    }
  }
}

/// Functions and layers that take windows of an image, as the commands that do the same.
enum PoolingCall {
  struct Row {
    let verb: String
    let parameters: [String]

    /// The command, and what it works on.
    func command(
      _ arguments: [PythonArgument], in translation: inout Translation, line: Int
    ) throws -> (text: String, input: PythonExpression) {
      let call = try PythonCall("a pooling", arguments, ["input"] + parameters, line: line)
      return (try text(call, in: &translation), try call.needed("input"))
    }

    /// The command without what it works on.
    func text(_ call: PythonCall, in translation: inout Translation) throws -> String {
      for parameter in parameters.dropFirst(3) { try call.refuse(parameter) }
      var text = "\(verb) \(try translation.said(call.needed("kernel_size")).argument)"
      for key in ["stride", "padding"] {
        guard let value = call.values[key], value.name != "None" else { continue }
        text += " \(key)=\(try translation.said(value).argument)"
      }
      return text
    }
  }

  private static let largest = Row(
    verb: MaxPoolCommand.name,
    parameters: ["kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices"])
  private static let mean = Row(
    verb: AvgPoolCommand.name,
    parameters: [
      "kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override",
    ])

  /// By the full names of the functions.
  static let rows = [
    "torch.nn.functional.max_pool2d": largest, "torch.max_pool2d": largest,
    "torch.nn.functional.avg_pool2d": mean,
  ]

  /// By the names of the layers.
  static let layers = ["MaxPool2d": largest, "AvgPool2d": mean]
}
