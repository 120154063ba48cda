import Tensors

/// Whole filters, of `[OUT, …]`: the notebook's structure, PyTorch's `ln_structured` with `dim=0`.
public enum FilterStructure: SparseStructure {
  public static let name = "filter"

  public static func partition(of weight: Shape) -> Partition {
    Partition(of: weight, inside: Set(weight.dimensions.indices.dropFirst()))
  }
}
