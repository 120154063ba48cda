import Tensors

// Statements.
extension Translation {
  /// Translates statements that follow one another.
  ///
  /// - Parameters:
  ///   - statements: the statements.
  ///   - isLast: whether the last of them is the cell's last.
  /// - Throws: ``Unsayable``, `Cancelled`.
  mutating func translate(_ statements: [PythonStatement], isLast: Bool = false) throws {
    for (index, statement) in statements.enumerated() {
      beginStatement()
      if let unknownAll {
        throw Unsayable(line: statement.line, reason: unknownAll)
      }
      try translate(statement, isLast: isLast && index == statements.count - 1)
    }
  }

  private mutating func translate(_ statement: PythonStatement, isLast: Bool) throws {
    let line = statement.line
    switch statement.kind {
    case .importing(let imports): bind(imports)
    case .pass: break
    case .expression(let expression): try translate(expression, isLast: isLast)
    case .assignment(let targets, let value):
      guard targets.count == 1 else {
        throw Unsayable(line: line, reason: "several names for one value")
      }
      try assign(value, to: targets[0], line: line)
    case .augmented(let target, let mark, let value):
      try change(target, mark, value, line: line)
    case .with(let items, let body):
      guard items.count == 1, case .call(let callee, let arguments) = items[0].kind,
        let name = fullName(callee), ["torch.no_grad", "torch.inference_mode"].contains(name),
        arguments.isEmpty
      else { throw Unsayable(line: line, reason: "this 'with'") }
      let before = hasNoGrad
      hasNoGrad = true
      try translate(body)
      hasNoGrad = before
    case .loop(let target, let items, let body):
      try translate(loop: target, items, body, line: line)
    case .condition(let test, let body, let otherwise):
      try translate(try holds(test) ? body : otherwise)
    case .function(let function):
      if bindExported(statement, function.name) { return }
      bind(function.name, to: .inline(try InlineFunction(function)))
    case .type(let type):
      if bindExported(statement, type.name) { return }
      try define(type, statement)
    case .returning: throw Unsayable(line: line, reason: "'return' outside a function")
    case .assertion: throw Unsayable(line: line, reason: "'assert'")
    case .other(let reason): throw Unsayable(line: line, reason: reason)
    }
  }

  /// Gives names to modules.
  mutating func bind(_ imports: [(name: String, path: String)]) {
    for (name, path) in imports { bind(name, to: .module(Self.canonical(path))) }
  }

  /// The one full name of what PyTorch has by several.
  static func canonical(_ path: String) -> String {
    for (other, usual) in [
      ("torch.nn.parameter.Parameter", "torch.nn.Parameter"),
      ("torch.autograd.function.Function", "torch.autograd.Function"),
    ] where path == other {
      return usual
    }
    return path
  }

  // MARK: Expressions as statements

  private mutating func translate(_ expression: PythonExpression, isLast: Bool) throws {
    let line = expression.line
    if case .text(let text) = expression.kind {
      // A text that nobody reads is a comment; at the end of a cell it would be shown.
      guard !(isLast && showsLast) else {
        throw Unsayable(line: line, reason: "a string as a value")
      }
      return say(text.lines.flatMap { MarkdownProse.filled($0.trimmingBlanks) })
    }
    if case .call(let callee, let arguments) = expression.kind {
      if callee.name == "print", names["print"] == nil {
        return try print(arguments, line: line)
      }
      if try act(callee, arguments, line: line, isLast: isLast) { return }
    }
    try showOrRun(expression, isLast: isLast)
  }

  /// Shows the value of an expression where it is the cell's last.
  mutating func showOrRun(_ expression: PythonExpression, isLast: Bool) throws {
    let said = try expressionText(expression)
    guard isLast, showsLast else {
      // A name or an attribute alone does nothing.
      if expression.path == nil { try run(said, line: expression.line) }
      return
    }
    // A notebook shows nothing for None.
    if case .nothing? = try value(of: said, line: expression.line) { return }
    shown = try show(said, line: expression.line)
  }

  /// An expression with what `no_grad` does to it.
  mutating func expressionText(_ expression: PythonExpression) throws -> String {
    let said = try said(expression)
    guard hasNoGrad, try parameter(expression) == nil,
      case .tensor(let variable)? = try value(of: said.text, line: expression.line),
      variable.requiresGradient
    else { return said.text }
    if expression.name != nil { return said.text }
    return said.primary + ".detach()"
  }

  // MARK: Assignments

  private mutating func assign(
    _ value: PythonExpression, to target: PythonExpression, line: Int
  ) throws {
    switch target.kind {
    case .name(let name): try assign(value, to: name, line: line)
    case .tuple(let targets), .list(let targets): try assign(value, to: targets, line: line)
    case .attribute, .index: try set(target, to: value, line: line)
    default: throw Unsayable(line: line, reason: "this assignment")
    }
  }

  private mutating func assign(
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
  private mutating func assignSpecial(
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

  private func isConstant(_ full: String) -> Bool {
    full.split(separator: ".").last?.first?.isUppercase == false
      && !full.hasPrefix("torch.nn") && !full.hasPrefix("torch.optim")
  }

  /// What a call gives that is no value of an expression; nil where it is one.
  private mutating func meaning(
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

  private mutating func copy(
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
  private mutating func assign(
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
  private mutating func assignInput(
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

  // MARK: Parts of layers

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
  private func sharing(
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
  private mutating func target(_ expression: PythonExpression) throws -> String? {
    switch expression.kind {
    case .index(let owner, let indices):
      guard let target = try target(owner), !target.contains("[") else { return nil }
      let parts = try said(indices.flatMap(\.parts)).map(\.text)
      _ = parts
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

  /// `input[0, 0] = 1`, where the input is nothing but numbers.
  private mutating func setInput(
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
  private mutating func setElements(
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
  private mutating func chosen(
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

  /// `conv.weight = torch.nn.Parameter(…)`: another parameter in the place of the first.
  private mutating func replace(
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

  private mutating func clearGradient(_ parameter: String, line: Int) throws {
    let layer = String(
      parameter.dropLast(parameter.split(separator: ".").last.map { $0.count + 1 } ?? 0))
    if case .tensor? = try? value(of: "\(layer).bias", line: line) {
      throw Unsayable(line: line, reason: "a gradient of one parameter that is cleared")
    }
    try run("\(ZeroGradCommand.name) \(layer)", line: line)
  }

  /// `x += value`
  private mutating func change(
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
  private func changesAlone(_ name: String, line: Int) throws -> Bool {
    guard case .value(let text)? = names[name], !text.contains("."), shares[name] == nil,
      text != "input",
      !names.contains(where: { other, meaning in other != name && meaning.text == text }),
      case .tensor(let tensor)? = try value(of: text, line: line)?.datum
    else { return false }
    guard case .float32(let variable) = tensor else { return false }
    return variable.node == nil && !variable.requiresGradient
  }

  /// Changes a tensor in place, which is another one of the same shape here.
  private mutating func change(
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
