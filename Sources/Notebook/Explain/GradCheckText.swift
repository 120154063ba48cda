import Gradients
import Pruning
import Reports
import Tensors

/// What a numerical check found, as text.
struct GradCheckText {
  let findings: [NumericalCheck.Finding]
  let name: (Leaf) -> String
  let options: PrintOptions
  /// The units whose rules are no derivatives, by their names.
  var units: Set<String> = []

  /// Why a gradient is meant to be another one.
  private var meaning: String {
    units.isEmpty || units == [MaskUnits.usual.name]
      ? "masked,\n  and yet the gradient passes straight through"
      : "so the rule\n  of \(units.sorted().joined(separator: ", ")) decrees"
  }

  /// What is wrong, nil where nothing is.
  var failure: String? {
    let wrong = findings.flatMap { finding in finding.wrong.map { (finding, $0) } }
    guard
      let (finding, worst) = wrong.max(by: { $0.1.error < $1.1.error })
    else { return nil }
    let place = WhyText.place(of: worst.element, in: finding.gradient.shape)
    return "\(name(finding.leaf)).grad\(place) is \(number(worst.gradient)), "
      + "the central difference \(number(worst.difference)); \(count(wrong.map(\.1)))"
  }

  /// A row for each leaf, and what disagrees.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  func text() throws -> String {
    var rows = [["checked", "shape", "elements", "largest error", "at", "meant", "kinks"]]
    for finding in findings {
      let shape = finding.gradient.shape
      let largest = finding.largestError
      rows.append([
        name(finding.leaf), shape.description,
        finding.checked == shape.count ? "all" : "\(finding.checked) of \(shape.count)",
        largest.map { NumberFormat.scientific($0.error) } ?? "0",
        largest.map { WhyText.place(of: $0.element, in: shape) } ?? "-",
        "\(finding.meant.count)", "\(finding.kinks.count)",
      ])
    }
    var lines = [try fitting(rows), ""]
    for finding in findings {
      if let largest = finding.meant.map(\.error).max() {
        lines.append(
          "\(name(finding.leaf)): \(count(finding.meant)) as meant, by up to \(number(largest)): "
            + meaning)
      }
      if let first = finding.kinks.first {
        let place = WhyText.place(of: first.element, in: finding.gradient.shape)
        lines.append(
          "\(name(finding.leaf)): \(finding.kinks.count) at a kink, such as \(place): "
            + "no derivative to compare with")
      }
      if let first = finding.infinite.first {
        let place = WhyText.place(of: first.element, in: finding.gradient.shape)
        lines.append(
          "\(name(finding.leaf)): \(finding.infinite.count) not finite, such as \(place): "
            + "\(number(first.gradient)), for a slope on the way is infinite")
      }
      if let first = finding.unmeasured.first {
        let place = WhyText.place(of: first.element, in: finding.gradient.shape)
        lines.append(
          "\(name(finding.leaf)): \(finding.unmeasured.count) not measured, such as \(place): "
            + "too large,\n  or the slope changes too fast for a difference")
      }
    }
    lines.append("passed: the gradients are those of the sum" + (isPlain ? "" : " everywhere else"))
    return lines.map { $0.brokenAtBlanks(width: Report.lineWidth, hanging: 2) }
      .joined(separator: "\n")
  }

  /// The table, without a column that it has no room for: the shapes are in `summary`, too.
  private func fitting(_ rows: [[String]]) throws -> String {
    let tables = [[], [1], [1, 4]].map { left in
      Table(
        rows.map { row in row.indices.filter { !left.contains($0) }.map { row[$0] } },
        leading: left.isEmpty ? [0, 1] : [0])
    }
    let fits = { (table: Table) in
      try table.lines.allSatisfy { $0.text.count <= Report.lineWidth }
    }
    return try (tables.first(where: fits) ?? tables[tables.count - 1]).text
  }

  private func count(_ found: [NumericalCheck.Finding.Disagreement]) -> String {
    found.count == 1 ? "1 element disagrees" : "\(found.count) elements disagree"
  }

  private var isPlain: Bool {
    findings.allSatisfy {
      $0.meant.isEmpty && $0.kinks.isEmpty && $0.unmeasured.isEmpty && $0.infinite.isEmpty
    }
  }

  private func number(_ value: Double) -> String {
    NumberFormat([Float(value)], options: options).string(Float(value))
  }
}

extension NumericalCheck.Finding.Disagreement {
  /// How far apart the two are.
  var error: Double { (gradient - difference).magnitude }
}
