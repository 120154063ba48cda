extension Variable {
  /// The same computation recorded anew, some of its values exchanged: parameters, constants, or
  /// what a node made.
  ///
  ///     let other = try loss.recomputed { $0.node === node ? newValue : nil }
  ///
  /// Nodes are made in the order in which they were recorded, on which the order of sums in
  /// `backward` depends; those that led to nothing but an exchanged value are left out.
  ///
  /// - Parameter replace: what to take for a value; nil where it stays.
  /// - Returns: the result.
  /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold a value.
  public func recomputed(replacing replace: (Variable) -> Variable?) throws -> Variable {
    var made: [UInt64: Variable] = [:]
    var nodes: [Node] = []
    var needed: Set<UInt64> = []
    if let node { needed.insert(node.serial) }
    for node in Backward.order(of: self) where needed.contains(node.serial) {
      if let other = replace(Variable(node.output, source: .node(node))) {
        made[node.serial] = other
      } else {
        nodes.append(node)
        needed.formUnion(node.inputs.compactMap { $0.node?.serial })
      }
    }
    func new(_ variable: Variable) -> Variable {
      variable.node.map { made[$0.serial] ?? variable } ?? replace(variable) ?? variable
    }
    for node in nodes.reversed() {
      made[node.serial] = try Variable(node.operation, node.inputs.map(new))
    }
    return new(self)
  }
}
