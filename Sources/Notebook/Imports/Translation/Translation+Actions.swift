import Tensors

// Calls that are statements: what they do, commands do here.
extension Translation {
  /// Does what a call does where it is a statement.
  ///
  /// - Returns: whether it is a call that does something; all others are expressions.
  /// - Throws: ``Unsayable``, `Cancelled`.
  mutating func act(
    _ callee: PythonExpression, _ arguments: [PythonArgument], line: Int, isLast: Bool
  ) throws -> Bool {
    if let full = fullName(callee) {
      if try act(full, arguments, line: line) {
        if full.hasPrefix("torch.nn.init."), let tensor = arguments.first?.value {
          try showChanged(tensor, isLast: isLast)
        }
        return true
      }
      guard let meaning = try pruned(full, arguments, line: line) else { return false }
      guard case .layer(let layer) = meaning else { return true }
      // What prunes gives back the layer.
      if isLast, showsLast { shown = try show(layer, line: line) }
      return true
    }
    guard case .attribute(let owner, let method) = callee.kind else { return false }
    if let name = owner.name, case .optimizer(let rate, let layers)? = names[name] {
      try optimize(method, arguments, rate: rate, layers: layers, line: line)
      return true
    }
    if case .call(let maker, let given) = owner.kind, let full = fullName(maker),
      case .optimizer(let rate, let layers)? = try optimizer(full, given, line: line)
    {
      try optimize(method, arguments, rate: rate, layers: layers, line: line)
      return true
    }
    if let layer = try layer(owner) {
      switch method {
      case "zero_grad":
        try zeroGradients([layer], arguments, line: line)
      case "load_state_dict":
        guard arguments.count == 1, try load(arguments[0].value, into: layer) else {
          throw Unsayable(line: line, reason: "load_state_dict of what is no file")
        }
        if isLast, showsLast {
          shown = "<All keys matched successfully>"
          say(["# \(shown ?? "")"])
        }
      case "train", "eval":
        try setTraining(layer, method, arguments, line: line)
        if isLast, showsLast { shown = try show(layer, line: line) }
      default:
        guard let type = type(of: layer) else { return false }
        if method == "set_mask", type.isExported {
          try setMask(of: layer, type, arguments, line: line)
          return true
        }
        return try mask(layer, type, method, arguments, line: line)
      }
      return true
    }
    if method == "append", let name = owner.name, arguments.count == 1 {
      try append(arguments[0].value, to: name, line: line)
      return true
    }
    switch method {
    case "backward":
      try differentiate(owner, arguments, line: line)
    case "retain_grad":
      guard arguments.isEmpty, Self.isPlain(owner) else {
        throw Unsayable(line: line, reason: "retain_grad of what has no name")
      }
      _ = try said(owner)
      retained[owner.spelling] = backwardCount
    case "requires_grad_":
      try require(owner, arguments.first?.value, line: line)
      try showChanged(owner, isLast: isLast)
    case _ where method.hasSuffix("_") && !method.hasSuffix("__"):
      guard try changeInPlace(owner, method, arguments, line: line) else {
        throw Unsayable(
          line: line, reason: "\(method.visible), which changes a tensor in place")
      }
      try showChanged(owner, isLast: isLast)
    default: return false
    }
    return true
  }

  /// Shows what a call at the end of a cell has changed: it gives it back.
  private mutating func showChanged(_ owner: PythonExpression, isLast: Bool) throws {
    guard isLast, showsLast else { return }
    shown = try show(try said(owner).text, line: owner.line)
  }

  /// Whether an expression is a name, or a part of one that needs no computation.
  private static func isPlain(_ expression: PythonExpression) -> Bool {
    switch expression.kind {
    case .name: return true
    case .attribute(let owner, _): return isPlain(owner)
    case .index(let owner, let indices):
      guard indices.count == 1, case .value(let place) = indices[0],
        case .number = place.kind
      else { return false }
      return isPlain(owner)
    default: return false
    }
  }

