import Tensors

// `torch.nn.utils.prune`.
extension Translation {
  private static let module = "torch.nn.utils.prune."

  /// Prunes a layer.
  ///
  /// - Parameters:
  ///   - full: the full name of what is called.
  ///   - arguments: what it is given.
  ///   - line: the line of the call.
  /// - Returns: the layer, which PyTorch's functions give back; nil where the call does not prune.
  /// - Throws: ``Unsayable``, `Cancelled`.
  mutating func pruned(
    _ full: String, _ arguments: [PythonArgument], line: Int
  ) throws -> Meaning? {
    guard full.hasPrefix(Self.module) else { return nil }
    let name = String(full.dropFirst(Self.module.count))
    let parameters: [String]
    switch name {
    case "l1_unstructured", "random_unstructured": parameters = ["amount"]
    case "ln_structured": parameters = ["amount", "n", "dim"]
    case "random_structured": parameters = ["amount", "dim"]
    case "identity", "remove": parameters = []
    case "custom_from_mask": parameters = ["mask"]
    case "global_unstructured":
      try pruneGlobally(arguments, line: line)
      return .text("")
    default: return nil
    }
    let call = try PythonCall(
      "prune.\(name)", arguments, ["module", "name"] + parameters, line: line)
    guard let layer = try layer(call.needed("module")) else {
      throw Unsayable(line: line, reason: "pruning of what is no layer")
    }
    guard case .text("weight") = (try call.needed("name")).kind else {
      throw Unsayable(line: line, reason: "pruning of another parameter than the weight")
    }
    var words: [String]
    if name == "custom_from_mask" {
      let text = try said(call.needed("mask")).text
      guard case .tensor(let mask)? = try value(of: text, line: line)?.datum,
        case .tensor(let weight)? = try value(of: "\(layer).weight", line: line),
        mask.shape == weight.tensor.shape
      else { throw Unsayable(line: line, reason: "a mask of another shape") }
      words = ["(\(text))"]
    } else {
      words = [name]
      for parameter in parameters {
        let text = try argument(call.needed(parameter))
        words.append(parameter == "amount" ? text : "\(parameter)=\(text)")
      }
    }
    try run("\(PruneCommand.name) \(words.joined(separator: " ")) \(layer)", line: line)
    notePruning(of: layer)
    return .layer(layer)
  }

  /// What a name stands for is the parameter, however it is called after pruning.
  private mutating func notePruning(of layer: String) {
    ungraphed.remove(layer.root)
    let (weight, original) = ("\(layer).weight", "\(layer).weight_orig")
    let isPruned = if case .tensor? = try? value(of: original, line: 0) { true } else { false }
    for (name, meaning) in names {
      guard case .value(let text) = meaning, text == weight || text == original else { continue }
      names[name] = .value(isPruned ? original : weight)
    }
    noteChange(of: layer)
  }

  /// Whether a layer, or one within it, is pruned.
  func isPruned(_ layer: String, line: Int) throws -> Bool {
    guard case .layer(let whole)? = try value(of: layer, line: line) else { return false }
    return whole.affine?.weight.isPruned == true
      || whole.descendants.contains { $0.layer.affine?.weight.isPruned == true }
  }

  /// Whether something of a layer was pruned, by a name for the answer.
  ///
  /// - Throws: ``Unsayable``, `Cancelled`.
  mutating func isPruned(
    _ full: String, _ arguments: [PythonArgument], line: Int
  ) throws -> String? {
    guard full == Self.module + "is_pruned" else { return nil }
    let call = try PythonCall("prune.is_pruned", arguments, ["module"], line: line)
    guard let layer = try layer(call.needed("module")) else {
      throw Unsayable(line: line, reason: "pruning of what is no layer")
    }
    let name = temporary()
    try run("\(PruneCommand.name) is_pruned \(layer) as \(name)", line: line)
    return name
  }

  /// A number, `float('inf')` as its word.
  private mutating func argument(_ value: PythonExpression) throws -> String {
    try said(value).argument
  }

  private mutating func pruneGlobally(_ arguments: [PythonArgument], line: Int) throws {
    let call = try PythonCall(
      "prune.global_unstructured", arguments, ["parameters", "pruning_method", "amount"],
      line: line)
    guard let layers = try weights(call.needed("parameters")), !layers.isEmpty else {
      throw Unsayable(line: line, reason: "pruning of several parameters that are not weights")
    }
    var method = ""
    switch fullName(try call.needed("pruning_method")) {
    case Self.module + "L1Unstructured": break
    case Self.module + "RandomUnstructured": method = " pruning_method=random_unstructured"
    default: throw Unsayable(line: line, reason: "another method of pruning")
    }
    let amount = try argument(call.needed("amount"))
    try run(
      "\(PruneCommand.name) global_unstructured \(amount) \(layers.joined(separator: " "))\(method)",
      line: line)
    for layer in layers { notePruning(of: layer) }
  }

  /// The layers of a list of pairs of a layer and `"weight"`; nil where it is none.
  func weights(_ expression: PythonExpression) throws -> [String]? {
    switch expression.kind {
    case .name(let name):
      guard case .weights(let layers)? = names[name] else { return nil }
      return layers
    case .list(let items), .tuple(let items):
      var layers: [String] = []
      for item in items {
        guard case .tuple(let pair) = item.kind, pair.count == 2,
          case .text("weight") = pair[1].kind, let layer = try layer(pair[0])
        else { return nil }
        layers.append(layer)
      }
      return layers.isEmpty ? nil : layers
    default: return nil
    }
  }
}
