import Tensors

/// What a mask keeps or removes as one: filters, kernels, single connections.
///
/// The names say which axes of a weight `[OUT, IN, KH, KW]` vary within a group. That reading is this
/// program's own: the abstract of Hu et al. lists depth-wise, filter-wise, channel-wise,
/// 2D-filter-wise, row-wise, column-wise, connection-wise and mixed structures without formulas.
public protocol SparseStructure: Sendable {
  /// Its name at the prompt, sizes included: `filter`, `block=2x3`.
  var name: String { get }

  /// What one group is called: `filter`, `2x3 block`.
  var group: String { get }

  /// What several groups are called.
  var groups: String { get }

  /// Which elements form a group, in words.
  var meaning: String { get }

  /// The mask's shape by the names of its sizes: `[OUT, IN]`.
  var maskShape: String { get }

  /// The dimensions that vary within a group, where these alone tell its groups; nil otherwise.
  var axes: Set<AxisStructure.Axis>? { get }

  /// Whether a linear weight `[OUT, IN]` has such groups too.
  var fitsLinear: Bool { get }

  /// Whether what it removes can be cut out, so that a smaller dense layer is left.
  var hasDenseForm: Bool { get }

  /// What other tools and papers call it.
  var otherNames: String { get }

  /// What it is made of: itself, or the structures of a mixed one.
  var parts: [any SparseStructure] { get }

  /// The groups of a weight of this shape.
  ///
  /// - Throws: ``StructureError`` where such a weight has no such groups.
  func partition(of weight: Shape) throws(StructureError) -> Partition
}

extension SparseStructure {
  public var axes: Set<AxisStructure.Axis>? { nil }

  public var parts: [any SparseStructure] { [self] }

  public var hasDenseForm: Bool { false }

  public var group: String { name }

  public var groups: String { group + "s" }

  public var fitsLinear: Bool { true }

  /// How many groups there are, in words: `1 filter`, `4 kernels`.
  public func count(_ number: Int) -> String { "\(number) \(number == 1 ? group : groups)" }

  /// Whether it is whole filters, with which a bias goes.
  public var isOfFilters: Bool { name == AxisStructure.filter.name }

  /// Whether whole layers go, alone or as a part.
  public var isOfWholeLayers: Bool { parts.contains { $0.name == AxisStructure.depth.name } }
}

/// Why a weight has no such groups.
public enum StructureError: Error, Equatable {
  /// It needs kernels, and a linear weight has none.
  case needsKernel(String, weight: Shape)
  /// A size of the structure does not divide one of the weight's.
  case doesNotDivide(String, size: Int, of: String, into: Int)
  /// A whole layer can only go where a shortcut leads past it.
  case noShortcut

  /// What is wrong, in words.
  public var message: String {
    switch self {
    case .needsKernel(let name, let weight):
      "\(name) is for a weight [OUT, IN, KH, KW], not for \(weight)"
    case .doesNotDivide(let name, let size, let dimension, let total):
      "\(name): \(size) does not divide \(dimension) = \(total)"
    case .noShortcut: "depth removes a whole layer, and no shortcut leads past this one"
    }
  }

  /// What to do.
  public var remedy: String? {
    switch self {
    case .needsKernel:
      "a linear layer has filter (an output), channel (an input), connection, block, vector, keep"
    case .doesNotDivide(_, _, let dimension, let total):
      "what divides \(dimension) = \(total): \(Self.divisors(of: total))"
    case .noShortcut: "it is for layers within residual(…)"
    }
  }

  private static func divisors(of total: Int) -> String {
    let all = (1...max(1, min(total, 4096))).filter { total.isMultiple(of: $0) }
    let shown = all.prefix(10).map(String.init)
    return (shown + (all.count > shown.count ? ["…"] : [])).joined(separator: ", ")
  }
}
