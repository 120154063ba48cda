/// A function of `torch.nn.utils.prune` that chooses what goes: a row of its table.
public struct PruningMethod: Sendable {
  /// What goes or stays as one.
  public enum Unit: Sendable {
    /// A single weight.
    case element
    /// Everything at one index of a dimension, PyTorch's `dim`.
    case channel
  }

  /// What each unit is judged by.
  enum Score: Sendable {
    /// `torch.abs`.
    case magnitude
    /// `torch.norm`, of PyTorch's `n`.
    case norm
    /// `torch.rand`.
    case chance
  }

  /// PyTorch's name for it.
  public let name: String
  /// What goes or stays as one.
  public let unit: Unit
  let score: Score
  /// Which ones go, equal scores included.
  let selection: Selection

  /// PyTorch's functions.
  public static let all = [
    PruningMethod(
      name: "l1_unstructured", unit: .element, score: .magnitude, selection: .removeLowest),
    PruningMethod(
      name: "random_unstructured", unit: .element, score: .chance, selection: .removeHighest),
    PruningMethod(name: "ln_structured", unit: .channel, score: .norm, selection: .keepHighest),
    PruningMethod(
      name: "random_structured", unit: .channel, score: .chance, selection: .removeUpToLowest),
  ]

  /// The lowest magnitudes.
  public static let l1Unstructured = all[0]
  /// Weights by chance.
  public static let randomUnstructured = all[1]
  /// The channels of lowest norm.
  public static let lnStructured = all[2]
  /// Channels by chance.
  public static let randomStructured = all[3]

  /// Whether it is told a dimension, PyTorch's `dim`.
  public var takesDimension: Bool { unit == .channel }

  /// Whether it is told a norm, PyTorch's `n`.
  public var takesNorm: Bool { score == .norm }
}
