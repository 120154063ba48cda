/// Where a replay gave something else than what was recorded.
public struct Difference {
  /// The cell.
  public let cell: SessionFile.Cell
  /// Its number.
  public let number: Int
  /// What was recorded.
  public let recorded: SessionFile.Record?
  /// What the replay gave.
  public let found: SessionFile.Record?

  /// The difference of one cell; nil where record and result agree.
  public init?(_ cell: SessionFile.Cell, _ result: CellResult) {
    guard !result.agrees(with: cell.record) else { return nil }
    self.cell = cell
    number = result.number
    recorded = cell.record
    found = result.record
  }

  /// The difference as text: the place and the cell, then `-` lines recorded and `+` lines found.
  public func text(file: String) -> String {
    let first = cell.source.split(separator: "\n").first ?? ""
    var lines = ["\(file.visible):\(cell.line): In [\(number)]: \(String(first).shortened.visible)"]
    for change in LineDifference.changes(from: recorded?.lines ?? [], to: found?.lines ?? []) {
      switch change {
      case .same(let line): lines.append("    \(line.visible)")
      case .removed(let line): lines.append("  - \(line.visible)")
      case .added(let line): lines.append("  + \(line.visible)")
      }
    }
    return lines.joined(separator: "\n")
  }
}

/// Lines that went and lines that came.
enum LineDifference {
  enum Change: Equatable {
    case same(String)
    case removed(String)
    case added(String)
  }

  /// The shortest way from one list of lines to the other, removals before additions.
  static func changes(from old: [String], to new: [String]) -> [Change] {
    let difference = new.difference(from: old)
    let removals = Set(difference.removals.map(\.offset))
    let insertions = Set(difference.insertions.map(\.offset))
    var changes: [Change] = []
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      if i < old.count, removals.contains(i) {
        changes.append(.removed(old[i]))
        i += 1
      } else if j < new.count, insertions.contains(j) {
        changes.append(.added(new[j]))
        j += 1
      } else {
        changes.append(.same(old[i]))
        i += 1
        j += 1
      }
    }
    return changes
  }
}

extension CollectionDifference.Change {
  fileprivate var offset: Int {
    switch self {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }
}
