// Layers: what makes them, as commands and as stages of networks.
extension Translation {
  /// A layer that is made with a command, and stands in a network as a stage.
  private struct Row {
    let verb: String
    let positional: [String]
    let keys: [String]
    let refused: [String]

    var parameters: [String] { positional + keys + refused }
  }

  private static let rows = [
    "Conv2d": Row(
      verb: ConvCommand.name, positional: ["in_channels", "out_channels", "kernel_size"],
      keys: ["stride", "padding", "dilation", "groups", "bias"],
      refused: ["padding_mode", "device", "dtype"]),
    "Linear": Row(
      verb: LinearCommand.name, positional: ["in_features", "out_features"], keys: ["bias"],
      refused: ["device", "dtype"]),
    "BatchNorm2d": Row(
      verb: BatchNormCommand.name, positional: ["num_features"], keys: [],
      refused: ["eps", "momentum", "affine", "track_running_stats", "device", "dtype"]),
  ]

  /// Layers without parameters, as functions, and as stages.
  private static let functions: [String: (prefix: String, stage: String)] = [
    "ReLU": ("F.relu(", "relu"), "Sigmoid": ("torch.sigmoid(", "sigmoid"),
    "Tanh": ("torch.tanh(", "tanh"),
  ]

  private static let losses = [
    "MSELoss": "F.mse_loss", "CrossEntropyLoss": "F.cross_entropy",
  ]

  /// Makes a layer.
  ///
  /// - Parameters:
  ///   - full: the full name of what is called.
  ///   - arguments: what it is given.
  ///   - target: a name for the layer.
  ///   - line: the line of the call.
  /// - Returns: the layer; nil where the call makes none.
  /// - Throws: ``Unsayable``, `Cancelled`.
  mutating func made(
    _ full: String, _ arguments: [PythonArgument], as target: String, line: Int
  ) throws -> Meaning? {
    guard let kind = Self.kind(full) else { return nil }
    if let row = Self.rows[kind] {
      let call = try PythonCall(full, arguments, row.parameters, line: line)
      let words = try self.words(call, row)
      let name = free(target)
      forgetClass(of: name)
      let constant = row.verb == ConvCommand.name ? "; \(EpsilonCommand.name) off \(name)" : ""
      try run(
        "\(row.verb) \(words.joined(separator: " ")) as \(name)\(constant)", line: line)
      return .layer(name)
    }
    if kind == "Sequential" {
      let stages = try arguments.map { try stage($0) }
      let (exported, hasPlain) = convolutions(in: arguments)
      guard exported == nil || !hasPlain else {
        throw Unsayable(line: line, reason: "a network of two kinds of convolutions")
      }
      let name = free(target)
      forgetClass(of: name)
      classes[name] = exported
      let constant = hasPlain ? "; \(EpsilonCommand.name) off \(name)" : ""
      try run(
        "\(NetCommand.name) \(stages.joined(separator: " ")) as \(name)\(constant)", line: line)
      if arguments.contains(where: { isInPlace($0.value) }),
        case .layer(let network)? = try value(of: name, line: line)
      {
        var lines = network.description.lines.map { String($0) }
        for (index, argument) in arguments.enumerated() where isInPlace(argument.value) {
          let place = lines.firstIndex { $0.hasPrefix("  (\(index)): ") }
          if let place { lines[place] = lines[place].replacing("()", with: "(inplace=True)") }
        }
        unlike[name] = lines.joined(separator: "\n")
      }
      return .layer(name)
    }
    if let function = Self.functions[kind] {
      try PythonCall(full, arguments, ["inplace"], line: line).refuse("inplace")
      return .function(prefix: function.prefix, suffix: ")")
    }
    if let row = PoolingCall.layers[kind] {
      let call = try PythonCall(full, arguments, row.parameters, line: line)
      return .command(try row.text(call, in: &self))
    }
    if let loss = Self.losses[kind] {
      let call = try PythonCall(full, arguments, ["reduction"], line: line)
      guard let reduction = call.values["reduction"] else { return .loss(loss) }
      guard case .text(let word) = reduction.kind, ["mean", "sum", "none"].contains(word) else {
        throw Unsayable(line: line, reason: "\(full) with another reduction")
      }
      return .loss("\(loss)|, reduction=\"\(word)\"")
    }
    switch kind {
    case "Flatten":
      let call = try PythonCall(full, arguments, ["start_dim", "end_dim"], line: line)
      try call.refuse("end_dim")
      let first = try call.values["start_dim"].map { try said($0).text } ?? "1"
      return .function(prefix: "torch.flatten(", suffix: ", \(first))")
    case "LeakyReLU":
      let call = try PythonCall(full, arguments, ["negative_slope", "inplace"], line: line)
      let slope = try call.values["negative_slope"].map { try said($0).text } ?? "0.01"
      return .function(prefix: "F.leaky_relu(", suffix: ", \(slope))")
    case "Softmax", "LogSoftmax":
      let call = try PythonCall(full, arguments, ["dim"], line: line)
      let dimension = try said(call.needed("dim")).text
      let function = kind == "Softmax" ? "softmax" : "log_softmax"
      return .function(prefix: "F.\(function)(", suffix: ", dim=\(dimension))")
    default: throw Unsayable(line: line, reason: full.visible)
    }
  }

