/// How many groups a mask removes.
public enum Amount: Hashable, Sendable {
  /// How a share of the groups becomes a number of them.
  public enum Rounding: String, CaseIterable, Sendable {
    /// Python's `int`, as the paper's `calculate_mask` does it.
    case int
    /// Python's `round`, half to even, as `torch.nn.utils.prune` does it.
    case even

    /// The Python function that rounds so.
    public var pythonName: String {
      switch self {
      case .int: "int"
      case .even: "round"
      }
    }
  }

  /// A share, from 0 to 1, of the groups.
  case share(Double, Rounding)
  /// So many groups.
  case count(Int)

  /// How many of so many groups are removed.
  public func removed(of groups: Int) -> Int {
    switch self {
    case .share(let share, .int): Int(Double(groups) * share)
    case .share(let share, .even): Int((share * Double(groups)).rounded(.toNearestOrEven))
    case .count(let count): min(count, groups)
    }
  }
}
