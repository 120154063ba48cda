import Gradients
import Layers
import Reports
import Tensors

extension Session {
  /// What is displayed of a value: slices of a weight, its mask or its gradient that belong to masked
  /// filters are marked.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  func report(of value: Value) throws -> Report {
    switch value {
    case .report(let report): return report
    case .stacked(let turns): return try turns.table ?? report(of: Value(.tensor(turns.tensor)))
    case .tensor(let variable):
      let printed = try variable.printed(options: printOptions)
      let kept = try printed.slices.isEmpty ? nil : filters(of: variable)
      return Report([.tensor(printed, marks: kept?.map { $0 ? nil : .masked } ?? [])])
    default: return Report([.text(try value.text(options: printOptions))])
    }
  }

  /// For each filter whether it takes part, where a value is a weight, masked or not, its mask or
  /// its gradient; nil where it is none, or none is masked.
  private func filters(of variable: Variable) throws -> [Bool]? {
    let root = variable.unmasked
    let owner = layerNames.lazy.compactMap(\.layer.affine?.weight).first { weight in
      if let leaf = root.leaf { return leaf == weight.parameter.leaf }
      return [gradient(of: weight.parameter.leaf), weight.pruning?.tensor].contains {
        $0?.sharesStorage(with: root.tensor) ?? false
      }
    }
    guard let kept = try owner?.filtersTakingPart(), kept.contains(false) else { return nil }
    return kept
  }
}

extension Variable {
  /// What a mask was put on, or the value itself.
  fileprivate var unmasked: Variable {
    var value = self
    while let node = value.node, node.operation.isMask { value = node.inputs[0] }
    return value
  }
}
