import Tensors

// What names are given.
extension Translation {
  mutating func assign(
    _ value: PythonExpression, to target: PythonExpression, line: Int
  ) throws {
    switch target.kind {
    case .name(let name): try assign(value, to: name, line: line)
    case .tuple(let targets), .list(let targets): try assign(value, to: targets, line: line)
    case .attribute, .index: try set(target, to: value, line: line)
    default: throw Unsayable(line: line, reason: "this assignment")
    }
  }

  mutating func assign(
    _ value: PythonExpression, to name: String, line: Int
  ) throws {
    if let layers = try weights(value) {
      bind(name, to: .weights(layers))
      return
    }
    if try assignSpecial(value, to: name, line: line) { return }
    if let root = try parameter(value) {
      // The name goes on being the layer's parameter.
      bind(name, to: .value(root))
      return
    }
    let shared = value.name == nil ? try sharing(value) : nil
    let text = try expressionText(value)
    let datum = try self.value(of: text, line: line)
    if case .python(let python)? = datum, case .list = python {
      throw Unsayable(line: line, reason: "a list as a value")
    }
    if name == "input", case .tensor(let variable)? = datum, variable.node == nil {
      try assignInput(value, text, variable.requiresGradient, line: line)
    } else {
      let free = free(name)
      try run("\(free) = \(text)", line: line)
      bind(name, to: .value(free))
    }
    shares[name] = shared
  }

  /// What is no value of an expression: layers, modules, strings, and what commands give.
  mutating func assignSpecial(
    _ value: PythonExpression, to name: String, line: Int
  ) throws -> Bool {
    if case .call(let callee, let arguments) = value.kind, arguments.count == 1,
      case .attribute(let owner, "to") = callee.kind, isProcessor(arguments[0].value)
    {
      // What is moved to where it is.
      if try assignSpecial(owner, to: name, line: line) { return true }
    }
    switch value.kind {
    case .text(let text) where !isProcessor(value):
      bind(name, to: .text(text))
      return true
    case .call where isProcessor(value), .choice where isProcessor(value), .text:
      bind(name, to: .processor)
      return true
    case .list(let items) where items.isEmpty:
      bind(name, to: .emptyList)
      return true
    case .name(let other) where names[other] != nil:
      // Both names stand for the same thing.
      let meaning = try meaning(of: other, line: line)
      let (count, share) = (retained[other], shares[other])
      bind(name, to: meaning)
      (retained[name], shares[name]) = (count, share)
      return true
    case .attribute:
      if let full = fullName(value), !isConstant(full) {
        bind(name, to: .module(Self.canonical(full)))
        return true
      }
    case .call(let callee, let arguments):
      if let meaning = try meaning(ofCall: callee, arguments, as: name, line: line) {
        bind(name, to: meaning)
        return true
      }
    default: break
    }
    if let layer = try layer(value) {
      bind(name, to: .layer(layer))
      return true
    }
    return false
  }

  func isConstant(_ full: String) -> Bool {
    full.split(separator: ".").last?.first?.isUppercase == false
      && !full.hasPrefix("torch.nn") && !full.hasPrefix("torch.optim")
  }

