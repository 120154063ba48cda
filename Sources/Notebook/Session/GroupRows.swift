import Pruning

/// What a table of groups has rows for: each group, or where there are many each index of the mask's
/// first dimension.
struct GroupRows {
  /// More groups than these are summed up.
  static let limit = 64

  /// The groups.
  let groups: Partition
  /// What each row is about.
  let partition: Partition

  /// Chooses the rows of a table.
  init(_ groups: Partition) {
    self.groups = groups
    partition = groups.count > Self.limit ? groups.byFirstIndex : groups
  }

  /// How many rows there are.
  var count: Int { partition.count }

  /// Whether a row sums up several groups.
  var isSummary: Bool { partition != groups }

  /// The groups of a row.
  func groups(in row: Int) -> Range<Int> {
    let size = groups.count / max(1, count)
    return row * size..<(row + 1) * size
  }

  /// A row's place in the mask: `3`, `[0, 2]`, or `[0, :]` where it sums up.
  func label(_ row: Int) -> String {
    guard isSummary else {
      let label = groups.label(row)
      return label.isEmpty ? "all" : label
    }
    let rest = String(repeating: ", :", count: groups.groups.rank - 1)
    return "[\(partition.label(row))\(rest)]"
  }
}

extension SparseStructure {
  /// What a group is called at the head of a column; the name of several parts has no room there.
  var heading: String { parts.count > 1 ? "group" : group }
}
