import Running

/// The sizes of a tensor's dimensions, outermost first; no dimensions for a scalar.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The most elements a tensor may have.
  public static let elementLimit = 1 << 31

  /// The most dimensions a tensor may have.
  public static let rankLimit = 8

  /// The sizes, outermost first.
  public let dimensions: [Int]

  /// The number of elements: the product of the sizes.
  public let count: Int

  /// Makes a shape from sizes that come from a person.
  ///
  /// - Throws: ``ShapeError`` for a negative size, more than ``rankLimit`` dimensions, or more than
  ///   ``elementLimit`` elements.
  public init(checking dimensions: [Int]) throws(ShapeError) {
    guard dimensions.count <= Self.rankLimit else { throw .rankTooHigh(dimensions.count) }
    if let size = dimensions.first(where: { $0 < 0 }) { throw .negativeSize(size) }
    // Zeros apart, so that no part of an empty tensor has more elements than one may have either.
    var product = 1
    for size in dimensions where size > 0 {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard !overflow, next <= Self.elementLimit else { throw .tooManyElements(dimensions) }
      product = next
    }
    self.dimensions = dimensions
    count = dimensions.contains(0) ? 0 : product
  }

  /// Claims memory for as many elements of so many bytes each.
  @usableFromInline
  func claimMemory(_ elementBytes: Int) throws(ShapeError) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: elementBytes)
    do throws(OutOfMemory) {
      try Memory.claim(bytes: overflow ? .max : bytes)
    } catch {
      throw .tooLarge(dimensions, bytes: error.bytes, free: error.free)
    }
  }

  /// Makes a shape from sizes known to be right.
  @inlinable
  public init(_ dimensions: [Int]) {
    self.dimensions = dimensions
    count = dimensions.reduce(1, *)
  }

  /// Makes a shape whose count stays at the largest number where the product of the sizes passes it;
  /// ``init(checking:)`` of its ``dimensions`` then says so.
  public init(clamping dimensions: [Int]) {
    self.dimensions = dimensions
    count = dimensions.reduce(1) { product, size in
      let (result, overflow) = product.multipliedReportingOverflow(by: size)
      return overflow ? Int.max : result
    }
  }

  /// Makes a shape from a literal such as `[1, 2, 3, 3]`.
  public init(arrayLiteral elements: Int...) { self.init(elements) }

  /// The number of dimensions.
  @inlinable public var rank: Int { dimensions.count }

  /// The size of one dimension.
  @inlinable public subscript(_ dimension: Int) -> Int { dimensions[dimension] }

  /// The shape without its first dimension.
  public var droppingFirst: Shape { Shape(Array(dimensions.dropFirst())) }

  /// The sizes as PyTorch's messages write them: `[1, 2, 3, 3]`.
  public var description: String {
    "[" + dimensions.map(String.init).joined(separator: ", ") + "]"
  }
}

/// Sizes that no tensor can have.
public enum ShapeError: Error, Equatable {
  /// A size below zero.
  case negativeSize(Int)
  /// More dimensions than ``Shape/rankLimit``.
  case rankTooHigh(Int)
  /// More elements than ``Shape/elementLimit``.
  case tooManyElements([Int])
  /// More bytes than are free.
  case tooLarge([Int], bytes: Int, free: Int)

  /// What is wrong, in words.
  public var message: String {
    switch self {
    case .negativeSize(let size): "a size must not be negative, not \(size)"
    case .rankTooHigh(let rank):
      "a tensor has at most \(Shape.rankLimit) dimensions, not \(rank)"
    case .tooManyElements(let sizes):
      "\(Self.product(sizes)) is more than 2^31 elements"
    case .tooLarge(let sizes, let bytes, let free):
      "\(Self.product(sizes)) takes \(OutOfMemory.text(bytes)), and \(OutOfMemory.text(free)) "
        + "of memory are free"
    }
  }

  private static func product(_ sizes: [Int]) -> String {
    sizes.map(String.init).joined(separator: " × ")
  }
}