  private mutating func act(
    _ full: String, _ arguments: [PythonArgument], line: Int
  ) throws -> Bool {
    switch full {
    case "torch.manual_seed":
      let call = try PythonCall(full, arguments, ["seed"], line: line)
      unknownDraws = nil
      try run("\(SeedCommand.name) \(try said(call.needed("seed")).argument)", line: line)
    case "torch.set_printoptions":
      try setPrintOptions(arguments, line: line)
    case "torch.nn.init.constant_", "torch.nn.init.ones_", "torch.nn.init.zeros_":
      let call = try PythonCall(full, arguments, ["tensor", "val"], line: line)
      let before = hasNoGrad
      hasNoGrad = true
      defer { hasNoGrad = before }
      let number = full.hasSuffix("ones_") ? "1" : "0"
      let value =
        call.values["val"] ?? PythonExpression(kind: .number(number), line: line)
      guard
        try changeInPlace(
          call.needed("tensor"), "fill_", [PythonArgument(key: nil, value: value)], line: line)
      else { throw Unsayable(line: line, reason: full) }
    default:
      return Self.harmless.contains(full)
    }
    return true
  }

  /// What changes no value that cells have: other generators, warnings, pictures.
  private static let harmless: Set<String> = [
    "numpy.random.seed", "random.seed", "torch.cuda.manual_seed", "torch.cuda.manual_seed_all",
    "torch.set_num_threads", "torch.use_deterministic_algorithms", "warnings.filterwarnings",
    "warnings.simplefilter", "matplotlib.pyplot.style.use", "numpy.set_printoptions",
    "sys.path.append", "sys.path.insert",
  ]

  private mutating func setPrintOptions(_ arguments: [PythonArgument], line: Int) throws {
    let keys = ["precision", "threshold", "edgeitems", "linewidth", "profile", "sci_mode"]
    let call = try PythonCall("torch.set_printoptions", arguments, keys, line: line)
    var words: [String] = []
    if let profile = call.values["profile"] {
      guard profile.spelling == "'default'", call.values.count == 1 else {
        throw Unsayable(line: line, reason: "set_printoptions with another profile")
      }
      words = ["precision=4", "threshold=1000", "edgeitems=3", "linewidth=80"]
    }
    for key in keys where key != "profile" {
      guard let value = call.values[key] else { continue }
      let text = try said(value).argument
      words.append(
        "\(key)=\(key != "sci_mode" ? text : text == "None" ? "auto" : text.lowercased())")
    }
    // What PyTorch is not told of sci_mode it forgets.
    if call.values["sci_mode"] == nil { words.append("sci_mode=auto") }
    try run("\(PrintOptionsCommand.name) \(words.joined(separator: " "))", line: line)
  }

  // MARK: Gradients and steps

  private mutating func differentiate(
    _ owner: PythonExpression, _ arguments: [PythonArgument], line: Int
  ) throws {
    let call = try PythonCall(
      "backward", arguments, ["gradient", "retain_graph", "create_graph"], line: line)
    try call.refuse("create_graph")
    let said: SaidExpression
    if let gradient = call.values["gradient"] {
      let parts = try self.said([owner, gradient])
      said = SaidExpression("\(parts[0].within(6)) * \(parts[1].within(7))", level: 6)
    } else {
      said = try self.said(owner)
      guard case .tensor(let variable)? = try value(of: said.text, line: line),
        variable.tensor.count == 1
      else { throw Unsayable(line: line, reason: "backward of what is no single number") }
    }
    guard !hasNoGrad || owner.name != nil else {
      throw Unsayable(line: line, reason: "backward within no_grad")
    }
    let isChain = said.level == SaidExpression.tightest
    try run("\(BackwardCommand.name) \(isChain ? said.text : "(\(said.text))")", line: line)
    backwardCount += 1
    for layer in Set(shares.values.filter(\.isGradient).map(\.layer)) {
      noteChange(of: layer, gradients: true)
    }
  }

