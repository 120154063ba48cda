import Tensors

/// A structure whose groups have every element that agrees in some of the weight's dimensions.
public struct AxisStructure: SparseStructure {
  /// A dimension of a weight `[OUT, IN, KH, KW]`, or `[OUT, IN]`.
  public enum Axis: Int, CaseIterable, Sendable {
    case output, input, row, column

    /// Its size's name in the notation of shapes.
    public var sizeName: String { ["OUT", "IN", "KH", "KW"][rawValue] }
  }

  public let name: String
  public let group: String
  /// The dimensions that vary within a group.
  public let inside: Set<Axis>
  public let fitsLinear: Bool
  public let otherNames: String

  public var axes: Set<Axis>? { inside }

  private init(
    _ name: String, group: String? = nil, inside: Set<Axis>, fitsLinear: Bool = false,
    also otherNames: String
  ) {
    self.name = name
    self.group = group ?? name.replacing("_", with: " ")
    self.inside = inside
    self.fitsLinear = fitsLinear
    self.otherNames = otherNames
  }

  /// Whole filters, of `[OUT, …]`: the notebook's structure.
  public static let filter = AxisStructure(
    "filter", inside: [.input, .row, .column], fitsLinear: true,
    also: "torch ln_structured dim=0; NNI out_channel; SSL's row")
  /// Whole input channels.
  public static let channel = AxisStructure(
    "channel", inside: [.output, .row, .column], fitsLinear: true,
    also: "torch ln_structured dim=1; NNI in_channel")
  /// The kernel between one input channel and one filter.
  public static let kernel = AxisStructure(
    "kernel", inside: [.row, .column], also: "2D filter (SSL, Hu et al.); connectivity (PatDNN)")
  /// One place of all filters.
  public static let shape = AxisStructure(
    "shape", inside: [.output], also: "SSL's column; filter shape; group-wise brain damage")
  /// One place of the kernels of a filter.
  public static let stripe = AxisStructure(
    "stripe", inside: [.input], also: "SWP; fasterai's channel")
  /// A row of one kernel.
  public static let kernelRow = AxisStructure(
    "kernel_row", inside: [.column], also: "fasterai's row; sub-kernel vector")
  /// A column of one kernel.
  public static let kernelColumn = AxisStructure(
    "kernel_column", inside: [.row], also: "fasterai's column")
  /// A row of all kernels of a filter.
  public static let sliceRow = AxisStructure(
    "slice_row", inside: [.input, .column], also: "fasterai's horizontal slice")
  /// A column of all kernels of a filter.
  public static let sliceColumn = AxisStructure(
    "slice_column", inside: [.input, .row], also: "fasterai's vertical slice")
  /// One place of all kernels of all filters.
  public static let spatial = AxisStructure(
    "spatial", group: "position", inside: [.output, .input], also: "shared channel")
  /// Single weights.
  public static let connection = AxisStructure(
    "connection", inside: [], fitsLinear: true, also: "unstructured; weight; fine-grained")
  /// The whole layer.
  public static let depth = AxisStructure(
    "depth", group: "layer", inside: Set(Axis.allCases), fitsLinear: true,
    also: "SSL's depth; layer")

  /// Every one, the usual one first.
  public static let all = [
    filter, channel, kernel, shape, stripe, kernelRow, kernelColumn, sliceRow, sliceColumn,
    spatial, connection, depth,
  ]

  public var hasDenseForm: Bool {
    [Self.filter, .channel, .spatial, .depth].contains { $0.name == name }
  }

  /// Words of other tools that mean one of these and nothing else.
  public static let synonyms = ["unstructured": connection.name, "weight": connection.name]

  public func partition(of weight: Shape) throws(StructureError) -> Partition {
    guard weight.rank == 4 || fitsLinear else {
      throw .needsKernel(name, weight: weight)
    }
    return Partition(of: weight, inside: Set(inside.map(\.rawValue).filter { $0 < weight.rank }))
  }

  public var maskShape: String { Self.maskShape(inside: inside) }

  public var meaning: String {
    switch inside.count {
    case 0: "a single weight"
    case Axis.allCases.count: "the whole layer"
    default: "every \(Self.sizes(inside.contains)) at one \(Self.sizes { !inside.contains($0) })"
    }
  }

  /// The sizes of a mask whose groups vary in some dimensions.
  static func maskShape(inside: Set<Axis>) -> String {
    "[\(sizes { !inside.contains($0) })]"
  }

  private static func sizes(_ isWanted: (Axis) -> Bool) -> String {
    Axis.allCases.filter(isWanted).map(\.sizeName).joined(separator: ", ")
  }
}
