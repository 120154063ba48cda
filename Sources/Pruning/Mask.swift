import Running
import Tensors

/// Which groups of a weight take part, and what the groups are.
public struct Mask: Sendable {
  /// The groups.
  public let partition: Partition
  /// A one for each group that takes part and a zero for each that does not, of the partition's
  /// ``Partition/groups``: what the notebook shows as the mask.
  public let tensor: Tensor

  /// Makes a mask of zeros and ones, one for each group.
  public init(_ tensor: Tensor, of partition: Partition) {
    precondition(tensor.shape == partition.groups)
    self.tensor = tensor
    self.partition = partition
  }

  /// Makes a mask of the groups that take part.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  init(keeping isKept: [Bool], of partition: Partition) throws {
    self.init(
      try Tensor(shape: partition.groups) { target in
        try Cancellation.forEachPiece(of: partition.count) { piece in
          for group in piece { target[group] = isKept[group] ? 1 : 0 }
        }
      }, of: partition)
  }

  /// Makes a mask of zeros and ones that somebody gives: one for each filter, or one for each
  /// element.
  ///
  /// - Parameters:
  ///   - values: the zeros and ones, `[OUT]` or of the weight's shape.
  ///   - weight: the weight's shape `[OUT, …]`.
  /// - Throws: ``MaskError`` where they are no such thing.
  public init(_ values: Tensor, for weight: Shape) throws(MaskError) {
    let filters = FilterStructure.partition(of: weight)
    guard values.shape == filters.groups || values.shape == weight else {
      throw .shape(values.shape, filters: filters.groups, weight: weight)
    }
    if let other = values.elements.first(where: { $0 != 0 && $0 != 1 }) { throw .value(other) }
    self.init(
      values, of: values.shape == filters.groups ? filters : .elements(of: weight))
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
  /// - Returns: a mask of the same groups where both have the same, otherwise one of single
  ///   elements.
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  public func intersection(_ other: Mask) throws -> Mask {
    if other.partition == partition {
      return Mask(try tensor.zip(other.tensor, *), of: partition)
    }
    return Mask(
      try applied(to: try other.spread()), of: .elements(of: partition.weight))
  }

  /// The mask of a bias, which has a number for each filter; nil where groups are no filters.
  public var ofBias: Mask? {
    guard partition == FilterStructure.partition(of: partition.weight) else { return nil }
    return Mask(tensor, of: .elements(of: partition.groups))
  }
}

/// Why given values are no mask of a weight.
public enum MaskError: Error, Equatable {
  /// They have neither the shape of the filters nor that of the weight.
  case shape(Shape, filters: Shape, weight: Shape)
  /// One of them is neither 0 nor 1.
  case value(Float)

  /// What is wrong, in words.
  public var message: String {
    switch self {
    case .shape(let found, let filters, let weight):
      "a mask has the shape \(filters) of the filters or \(weight) of the weight, not \(found)"
    case .value(let value):
      "a mask has zeros and ones, not \(PythonNumber.text(Double(value)))"
    }
  }
}
