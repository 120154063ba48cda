import Pruning
import Reports

/// `units`: lists the units and their rules.
enum UnitsCommand: Command {
  static let name = "units"
  static let summary = "list the pruning units and their rules"
  static let details = """
    Those that are built in, and those made with unit: what the layer uses of x and mask, what of
    the gradient comes back, and which layers have a mask in them.
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
    var table = Table([["unit", "forward", "backward", "layers"]], leading: [0, 1, 2, 3])
    let units = MaskUnits.all + (session.units as [any MaskUnit])
    for unit in units {
      let layers = session.layersUsing(
        unit: unit.name, as: (unit.text.forward, unit.text.backward))
      try table.append([
        unit.name, unit.text.forward, unit.text.backward,
        layers.isEmpty ? "-" : layers.joined(separator: ", "),
      ])
    }
    var report = Report([.table(table)])
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

  // dpu alone has it.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}
