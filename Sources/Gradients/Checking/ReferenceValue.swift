import Tensors

extension Variable {
  /// The value by each operation's plain reference in double, for another value of a leaf.
  ///
  /// - Parameters:
  ///   - leaf: the leaf.
  ///   - moved: its value, of its shape.
  /// - Returns: the value; what does not depend on the leaf as it is.
  /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold it.
  public func reference(of leaf: Leaf, at moved: DoubleTensor) throws -> DoubleTensor {
    var values: [UInt64: DoubleTensor] = [:]
    func value(_ variable: Variable) throws -> DoubleTensor {
      switch variable.source {
      case .leaf(leaf): return moved
      case .node(let node):
        if let known = values[node.serial] { return known }
      default: break
      }
      return try DoubleTensor(variable.tensor)
    }
    for node in Backward.order(of: self).reversed() {
      values[node.serial] = try node.operation.reference(try node.inputs.map(value))
    }
    return try value(self)
  }
}