  /// The kind of layer that a full name means: `Conv2d` of `torch.nn.Conv2d`.
  private static func kind(_ full: String) -> String? {
    guard full.hasPrefix("torch.nn."), !full.hasPrefix("torch.nn.functional.") else { return nil }
    let kind = full.split(separator: ".").last.map(String.init) ?? ""
    return kind.first?.isUppercase == true && kind != "Parameter" ? kind : nil
  }

  /// Makes a layer of a class that is not PyTorch's own.
  mutating func made(
    _ type: LayerClass, _ arguments: [PythonArgument], as target: String, line: Int
  ) throws -> Meaning {
    guard let row = Self.kind(type.base).flatMap({ Self.rows[$0] }) else {
      throw Unsayable(line: line, reason: type.base)
    }
    let call = try PythonCall(type.name, arguments, row.parameters, line: line)
    let words = try self.words(call, row)
    let name = free(target)
    let usual = row.verb == ConvCommand.name ? 1e-6 : nil
    var constant = ""
    if type.constant.flatMap({ Double($0) }) != usual {
      constant = "; \(EpsilonCommand.name) \(type.constant ?? "off") \(name)"
    }
    try run("\(row.verb) \(words.joined(separator: " ")) as \(name)\(constant)", line: line)
    forgetClass(of: name)
    classes[name] = type
    return .layer(name)
  }

  private mutating func words(
    _ call: PythonCall, _ row: Row, isStage: Bool = false
  ) throws -> [String] {
    for parameter in row.refused { try call.refuse(parameter) }
    var words: [String] = []
    for parameter in row.positional {
      words.append(try word(call.needed(parameter), isStage: isStage))
    }
    for key in row.keys {
      guard let value = call.values[key] else { continue }
      if case .text(let word) = value.kind {
        guard key == "padding", ["same", "valid"].contains(word) else {
          throw Unsayable(line: call.line, reason: "\(call.name) with another \(key)")
        }
        words.append("\(key)=\(word)")
      } else {
        words.append("\(key)=\(try word(value, isStage: isStage))")
      }
    }
    return words
  }

  /// An argument of a layer: in a network numbers only.
  private mutating func word(_ value: PythonExpression, isStage: Bool) throws -> String {
    let said = try said(value)
    if ["True", "False"].contains(said.text) { return said.text.lowercased() }
    if case .tuple(let items) = value.kind, items.count == 2 {
      let texts = try items.map { try self.said($0).text }
      if texts.allSatisfy({ Int($0) != nil }) { return texts.joined(separator: "x") }
    }
    guard Int(said.text) == nil else { return said.text }
    guard isStage else { return said.argument }
    guard
      case .scalar(.integer(let number))? = try self.value(of: said.text, line: value.line)?.datum
    else { throw Unsayable(line: value.line, reason: "a layer of a size that is computed") }
    return "\(number)"
  }

