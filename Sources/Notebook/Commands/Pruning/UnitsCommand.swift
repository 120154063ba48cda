import Pruning
import Reports

/// `units`: lists the units and their rules.
enum UnitsCommand: Command {
  static let name = "units"
  static let summary = "list the pruning units and their rules"
  static let details = """
    Those that are built in, and those made with unit: what the layer uses of x and mask, what of
    the gradient comes back, and which layers have a mask in them. Rules that have no room in the
    table stand below it in full; so do the numbers that names held when a unit was made.
    """
  static let example = """
    conv 1 2 1 as m; mask 0.5;
    units
    #> unit     forward   backward                      layers
    #> dpu      x * mask  grad                          m
    #> blocked  x * mask  grad * mask                   -
    #> sr_ste   x * mask  grad + 2e-4 * (1 - mask) * x  -
    """

  static let hasValue = false

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let session = evaluation.session
    let rows = (MaskUnits.all + (session.units as [any MaskUnit])).map { unit in
      let layers = session.layersUsing(
        unit: unit.name, as: (unit.text.forward, unit.text.backward))
      return [
        unit.name, unit.text.forward, unit.text.backward,
        layers.isEmpty ? "-" : layers.joined(separator: ", "),
      ]
    }
    let heading = ["unit", "forward", "backward", "layers"]
    let room = rooms(for: [heading] + rows)
    var table = Table([heading], leading: [0, 1, 2, 3])
    for row in rows {
      try table.append(zip(row, room).map { $0.count > $1 ? $0.prefix($1 - 1) + "…" : $0 })
    }
    var report = Report([.table(table)])
    for row in rows where zip(row, room).contains(where: { $0.count > $1 }) {
      let text = "\(row[0]): forward \(row[1]), backward \(row[2])"
      report.append(Report([.text(text.filled(width: 79))]))
    }
    for unit in session.units where !unit.numbers.isEmpty {
      let numbers = unit.numbers.map { "\($0.name) = \($0.value.text)" }
      report.append(
        Report([.text("\(unit.name) was made with \(numbers.joined(separator: ", "))")]))
    }
    for unit in session.units {
      let current = session.layersUsing(
        unit: unit.name, as: (unit.text.forward, unit.text.backward))
      let older = session.layersUsing(unit: unit.name).filter { !current.contains($0) }
      guard !older.isEmpty else { continue }
      report.append(
        Report([.text("\(older.joined(separator: ", ")): the rules that \(unit.name) had before")]))
    }
    return .report(report)
  }

  /// How wide each column may be so that a line has 80: the widest one gives.
  private static func rooms(for rows: [[String]]) -> [Int] {
    var widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let gaps = 2 * (widths.count - 1)
    while widths.reduce(gaps, +) > Report.lineWidth, let widest = widths.max(),
      let column = widths.firstIndex(of: widest)
    {
      widths[column] -= 1
    }
    return widths
  }

  // dpu alone has it.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}
