import Layers
import Pruning
import Reports
import Running
import Tensors

/// The rows that tell masked groups from kept ones.
struct GroupTable {
  /// What the last line says of the masked groups, and of the kept ones.
  private struct Side {
    var groups = 0
    var gradient = Magnitudes()
  }

  private static let notComputed = "not computed"

  private let rows: GroupRows
  /// What a group is called.
  private let group: String
  /// For each group how many of its weights take part; nil with neither mask nor pruning.
  private let kept: [Int]?
  /// Whether one line says how masked and kept groups differ, however long it is.
  private let isOneLine: Bool
  /// The gradient of each row; nil where none was computed.
  private let gradients: [Magnitudes]?
  /// The masked groups, and the kept ones.
  private var (masked, others) = (Side(), Side())
  /// The L1 norm of each row.
  private let norms: Tensor
  private let options: PrintOptions

  /// Gathers what the rows say.
  ///
  /// - Parameters:
  ///   - weight: the weight whose groups they are.
  ///   - groups: the groups.
  ///   - group: what one is called.
  ///   - isOneLine: whether one line says how masked and kept groups differ, however long it is.
  ///   - gradient: the gradient of its parameter, if there is one.
  ///   - options: how numbers are printed.
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  init(
    _ weight: Weight, _ groups: Partition, called group: String, isOneLine: Bool = false,
    gradient: Tensor?, options: PrintOptions
  ) throws {
    let rows = GroupRows(groups)
    self.rows = rows
    try Table.claimRoom(rows: rows.count)
    (self.group, self.isOneLine, self.options) = (group, isOneLine, options)
    let kept = try weight.takingPart()?.keptSizes(of: groups)
    self.kept = kept
    gradients = try gradient.map { try rows.partition.magnitudes(of: $0) }
    norms = try NormScore.l1.norms(
      of: weight.parameter.variable, in: rows.partition
    ).tensor
    masked.groups = try Cancellation.count(of: kept?.count ?? 0) { kept?[$0] == 0 }
    others.groups = groups.count - masked.groups
    guard let gradient else { return }
    try groups.forEachRun { run in
      var group = run.group
      for element in run.elements {
        if kept?[group] == 0 {
          masked.gradient.add(gradient.elements[element])
        } else {
          others.gradient.add(gradient.elements[element])
        }
        group += run.stride
      }
    }
  }

  /// The rows, and lines that sum them up.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  func report() throws -> Report {
    let normFormat = NumberFormat(norms.elements, options: options)
    let gradientFormat = NumberFormat((gradients ?? []).lazy.map(\.largest), options: options)
    var table = Table([
      [
        group, rows.isSummary ? "masked" : "mask", "L1 norm", "largest |grad|",
        "zero grads",
      ]
    ])
    for row in 0..<rows.count {
      let gradient = gradients?[row]
      try table.append(
        [
          rows.label(row), maskText(row), normFormat.string(norms.elements[row]),
          gradient.map { gradientFormat.string($0.largest) } ?? Self.notComputed,
          gradient.map { "\($0.zeros) of \($0.count)" } ?? "-",
        ], mark: removed(in: row) == rows.groups(in: row).count ? .masked : nil)
    }
    return Report([.table(table), .text(totals(gradientFormat))])
  }

  private func removed(in row: Int) -> Int {
    guard let kept else { return 0 }
    return rows.groups(in: row).count { kept[$0] == 0 }
  }

  private func maskText(_ row: Int) -> String {
    guard let kept else { return "-" }
    if rows.isSummary { return "\(removed(in: row)) of \(rows.groups(in: row).count)" }
    let size = rows.groups.groupSize
    if kept[row] > 0, kept[row] < size { return "\(kept[row]) of \(size)" }
    return kept[row] == 0 ? "0" : "1"
  }

  private func totals(_ format: NumberFormat) -> String {
    func side(_ name: String, _ side: Side, _ label: String) -> String {
      guard side.groups > 0, gradients != nil else { return "\(side.groups) \(name)" }
      let value = format.text(of: side.gradient.largest)
      return "\(side.groups) \(name): \(label)up to \(value), "
        + "\(side.gradient.zeros) of \(side.gradient.count) zero"
    }
    let label = "|grad| "
    var parts = [
      side("masked", masked, label),
      side("kept", others, masked.groups > 0 ? "" : label),
    ]
    if gradients == nil { parts.append("gradients \(Self.notComputed)") }
    let size = rows.groups.groupSize
    let partly = kept?.count { $0 > 0 && $0 < size } ?? 0
    let part = partly > 0 ? ["\(partly) of the kept in part"] : []
    let line = (parts + part).joined(separator: "; ")
    guard line.count > Report.lineWidth else { return line }
    // Of filters that are masked or kept as a whole it is one line, however long.
    return isOneLine
      ? ([parts.joined(separator: "; ")] + part).joined(separator: "\n")
      : (parts + part).joined(separator: "\n")
  }
}