  /// A layer of an exported program as a stage: a convolution with a constant, a residual block.
  private mutating func exportedStage(
    _ name: String, _ arguments: [PythonArgument], line: Int
  ) throws -> String? {
    switch names[name] {
    case .exported(.residual)?:
      let stages = try arguments.map { try stage($0) }
      return "\(ResidualCommand.name)(\(stages.joined(separator: " ")))"
    case .layerClass(let type)? where type.isExported:
      guard let row = Self.kind(type.base).flatMap({ Self.rows[$0] }) else { return nil }
      let call = try PythonCall(type.name, arguments, row.parameters, line: line)
      return "\(row.verb)(\(try words(call, row, isStage: true).joined(separator: ",")))"
    default: return nil
    }
  }

  /// Whether a network has convolutions of an exported program, which add a constant, and such of
  /// PyTorch's own, which do not.
  func convolutions(
    in arguments: [PythonArgument]
  ) -> (exported: LayerClass?, hasPlain: Bool) {
    var result: (exported: LayerClass?, hasPlain: Bool) = (nil, false)
    for argument in arguments {
      guard case .call(let callee, let inner) = argument.value.kind else { continue }
      if let name = callee.name, case .layerClass(let type)? = names[name], type.isExported {
        result.exported = type
      } else if let name = callee.name, case .exported(.residual)? = names[name] {
        let found = convolutions(in: inner)
        result = (found.exported ?? result.exported, found.hasPlain || result.hasPlain)
      } else if fullName(callee).flatMap(Self.kind) == "Conv2d" {
        result.hasPlain = true
      }
    }
    return result
  }

  /// A layer as a stage of a network.
  mutating func stage(_ argument: PythonArgument) throws -> String {
    let line = argument.value.line
    guard argument.key == nil, argument.stars.isEmpty,
      case .call(let callee, let arguments) = argument.value.kind
    else { throw Unsayable(line: line, reason: "a network of layers that are made elsewhere") }
    if let name = callee.name, let stage = try exportedStage(name, arguments, line: line) {
      return stage
    }
    guard let full = fullName(callee), let kind = Self.kind(full) else {
      throw Unsayable(line: line, reason: "a network of layers that are made elsewhere")
    }
    if let row = Self.rows[kind] {
      let call = try PythonCall(full, arguments, row.parameters, line: line)
      return "\(row.verb)(\(try words(call, row, isStage: true).joined(separator: ",")))"
    }
    if let row = PoolingCall.layers[kind] {
      return try stage(row, PythonCall(full, arguments, row.parameters, line: line))
    }
    if let function = Self.functions[kind] {
      _ = try PythonCall(full, arguments, ["inplace"], line: line)
      return function.stage
    }
    switch kind {
    case "Flatten":
      let call = try PythonCall(full, arguments, ["start_dim", "end_dim"], line: line)
      try call.refuse("start_dim")
      try call.refuse("end_dim")
      return FlattenCommand.name
    case "LeakyReLU":
      let call = try PythonCall(full, arguments, ["negative_slope", "inplace"], line: line)
      let slope = try call.values["negative_slope"].map { try said($0).text }
      return LeakyReluCommand.name + (slope.map { "(\($0))" } ?? "")
    case "Sequential":
      throw Unsayable(line: line, reason: "a network within a network")
    default: throw Unsayable(line: line, reason: "\(full.visible) in a network")
    }
  }

  /// A pooling layer as a stage.
  mutating func stage(_ row: PoolingCall.Row, _ call: PythonCall) throws -> String {
    for parameter in row.parameters.dropFirst(3) { try call.refuse(parameter) }
    var words = [try word(call.needed("kernel_size"), isStage: true)]
    for key in ["stride", "padding"] {
      if let value = call.values[key], value.name != "None" {
        words.append("\(key)=\(try word(value, isStage: true))")
      }
    }
    return "\(row.verb)(\(words.joined(separator: ",")))"
  }
}
