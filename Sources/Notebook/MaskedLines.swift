import Layers
import Tensors

extension CellResult {
  /// Which lines of the displayed text belong to masked filters of the current layer: the blocks of
  /// a tensor of its weight's shape, the rows of `filters`.
  ///
  /// - Parameter session: the session behind the cell.
  /// - Returns: line numbers, from 0.
  public func maskedLines(in session: Session) -> Set<Int> {
    guard let text, let value, let layer = try? session.convolution(), let mask = layer.filterMask,
      mask.contains(0)
    else { return [] }
    switch value {
    case .tensor(let variable)
    where variable.tensor.shape == layer.dense.tensor.shape && variable.tensor.shape.rank == 4
      && variable.tensor.count <= session.printOptions.threshold:
      return blocks(text, mask)
    case .text(let table) where table.hasPrefix("filter "):
      return Set(mask.indices.filter { mask[$0] == 0 }.map { $0 + 1 })
    default: return []
    }
  }

  /// Blocks of the first dimension stand apart by two blank lines.
  private func blocks(_ text: String, _ mask: [Float]) -> Set<Int> {
    var (block, blanks) = (0, 0)
    var lines: Set<Int> = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    where !line.hasPrefix("Parameter") {
      if line.isEmpty {
        blanks += 1
      } else {
        if blanks == 2 { block += 1 }
        blanks = 0
        if block < mask.count, mask[block] == 0 { lines.insert(index) }
      }
    }
    return lines
  }
}
