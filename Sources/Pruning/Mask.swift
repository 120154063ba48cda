import Running
import Tensors

/// Which groups of a weight take part, and what the groups are.
public struct Mask: Sendable {
  /// The groups.
  public let partition: Partition
  /// A one for each group that takes part and a zero for each that does not, of the partition's
  /// ``Partition/groups``: what the notebook shows as the mask.
  public let tensor: Tensor
  /// What a group is: the structure by which the mask was made.
  public let structure: any SparseStructure
  /// What it was asked for; nil where somebody gave it.
  public internal(set) var question: MaskQuestion?
  /// A one for each filter that takes part, where whole filters were removed: a bias goes with its
  /// filter and with nothing else.
  private let filters: Tensor?

  /// Makes a mask of zeros and ones, one for each group.
  public init(_ tensor: Tensor, of partition: Partition, as structure: any SparseStructure) {
    self.init(
      tensor, of: partition, as: structure, filters: structure.isOfFilters ? tensor : nil)
  }

  private init(
    _ tensor: Tensor, of partition: Partition, as structure: any SparseStructure,
    filters: Tensor?
  ) {
    precondition(tensor.shape == partition.groups)
    self.tensor = tensor
    self.partition = partition
    self.structure = structure
    self.filters = filters
  }

  /// Makes a mask of filters, or of single elements where the partition is one of them.
  public init(_ tensor: Tensor, of partition: Partition) {
    let isOfFilters = partition == .filters(of: partition.weight)
    self.init(
      tensor, of: partition, as: isOfFilters ? AxisStructure.filter : .connection)
  }

