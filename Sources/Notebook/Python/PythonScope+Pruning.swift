import Layers
import Pruning
import Tensors

// `prune` as calls of `torch.nn.utils.prune`.
extension PythonScope {
  /// The lines for a call of `prune` that has been carried out.
  ///
  /// - Throws: ``NotInPython``, ``LayerUseError``.
  mutating func pruning(_ call: Call) throws -> PythonCode {
    need(.pruning)
    switch try call[optional: PruneCommand.word] {
    case "is_pruned":
      return PythonCode(value: PythonValue("prune.is_pruned(\(try layer(of: call)))"))
    case "identity":
      return try changing(call, showing: .weightMask) { text, _ in
        "prune.identity(\(text), \"weight\")"
      }
    case .some:
      return try changing(call) { text, affine in
        affine.weight.isPruned ? "prune.remove(\(text), \"weight\")" : nil
      }
    case nil: break
    }
    if let given = try call[optional: PruneCommand.given] {
      return try customPruning(call, given)
    }
    let pruning = try PruneCommand.pruning(call)
    guard call.has(PruneCommand.global) else {
      return try changing(call, showing: .weightMask) { text, _ in
        "prune.\(pruning.method.name)(\(text), \"weight\", \(pruning.pythonArguments))"
      }
    }
    let layers = try before.maskable(
      call.all(PruneCommand.layers), all: call.has(MaskArguments.layers))
    let parameters = try layers.map { "(\(try python($0.path)), \"weight\")" }
    let method =
      pruning.method.name.split(separator: "_").map(\.capitalized).joined()
    return PythonCode([
      "prune.global_unstructured([\(parameters.joined(separator: ", "))], "
        + "pruning_method=prune.\(method), \(pruning.pythonArguments))"
    ])
  }

  private mutating func customPruning(_ call: Call, _ given: TensorSyntax) throws -> PythonCode {
    let values = try before.tensor(given).tensor
    let mask = try self.values(given, requiresGrad: false)
    return try changing(call, showing: .weightMask) { text, affine in
      let ones = String(repeating: ", 1", count: affine.weight.shape.rank - 1)
      let isOfFilters = values.shape.rank == 1
      let spread = isOfFilters ? "\(mask).view(-1\(ones)).expand_as(\(text).weight)" : mask
      return "prune.custom_from_mask(\(text), \"weight\", \(spread))"
    }
  }
}

extension PruningCall {
  /// What PyTorch's function is told after the layer and the parameter's name.
  fileprivate var pythonArguments: String {
    let amount =
      switch amount {
      case .count(let count): "amount=\(count)"
      case .share(let share, _): "amount=\(PythonLiteral.number(share))"
      }
    let n = Int(exactly: norm).map(String.init) ?? PythonLiteral.number(norm)
    return
      ([amount] + (method.takesNorm ? ["n=\(n)"] : [])
      + (method.takesDimension ? ["dim=\(dimension)"] : [])).joined(separator: ", ")
  }
}

extension Substring {
  /// The word as PyTorch has it in a class's name: `L1`, `Unstructured`.
  fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
