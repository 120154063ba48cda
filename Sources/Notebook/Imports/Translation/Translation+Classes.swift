import Pruning
import Tensors

// Classes of units and of layers with masks, and what such layers do.
extension Translation {
  /// Takes over a class.
  ///
  /// - Throws: ``Unsayable`` where it is neither a unit nor a layer with a mask; `Cancelled`.
  mutating func define(_ type: PythonClass, _ statement: PythonStatement) throws {
    let line = statement.line
    guard type.bases.count == 1, let base = fullName(type.bases[0]) else {
      throw Unsayable(line: line, reason: "the class '\(type.name.visible)'")
    }
    switch base {
    case "torch.autograd.Function":
      let unit = try UnitClass(type, line: line)
      if let command = unit.command { try run(command, line: line) }
      bind(type.name, to: .unit(unit.name))
    case "torch.nn.Conv2d", "torch.nn.Linear":
      let names = names
      let layers = try LayerClass(type, base: base, line: line) { expression in
        if let name = expression.name, case .unit(let unit)? = names[name] { unit } else { nil }
      }
      bind(type.name, to: .layerClass(layers))
    case "torch.nn.Module":
      let network = try NetworkClass(type, line: line) { self.fullName($0) }
      bind(type.name, to: .networkClass(network))
    default: throw Unsayable(line: line, reason: "the class '\(type.name.visible)'")
    }
  }

  /// What a unit makes of a layer's weight by its mask.
  mutating func applied(
    _ unit: String, _ arguments: [PythonArgument], line: Int
  ) throws -> SaidExpression {
    let beyond = Unsayable(line: line, reason: "a unit of something else than a layer's weight")
    guard arguments.count == 2, case .attribute(let owner, "weight") = arguments[0].value.kind,
      let layer = try layer(owner), let type = type(of: layer), type.unit == unit
    else { throw beyond }
    // What an exported program gives to its unit is known to it alone.
    guard !type.isExported else { throw beyond }
    let mask = arguments[1].value.replacing { part in
      part.spelling == owner.spelling ? PythonExpression(kind: .name("self"), line: line) : nil
    }
    guard mask.spelling == type.maskSpelling else { throw beyond }
    return SaidExpression("\(layer).\(PrunedCommand.name)")
  }

  /// Chooses a layer's mask by a method of its class.
  ///
  /// - Returns: whether it is such a method.
  /// - Throws: ``Unsayable``, `Cancelled`.
  mutating func mask(
    _ layer: String, _ type: LayerClass, _ method: String, _ arguments: [PythonArgument], line: Int
  ) throws -> Bool {
    guard let row = type.methods[method] else { return false }
    try checkBias(layer, type, line: line)
    guard type.masksFilters || type.isExported else {
      throw Unsayable(line: line, reason: "a mask of filters for single weights")
    }
    let call = try PythonCall(method, arguments, [row.parameter], line: line)
    guard let rate = call.values[row.parameter] ?? row.initial else {
      throw Unsayable(line: line, reason: "\(method) without '\(row.parameter)'")
    }
    let rounding = row.isRounded ? " round=even" : ""
    try run(
      "\(MaskCommand.name) \(try said(rate).argument) \(layer)\(rounding)\(Self.unit(type))",
      line: line)
    return true
  }

  static func unit(_ type: LayerClass) -> String {
    type.unit == MaskUnits.usual.name ? "" : " unit=\(type.unit)"
  }

  /// Looks whether the mask works on the bias as it does here.
  private func checkBias(_ layer: String, _ type: LayerClass, line: Int) throws {
    guard !type.masksBias else { return }
    if case .tensor? = try? value(of: "\(layer).bias", line: line) {
      throw Unsayable(line: line, reason: "a mask that leaves the bias alone")
    }
  }

  /// Sets something of a layer that PyTorch's own layers have not.
  ///
  /// - Returns: whether it is such a thing.
  /// - Throws: ``Unsayable``, `Cancelled`.
  mutating func set(
    _ name: String, of layer: String, _ type: LayerClass, to value: PythonExpression, line: Int
  ) throws -> Bool {
    switch name {
    case "epsilon" where type.isExported:
      let text = try said(value).argument
      try run("\(EpsilonCommand.name) \(text == "None" ? "off" : text) \(layer)", line: line)
    case "unit" where type.isExported:
      guard let word = value.name, case .unit(let unit)? = names[word] else { return false }
      classes[layer] = type
      classes[layer]?.unit = unit
      if case .tensor? = try? self.value(of: "\(layer).mask", line: line) {
        try run("\(MaskCommand.name) unit=\(unit) \(layer)", line: line)
      }
    case "mask" where value.name == "None":
      if case .tensor? = try? self.value(of: "\(layer).mask", line: line) {
        try run("\(MaskCommand.name) off \(layer)", line: line)
      }
    case "mask" where !type.maskSpelling.isEmpty:
      let text = try expressionText(value)
      guard case .tensor(let mask)? = try self.value(of: text, line: line),
        case .tensor(let weight)? = try self.value(of: "\(layer).weight", line: line)
      else { throw Unsayable(line: line, reason: "a mask that is no tensor of numbers") }
      let shape = weight.tensor.shape
      if type.masksFilters {
        try checkBias(layer, type, line: line)
        guard mask.tensor.shape == [shape[0]] else {
          throw Unsayable(line: line, reason: "a mask of another shape")
        }
      } else if type.maskSpelling != "self.mask" || mask.tensor.shape != shape {
        throw Unsayable(line: line, reason: "a mask of another shape")
      }
      try run("\(MaskCommand.name) (\(text)) \(layer)\(Self.unit(type))", line: line)
    default: return false
    }
    return true
  }
}
