import Gradients
import Pruning
import Reports
import Tensors

/// Two rules by which a mask works side by side: ordinary pruning and the Dynamic Pruning Unit, unless
/// others are named.
struct Comparison {
  let trial: PruningTrial
  /// What it is compared with, `against=`.
  let other: PruningTrial.Method
  /// What is compared, `unit=`.
  let unit: PruningTrial.Method
  /// The gradient of the dense weight under the other.
  let blocked: Tensor
  /// The gradient of the dense weight in the unit.
  let passed: Tensor
  /// What the table has rows for.
  private let rows: GroupRows
  /// The L1 norm of each row.
  let norms: Tensor
  let options: PrintOptions

  /// Runs a trial both ways, a layer alone through ReLU.
  ///
  /// - Throws: `LayerError`, `ShapeError`, `OutOfMemory`, `Cancelled`.
  init(
    _ trial: PruningTrial, _ unit: PruningTrial.Method, against other: PruningTrial.Method,
    options: PrintOptions
  ) throws {
    (self.trial, self.options, self.unit, self.other) = (trial, options, unit, other)
    func gradient(_ method: PruningTrial.Method) throws -> Tensor {
      try trial.gradient(method, epsilon: trial.dense.epsilon) {
        trial.run.isAlone ? try Variable(ReLU(), $0) : $0
      }
    }
    blocked = try gradient(other)
    passed = try gradient(unit)
    rows = GroupRows(trial.mask.partition)
    norms = try NormScore.l1.norms(
      of: trial.dense.weight.parameter.variable, in: rows.partition
    ).tensor
  }

  /// What is displayed: the rows and what they say, and both gradients where everything is wanted.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  func report(isFull: Bool) throws -> Report {
    var report = Report([.table(try table), .text(""), .text(try verdict)])
    guard isFull else { return report }
    for (title, gradient) in [
      (other.title, blocked), (unit.title, passed),
    ] {
      report.append(
        Report([.text(title), .tensor(try gradient.printed(options: options), marks: [])]))
    }
    return report
  }

  /// A row for each group, or where there are many for each index of the mask's first dimension.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  private var table: Table {
    get throws {
      try Table.claimRoom(rows: rows.count)
      let (first, second) = (
        try rows.partition.magnitudes(of: blocked), try rows.partition.magnitudes(of: passed)
      )
      let format = NumberFormat(
        [first, second].lazy.joined().map(\.largest), options: options)
      let normFormat = NumberFormat(norms.elements, options: options)
      // Rows that sum up have large numbers, and no room for norms.
      let side = rows.isSummary ? ["max |grad|", "zero"] : ["largest |grad|", "zero"]
      let norm = rows.isSummary ? [] : ["L1 norm"]
      var table = Table([
        ["", ""] + norm.map { _ in "" } + [other.heading, "", unit.heading, ""],
        [trial.mask.structure.heading, rows.isSummary ? "masked" : "mask"] + norm + side + side,
      ])
      for row in 0..<rows.count {
        let sides = [first[row], second[row]].flatMap {
          [format.string($0.largest), "\($0.zeros) of \($0.count)"]
        }
        let groups = rows.groups(in: row)
        let removed = groups.count { !trial.mask.keeps($0) }
        let mask = rows.isSummary ? "\(removed) of \(groups.count)" : removed == 0 ? "1" : "0"
        try table.append(
          [rows.label(row), mask] + norm.map { _ in normFormat.string(norms.elements[row]) }
            + sides, mark: removed == groups.count ? .masked : nil)
      }
      return table
    }
  }

  /// What the numbers say, in sentences.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  private var verdict: String {
    get throws {
      let text = try pruned + "\n" + kept
      // Rows that sum up have large numbers.
      return rows.isSummary ? text.brokenAtBlanks(width: Report.lineWidth, hanging: 2) : text
    }
  }

  private var pruned: String {
    get throws {
      let count = try trial.mask.removedCount
      guard count > 0 else { return "0 pruned" }
      func side(_ gradient: Tensor, _ name: String) throws -> String {
        let removed = try trial.magnitudes(of: gradient, kept: false)
        if removed.zeros == removed.count { return "every gradient zero \(name)" }
        return "up to \(number(removed.largest)) \(name)"
          + (removed.zeros > 0 ? " (\(removed.zeros) of \(removed.count) zero)" : "")
      }
      return "\(count) pruned: \(try side(blocked, other.place)), "
        + (try side(passed, unit.place))
    }
  }

  private var kept: String {
    get throws {
      var (compared, differences) = (0, Magnitudes())
      try trial.mask.partition.forEachRun { run in
        var group = run.group
        for place in run.elements {
          if trial.mask.keeps(group) {
            compared += 1
            let (a, b) = (blocked.elements[place], passed.elements[place])
            if a != b, !(a.isNaN && b.isNaN) { differences.add(a - b) }
          }
          group += run.stride
        }
      }
      let count = try trial.mask.keptCount
      guard differences.count > 0 else {
        return "\(count) kept: the gradients are exactly equal"
      }
      return "\(count) kept: \(differences.count) of \(compared) gradients differ, "
        + "by up to \(number(differences.largest))"
    }
  }

  private func number(_ value: Float) -> String {
    NumberFormat([value], options: options).string(value)
  }
}
