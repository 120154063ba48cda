import Compacting
import Pruning
import Reports

/// Tables of what masks removed, and of what it saves.
struct SparsityText {
  private let rows: [Sparsity]
  private let path: String

  /// - Parameters:
  ///   - rows: the layers.
  ///   - path: what one that stands alone is called.
  init(_ rows: [Sparsity], of path: String) { (self.rows, self.path) = (rows, path) }

  /// The tables.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  func report() throws -> Report {
    var report = Report([
      .table(
        try table(
          ["layer", "groups kept", "weights masked", "zero as used", "zero in dense"],
          leading: [0, 1]
        ) { row in
          return [
            Self.kept(row), Self.share(row.weights.removed, row.weights.all),
            Self.share(row.zeros.used, row.weights.all),
            Self.share(row.zeros.dense, row.weights.all),
          ]
        })
    ])
    report.append(
      Report([
        .table(
          try table(
            ["multiply-adds", "dense", "executed now", "after compact", "if zeros were free"],
            total: {
              [
                $0.multiplyAdds.dense, $0.multiplyAdds.now, $0.multiplyAdds.compact,
                $0.multiplyAdds.free,
              ]
            }))
      ]))
    report.append(
      Report([
        .table(
          try table(
            ["stored", "values", "after compact", "bytes", "after compact", "with bitmask"],
            total: {
              [
                $0.parameters.now, $0.parameters.compact, $0.bytes.dense, $0.bytes.compact,
                $0.bytes.bitmask,
              ]
            }))
      ]))
    return report
  }

  private static func kept(_ row: Sparsity) -> String {
    guard let structure = row.structure else { return "" }
    let groups = structure.parts.count == 1 ? structure.count(row.groups.all) : "\(row.groups.all)"
    return "\(row.groups.kept) of \(groups)"
  }

  private static func share(_ part: Int, _ all: Int) -> String {
    part == 0 ? "0" : "\(part) of \(all)"
  }

  private func name(_ row: Sparsity) -> String { row.layer.isEmpty ? path : row.layer }

  private func table(
    _ heading: [String], leading: Set<Int> = [0], _ cells: (Sparsity) -> [String]
  ) throws -> Table {
    var table = Table([heading], leading: leading)
    for row in rows { try table.append([name(row)] + cells(row)) }
    return table
  }

  /// A table of numbers with their sums below.
  private func table(_ heading: [String], total numbers: (Sparsity) -> [Int]) throws -> Table {
    var table = try table(heading) { numbers($0).map(String.init) }
    guard rows.count > 1 else { return table }
    let sums = rows.reduce(into: heading.dropFirst().map { _ in 0 }) { sums, row in
      for (index, number) in numbers(row).enumerated() { sums[index] += number }
    }
    try table.append(["total"] + sums.map(String.init))
    return table
  }
}
