import Tensors

/// Tiles of the matrix OUT × IN·KH·KW that a weight is, its filters as rows.
public struct BlockStructure: SparseStructure {
  /// Filters of a tile.
  public let rows: Int
  /// Neighbouring places of IN·KH·KW of a tile.
  public let columns: Int

  /// Makes the structure; both sizes are at least 1.
  public init(rows: Int, columns: Int) { (self.rows, self.columns) = (rows, columns) }

  public var name: String { "block=\(rows)x\(columns)" }
  public var group: String { "\(rows)x\(columns) block" }
  public var meaning: String {
    "\(rows) neighbouring filters × \(columns) neighbouring places of IN·KH·KW"
  }
  public var maskShape: String { "[OUT/\(rows), IN·KH·KW/\(columns)]" }
  public var otherNames: String { "BSR; tools differ in which dimensions a block has" }

  public func partition(of weight: Shape) throws(StructureError) -> Partition {
    let (height, width) = (weight[0], weight.droppingFirst.count)
    guard height.isMultiple(of: rows) else {
      throw .doesNotDivide(name, size: rows, of: "OUT", into: height)
    }
    guard width.isMultiple(of: columns) else {
      let name = weight.rank == 2 ? "IN" : "IN·KH·KW"
      throw .doesNotDivide(self.name, size: columns, of: name, into: width)
    }
    return Partition(
      of: weight, viewedAs: [height / rows, rows, width / columns, columns], inside: [1, 3])
  }
}

/// Neighbouring filters at one place: coremltools' block_size, OVW.
public struct VectorStructure: SparseStructure {
  /// How many filters.
  public let size: Int

  /// Makes the structure; the size is at least 1.
  public init(size: Int) { self.size = size }

  public var name: String { "vector=\(size)" }
  public var group: String { "vector of \(size)" }
  public var groups: String { "vectors of \(size)" }
  public var meaning: String { "\(size) neighbouring filters at one IN, KH, KW" }
  public var maskShape: String { "[OUT/\(size), IN, KH, KW]" }
  public var otherNames: String { "coremltools block_size; OVW" }

  public func partition(of weight: Shape) throws(StructureError) -> Partition {
    guard weight[0].isMultiple(of: size) else {
      throw .doesNotDivide(name, size: size, of: "OUT", into: weight[0])
    }
    let view = [weight[0] / size, size] + weight.dimensions.dropFirst()
    return Partition(of: weight, viewedAs: Shape(view), inside: [1])
  }
}
