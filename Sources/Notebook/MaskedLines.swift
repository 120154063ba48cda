import Gradients
import Layers
import Tensors

extension CellResult {
  /// Which lines of the displayed text belong to masked filters: the blocks of a convolution's
  /// weight or of its gradient, the rows of `filters`.
  ///
  /// - Parameter session: the session behind the cell.
  /// - Returns: line numbers, from 0.
  public func maskedLines(in session: Session) -> Set<Int> {
    switch value {
    case .filters(let table): return table.maskedLines
    case .tensor(let variable) where variable.tensor.shape.rank == 4:
      guard let text, variable.tensor.count <= session.printOptions.threshold,
        let kept = try? session.owner(of: variable)?.weight.filtersTakingPart(),
        kept.contains(false)
      else { return [] }
      return blocks(text, kept)
    default: return []
    }
  }

  /// Blocks of the first dimension stand apart by two blank lines.
  private func blocks(_ text: String, _ kept: [Bool]) -> Set<Int> {
    var (block, blanks) = (0, 0)
    var lines: Set<Int> = []
    for (index, line) in text.lines.enumerated() where !line.hasPrefix("Parameter") {
      if line.isEmpty {
        blanks += 1
      } else {
        if blanks == 2 { block += 1 }
        blanks = 0
        if block < kept.count, !kept[block] { lines.insert(index) }
      }
    }
    return lines
  }
}

extension Session {
  /// What has the weight, masked weight, mask of the weight's shape or gradient that a value is.
  fileprivate func owner(of variable: Variable) -> Affine? {
    let root = variable.unmasked
    return layerNames.lazy.compactMap(\.layer.affine).first { affine in
      let parameter = affine.weight.parameter
      if let leaf = root.leaf { return leaf == parameter.leaf }
      return [gradient(of: parameter.leaf), affine.weight.pruning?.tensor].contains {
        $0?.sharesStorage(with: root.tensor) ?? false
      }
    }
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
