import Layers

// Networks that are classes.
extension Translation {
  /// Makes a network of a class.
  ///
  /// - Throws: ``Unsayable``, `Cancelled`.
  mutating func made(
    _ type: NetworkClass, _ arguments: [PythonArgument], as target: String, line: Int
  ) throws -> Meaning {
    func beyond(_ reason: String) -> Unsayable {
      Unsayable(line: line, reason: "the class '\(type.name.visible)', \(reason)")
    }
    let call = try PythonCall(type.name, arguments, type.parameters.map(\.name), line: line)
    let values = try type.parameters.map { parameter in
      guard let value = call.values[parameter.name] ?? parameter.initial else {
        throw beyond("without '\(parameter.name)'")
      }
      return value
    }
    let members = try type.members(values)
    var stages: [String] = []
    var used: [String] = []
    for (index, step) in type.steps.enumerated() {
      switch step {
      case .stage(let stage): stages.append(stage)
      case .window(let callee, let arguments):
        stages.append(try window(callee, arguments, line: line))
      case .rows:
        guard index + 1 < type.steps.count, case .member(let next) = type.steps[index + 1],
          let maker = members.last(where: { $0.name == next })?.maker,
          case .call(let callee, _) = maker.kind, fullName(callee) == "torch.nn.\(Linear.kind)"
        else { throw beyond("whose view is not what a linear layer takes") }
        stages.append(FlattenCommand.name)
      case .member(let name):
        guard let maker = members.last(where: { $0.name == name })?.maker else {
          throw beyond("which has no '\(name.visible)'")
        }
        stages.append(try stage(PythonArgument(key: nil, value: maker)))
        used.append(name)
      }
    }
    // Initial values are drawn in the order in which layers are made.
    let withParameters = try members.map(\.name).filter { name in
      guard let maker = members.last(where: { $0.name == name })?.maker else { return false }
      return try hasParameters(maker, line: line)
    }
    let usedWithParameters = used.filter(withParameters.contains)
    guard usedWithParameters == withParameters else {
      throw beyond("which makes its layers in another order than it runs them")
    }
    let name = free(target)
    let makers = members.map(\.maker).map { PythonArgument(key: nil, value: $0) }
    let (exported, hasPlain) = convolutions(in: makers)
    guard exported == nil else { throw beyond("of two kinds of convolutions") }
    let constant = hasPlain ? "; \(EpsilonCommand.name) off \(name)" : ""
    try run("\(NetCommand.name) \(stages.joined(separator: " ")) as \(name)\(constant)", line: line)
    forgetClass(of: name)
    guard case .layer(let network)? = try value(of: name, line: line),
      network.children.count == stages.count
    else { throw beyond("whose stages cannot be told apart") }
    var names: [String: String] = [:]
    for (index, step) in type.steps.enumerated() {
      if case .member(let member) = step, index < network.children.count {
        names[member] = network.children[index].name
      }
    }
    self.members[name] = names
    var lines = ["\(type.name)("]
    for member in members {
      let text = try description(
        member.maker, names[member.name].map { "\(name).\($0)" }, line: line)
      lines.append("  (\(member.name)): \(text.lines.joined(separator: "\n  "))")
    }
    unlike[name] = (lines + [")"]).joined(separator: "\n")
    return .layer(name)
  }

  /// What a member of a network prints there.
  private func description(
    _ maker: PythonExpression, _ layer: String?, line: Int
  ) throws -> String {
    guard let layer, case .layer(let value)? = try value(of: layer, line: line) else {
      throw Unsayable(line: line, reason: "a layer that its network does not run")
    }
    return isInPlace(maker)
      ? value.description.replacing("()", with: "(inplace=True)")
      : value.description
  }

  /// Whether a call makes a layer that works in place, as it prints.
  func isInPlace(_ maker: PythonExpression) -> Bool {
    guard case .call(_, let arguments) = maker.kind else { return false }
    return arguments.contains { $0.key == "inplace" && $0.value.name == "True" }
  }

  private func hasParameters(_ maker: PythonExpression, line: Int) throws -> Bool {
    guard case .call(let callee, let arguments) = maker.kind, let full = fullName(callee) else {
      throw Unsayable(line: line, reason: "what a network has besides layers")
    }
    guard full != "torch.nn.Sequential" else {
      return arguments.contains { (try? hasParameters($0.value, line: line)) ?? true }
    }
    return ["Conv2d", "Linear", "BatchNorm2d"].contains { full.hasSuffix("." + $0) }
  }

  private mutating func window(
    _ callee: PythonExpression, _ arguments: [PythonArgument], line: Int
  ) throws -> String {
    guard let row = fullName(callee).flatMap({ PoolingCall.rows[$0] }) else {
      throw Unsayable(line: line, reason: callee.spelling)
    }
    let call = try PythonCall("a pooling", arguments, row.parameters, line: line)
    return try stage(row, call)
  }
}