  /// Makes a mask of the groups that take part.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  init(
    keeping isKept: [Bool], of partition: Partition,
    as structure: any SparseStructure = AxisStructure.connection
  ) throws {
    self.init(
      try Tensor(shape: partition.groups) { target in
        try Cancellation.forEachPiece(of: partition.count) { piece in
          for group in piece { target[group] = isKept[group] ? 1 : 0 }
        }
      }, of: partition, as: structure)
  }

  /// Makes a mask of zeros and ones that somebody gives.
  ///
  /// - Parameters:
  ///   - values: the zeros and ones, one for each group of the structure; without one `[OUT]`, a
  ///     number for each filter, or of the weight's shape.
  ///   - weight: the weight's shape `[OUT, …]`.
  ///   - structure: what a group is.
  /// - Throws: ``MaskError`` where they are no such thing, ``StructureError`` where the weight has no
  ///   such groups.
  public init(
    _ values: Tensor, for weight: Shape, as structure: (any SparseStructure)? = nil
  ) throws {
    let filters = Partition.filters(of: weight)
    let chosen =
      structure ?? (values.shape == weight ? AxisStructure.connection : AxisStructure.filter)
    let partition = try chosen.partition(of: weight)
    guard values.shape == partition.groups else {
      throw structure == nil
        ? MaskError.shape(values.shape, filters: filters.groups, weight: weight)
        : MaskError.groups(values.shape, of: chosen.name, expected: partition.groups)
    }
    if let other = values.elements.first(where: { $0 != 0 && $0 != 1 }) {
      throw MaskError.value(other)
    }
    if let contest = partition.contest {
      let kept = contest.size - contest.removed
      if let found = Self.firstOther(than: kept, values, partition, contest) {
        throw MaskError.pattern(chosen.name, kept: found, of: contest.size)
      }
    }
    // A zero is a zero: of a masked weight PyTorch would show the sign of the product.
    self.init(try values.map { $0 + 0 }, of: partition, as: chosen)
  }

  /// How many are kept where it are not so many.
  private static func firstOther(
    than kept: Int, _ values: Tensor, _ partition: Partition, _ contest: Partition.Contest
  ) -> Int? {
    (0..<partition.lineCount(of: contest)).lazy.map { line in
      partition.line(line, of: contest).count { values.elements[$0] != 0 }
    }.first { $0 != kept }
  }

  /// Whether a group takes part.
  public func keeps(_ group: Int) -> Bool { tensor.elements[group] != 0 }

  /// How many groups take part.
  ///
  /// - Throws: `Cancelled`.
  public var keptCount: Int {
    get throws { try Cancellation.count(of: partition.count, where: keeps) }
  }

  /// How many groups do not take part.
  ///
  /// - Throws: `Cancelled`.
  public var removedCount: Int { get throws { partition.count - (try keptCount) } }

  /// Whether all groups take part.
  public var isEmpty: Bool { !tensor.elements.contains(0) }

  /// The mask in the weight's shape: PyTorch's `weight_mask`.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  public func spread() throws -> Tensor {
    if partition.groups == partition.weight { return tensor }
    return try filled { _, factor in factor }
  }

  /// The same mask with each element a group of its own.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  public func elementwise() throws -> Mask {
    Mask(try spread(), of: .elements(of: partition.weight))
  }

  /// The product with a weight.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  public func applied(to weight: Tensor) throws -> Tensor {
    try weight.withPointer { source in
      try filled { element, factor in source[element] * factor }
    }
  }

  private func filled(_ value: (_ element: Int, _ factor: Float) -> Float) throws -> Tensor {
    try Tensor(shape: partition.weight) { target in
      try tensor.withPointer { mask in
        try partition.forEachRun { run in
          if run.stride == 0 {
            let factor = mask[run.group]
            for element in run.elements { target[element] = value(element, factor) }
          } else {
            let offset = run.group - run.elements.lowerBound
            for element in run.elements { target[element] = value(element, mask[element + offset]) }
          }
        }
      }
    }
  }

  /// For each group of another partition of the same weight whether anything of it takes part.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func kept(of other: Partition) throws -> [Bool] {
    if other == partition { return try Memory.array(mapping: partition.count, keeps) }
    var isKept = try Memory.array(mapping: other.count) { _ in false }
    try partition.forEachRun { run in
      var group = run.group
      for element in run.elements {
        if keeps(group) { isKept[other.group(of: element)] = true }
        group += run.stride
      }
    }
    return isKept
  }

  /// What takes part in this mask and in another one of the same weight.
  ///
  /// - Returns: a mask of the coarsest groups that lie within one of each.
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  public func intersection(_ other: Mask) throws -> Mask {
    let factors: Tensor? =
      if let filters, let more = other.filters { try filters.zip(more, *) } else {
        filters ?? other.filters
      }
    if other.partition == partition {
      return Mask(
        try tensor.zip(other.tensor, *), of: partition, as: structure, filters: factors)
    }
    let common = partition.common(other.partition)
    let both = try applied(to: try other.spread())
    let mixed = MixedStructure([structure, other.structure])
    if common.groups == common.weight {
      return Mask(both, of: common, as: mixed, filters: factors)
    }
    let tensor = try Tensor(shape: common.groups) { target in
      try both.withPointer { both in
        try common.forEachRun { run in
          var group = run.group
          for element in run.elements {
            target[group] = both[element]
            group += run.stride
          }
        }
      }
    }
    return Mask(tensor, of: common, as: mixed, filters: factors)
  }

  /// The mask of a bias, which has a number for each filter; nil where no whole filters are removed.
  public var ofBias: Mask? {
    filters.map {
      Mask($0, of: .elements(of: $0.shape), as: AxisStructure.connection)
    }
  }

  /// Whether it leaves nothing of the weight.
  ///
  /// - Throws: `Cancelled`.
  public var removesAll: Bool { get throws { try keptCount == 0 } }
}

/// Why given values are no mask of a weight.
public enum MaskError: Error, Equatable {
  /// They have neither the shape of the filters nor that of the weight.
  case shape(Shape, filters: Shape, weight: Shape)
  /// They do not have the shape of a structure's groups.
  case groups(Shape, of: String, expected: Shape)
  /// Of so many neighbours another number is kept than the structure's.
  case pattern(String, kept: Int, of: Int)
  /// One of them is neither 0 nor 1.
  case value(Float)

  /// What is wrong, in words.
  public var message: String {
    switch self {
    case .shape(let found, let filters, let weight):
      "a mask has the shape \(filters) of the filters or \(weight) of the weight, not \(found)"
    case .groups(let found, let name, let expected):
      "a mask of structure \(name) has the shape \(expected) here, not \(found)"
    case .pattern(let name, let kept, let size):
      "the mask keeps \(kept) of \(size) neighbours along IN, which is not \(name)"
    case .value(let value):
      "a mask has zeros and ones, not \(PythonNumber.text(Double(value)))"
    }
  }
}
