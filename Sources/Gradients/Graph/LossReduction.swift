/// What becomes of the losses of single elements or rows: PyTorch's `reduction=`.
public enum LossReduction: String, Sendable, CaseIterable {
  /// They stay as they are.
  case none
  /// Their mean.
  case mean
  /// Their sum.
  case sum
}
