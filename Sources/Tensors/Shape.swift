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
    var count = 1
    for size in dimensions {
      guard size >= 0 else { throw .negativeSize(size) }
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, product <= Self.elementLimit else { throw .tooManyElements(dimensions) }
      count = product
    }
    self.dimensions = dimensions
    self.count = count
  }

  /// Checks that there is memory for a tensor of this shape.
  ///
  /// - Throws: ``ShapeError/tooLarge(_:free:)``.
  @inlinable
  public func checkMemory() throws(ShapeError) {
    if count >= FreeMemory.smallestRequest { try checkFreeMemory() }
  }

  @usableFromInline
  func checkFreeMemory() throws(ShapeError) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard let free = FreeMemory.bytes, overflow || bytes > free else { return }
    throw .tooLarge(dimensions, free: free)
  }

  /// Makes a shape from sizes known to be right.
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
  public var rank: Int { dimensions.count }

  /// The size of one dimension.
  public subscript(_ dimension: Int) -> Int { dimensions[dimension] }

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
  /// More than the free bytes of memory.
  case tooLarge([Int], free: Int)

  /// What is wrong, in words.
  public var message: String {
    switch self {
    case .negativeSize(let size): "a size must not be negative, not \(size)"
    case .rankTooHigh(let rank):
      "a tensor has at most \(Shape.rankLimit) dimensions, not \(rank)"
    case .tooManyElements(let sizes):
      "\(Self.product(sizes)) is more than 2^31 elements"
    case .tooLarge(let sizes, let free):
      "\(Self.product(sizes)) takes \(Self.gigabytes(sizes.reduce(4, *))) GB, and "
        + "\(Self.gigabytes(free)) GB of memory are free"
    }
  }

  private static func product(_ sizes: [Int]) -> String {
    sizes.map(String.init).joined(separator: " × ")
  }

  /// With one digit behind the point.
  private static func gigabytes(_ bytes: Int) -> String {
    let tenths = (bytes + 50_000_000) / 100_000_000
    return "\(tenths / 10).\(tenths % 10)"
  }
}