  private mutating func zeroGradients(
    _ layers: [String], _ arguments: [PythonArgument], line: Int
  ) throws {
    let call = try PythonCall("zero_grad", arguments, ["set_to_none"], line: line)
    guard call.values["set_to_none"]?.name ?? "True" == "True" else {
      throw Unsayable(line: line, reason: "zero_grad with set_to_none=False")
    }
    for layer in layers {
      try run("\(ZeroGradCommand.name) \(layer)", line: line)
      for (name, share) in shares where share.isGradient && share.layer == layer.root {
        shares[name] = nil
      }
    }
  }

  /// Switches a layer between training and evaluation.
  mutating func setTraining(
    _ layer: String, _ method: String, _ arguments: [PythonArgument], line: Int
  ) throws {
    let call = try PythonCall(method, arguments, method == "train" ? ["mode"] : [], line: line)
    let isTraining = method == "train" && call.values["mode"]?.name ?? "True" == "True"
    if let mode = call.values["mode"]?.name, !["True", "False"].contains(mode) {
      throw Unsayable(line: line, reason: "a training mode that is computed")
    }
    try run(
      "\(isTraining ? TrainCommand.name : EvalCommand.name) \(layer)", line: line)
  }

  /// An optimizer; nil where the call makes none.
  mutating func optimizer(
    _ full: String, _ arguments: [PythonArgument], line: Int
  ) throws -> Meaning? {
    guard full.hasPrefix("torch.optim.") else { return nil }
    guard full == "torch.optim.SGD" else {
      throw Unsayable(line: line, reason: "\(full.visible): steps here are plain SGD")
    }
    let keys = ["params", "lr", "momentum", "dampening", "weight_decay", "nesterov"]
    let call = try PythonCall(full, arguments, keys, line: line)
    for key in keys.dropFirst(2) {
      guard let value = call.values[key] else { continue }
      if case .number(let text) = value.kind, Double(text) == 0 { continue }
      guard value.name == "False" else {
        throw Unsayable(line: line, reason: "\(full) with '\(key)': steps here are plain SGD")
      }
    }
    let rate = try call.values["lr"].map { try said($0) } ?? SaidExpression("0.001")
    // The rate is what it was when the optimizer was made.
    var text = rate.text
    if Double(text) == nil {
      switch try value(of: text, line: line)?.datum {
      case .scalar(.float(let number))?: text = PythonLiteral.number(number)
      case .scalar(.integer(let number))?: text = "\(number)"
      default: throw Unsayable(line: line, reason: "a learning rate that is no number")
      }
    }
    guard let layers = try parameters(call.needed("params")) else {
      throw Unsayable(line: line, reason: "an optimizer of some parameters only")
    }
    return .optimizer(rate: text, layers: layers)
  }

  /// The layers whose parameters an expression lists, all of each; nil where it is no such list.
  private func parameters(_ expression: PythonExpression) throws -> [String]? {
    switch expression.kind {
    case .name(let name):
      guard case .parameters(let layers)? = names[name] else { return nil }
      return layers
    case .call(let callee, let arguments):
      if callee.name == "list", names["list"] == nil, arguments.count == 1 {
        return try parameters(arguments[0].value)
      }
      guard case .attribute(let owner, "parameters") = callee.kind, arguments.isEmpty else {
        return nil
      }
      return try layer(owner).map { [$0] }
    case .binary("+", let left, let right):
      guard let first = try parameters(left), let second = try parameters(right) else { return nil }
      return first + second
    default: return nil
    }
  }

  private mutating func optimize(
    _ method: String, _ arguments: [PythonArgument], rate: String, layers: [String], line: Int
  ) throws {
    switch method {
    case "zero_grad": try zeroGradients(layers, arguments, line: line)
    case "step" where arguments.isEmpty:
      for layer in layers {
        try run("\(StepCommand.name) \(rate) \(layer)", line: line)
        noteChange(of: layer)
      }
    default: throw Unsayable(line: line, reason: "'\(method.visible)' of an optimizer")
    }
  }
}
