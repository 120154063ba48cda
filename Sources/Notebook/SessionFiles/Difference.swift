import Language
import Running

/// Where a replay gave something else than what was recorded.
public struct Difference {
  /// The cell.
  public let cell: SessionFile.Cell
  /// Its number.
  public let number: Int
  /// What was recorded.
  public var recorded: SessionFile.Record? { cell.record }
  /// What the replay gave.
  public let found: SessionFile.Record?

  /// The difference of one cell; nil where record and result agree.
  ///
  /// - Throws: `Cancelled`.
  public init?(_ cell: SessionFile.Cell, _ result: CellResult) throws(Cancelled) {
    found = try result.record
    guard found != cell.record else { return nil }
    self.cell = cell
    number = result.number
  }

  /// The difference as text: the place and the cell, then `-` lines recorded and `+` lines found.
  ///
  /// - Throws: `Cancelled`.
  public func text(file: String) throws -> String {
    let first = cell.source.split(separator: "\n").first ?? ""
    var lines = ["\(file.visible):\(cell.line): In [\(number)]: \(String(first).shortened.visible)"]
    for change in try LineDifference.changes(from: recorded?.lines ?? [], to: found?.lines ?? []) {
      try Cancellation.check()
      switch change {
      case .same(let line): lines.append("    \(line.visible)")
      case .removed(let line): lines.append("  - \(line.visible)")
      case .added(let line): lines.append("  + \(line.visible)")
      }
    }
    return lines.joined(separator: "\n")
  }
}
