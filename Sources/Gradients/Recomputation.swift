extension Variable {
  /// The same computation recorded anew, some of the values that no step made exchanged.
  ///
  /// - Parameter replace: what to take for a constant or a leaf.
  /// - Returns: the result, itself exchanged where no step made it.
  /// - Throws: `Cancelled`.
  public func recomputed(replacing replace: (Variable) -> Variable) throws -> Variable {
    var made: [UInt64: Variable] = [:]
    for node in Backward.order(of: self).reversed() {
      let inputs = node.inputs.map { input in
        input.node.flatMap { made[$0.serial] } ?? replace(input)
      }
      made[node.serial] = try Variable(node.operation, inputs)
    }
    return node.flatMap { made[$0.serial] } ?? replace(self)
  }
}
