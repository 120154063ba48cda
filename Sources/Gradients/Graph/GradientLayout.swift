/// How PyTorch holds a gradient in memory.
///
/// No number depends on it but the last bits of what is added up from it: PyTorch's batch norm has one
/// path for gradients with an element each and another for all the rest.
public enum GradientLayout: Sendable {
  /// With an element each.
  case whole
  /// As one number for many elements, which `expand` shows: the gradient of a sum.
  case stretched
  /// As the gradient that it was made of: that of a view.
  case asUpstream
}