  /// What a call gives that is no value of an expression; nil where it is one.
  mutating func meaning(
    ofCall callee: PythonExpression, _ arguments: [PythonArgument], as name: String, line: Int
  ) throws -> Meaning? {
    if !hasNoGrad, let layer = try layer(callee) {
      var free = name
      try forward(layer, arguments, line: line) {
        free = $0.free(name)
        return free
      }
      return .value(free)
    }
    if let word = callee.name, case .command(let command)? = names[word], !hasNoGrad {
      var free = name
      try runCommand(command, arguments, line: line) {
        free = $0.free(name)
        return free
      }
      return .value(free)
    }
    if let meaning = try meaning(ofExported: callee, arguments, as: name, line: line) {
      return meaning
    }
    if let word = callee.name, case .layerClass(let type)? = names[word] {
      return try made(type, arguments, as: name, line: line)
    }
    if let word = callee.name, case .networkClass(let type)? = names[word] {
      return try made(type, arguments, as: name, line: line)
    }
    if let full = fullName(callee) {
      if let meaning = try pruned(full, arguments, line: line) { return meaning }
      if let row = PoolingCall.rows[full], !hasNoGrad {
        let command = try row.command(arguments, in: &self, line: line)
        var free = name
        try runCommand(
          command.text, [PythonArgument(key: nil, value: command.input)], line: line
        ) {
          free = $0.free(name)
          return free
        }
        return .value(free)
      }
      if let made = try made(full, arguments, as: name, line: line) { return made }
      if full == "copy.deepcopy" { return try copy(arguments, as: name, line: line) }
      if let optimizer = try optimizer(full, arguments, line: line) { return optimizer }
      return nil
    }
    guard case .attribute(let owner, let method) = callee.kind else { return nil }
    if let layer = try layer(owner) {
      switch method {
      case "parameters" where arguments.isEmpty: return .parameters([layer])
      case "train", "eval":
        try setTraining(layer, method, arguments, line: line)
        return .layer(layer)
      default: return nil
      }
    }
    return nil
  }

  mutating func copy(
    _ arguments: [PythonArgument], as name: String, line: Int
  ) throws -> Meaning? {
    let call = try PythonCall("copy.deepcopy", arguments, ["x"], line: line)
    let original = try call.needed("x")
    guard let layer = try layer(original) else {
      let text = try said(original).text
      guard case .tensor(let variable)? = try value(of: text, line: line),
        !variable.requiresGradient
      else { throw Unsayable(line: line, reason: "a copy of what is no layer") }
      let free = free(name)
      try run("\(free) = \(text)", line: line)
      return .value(free)
    }
    guard try !isPruned(layer, line: line) else {
      throw Unsayable(line: line, reason: "a copy of a pruned layer, which PyTorch refuses")
    }
    let free = free(name)
    try run("\(CopyCommand.name) \(layer) as \(free)", line: line)
    copyClass(from: layer, to: free)
    return .layer(free)
  }

  /// Several names for the parts of a value.
  mutating func assign(
    _ value: PythonExpression, to targets: [PythonExpression], line: Int
  ) throws {
    let names = targets.compactMap(\.name)
    guard names.count == targets.count else {
      throw Unsayable(line: line, reason: "an assignment to several parts")
    }
    if case .tuple(let items) = value.kind {
      guard items.count == names.count,
        !items.contains(where: { item in
          item.contains { $0.name.map(names.contains) ?? false }
        })
      else { throw Unsayable(line: line, reason: "an exchange of values") }
      for (name, item) in zip(names, items) { try assign(item, to: name, line: line) }
      return
    }
    let text = try expressionText(value)
    let whole = temporary()
    try run("\(whole) = \(text)", line: line)
    guard let items = try self.value(of: whole, line: line)?.datum?.items,
      items.count == names.count
    else { throw Unsayable(line: line, reason: "several names for one value") }
    for (place, name) in names.enumerated() where name != "_" {
      let free = free(name)
      try run("\(free) = \(whole)[\(place)]", line: line)
      bind(name, to: .value(free))
    }
  }

  /// `input` is a word of the notebook's, too: what layers run on.
  mutating func assignInput(
    _ value: PythonExpression, _ text: String, _ requiresGradient: Bool, line: Int
  ) throws {
    bind("input", to: nil)
    let isTaken = names.values.contains { $0.text == "input" }
    guard !isTaken else {
      let free = free("input")
      try run("\(free) = \(text)", line: line)
      return bind("input", to: .value(free))
    }
    if requiresGradient {
      let parts = temporary()
      try run("\(parts) = \(text)", line: line)
      try run("input \(parts) requires_grad=true", line: line)
    } else {
      try run("input (\(text))", line: line)
    }
    bind("input", to: .value("input"))
  }
}
