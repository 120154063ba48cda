import Running
import Tensors

// A mask as seen from groups: its own, or those of another partition of the same weight.

extension Mask {
  /// How many elements of each group of another partition of the same weight take part.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func keptSizes(of other: Partition) throws -> [Int] {
    let isSame = other == partition
    var sizes = try Memory.array(mapping: other.count) { group in
      isSame && keeps(group) ? partition.groupSize : 0
    }
    guard !isSame else { return sizes }
    try partition.forEachRun { run in
      var group = run.group
      for element in run.elements {
        if keeps(group) { sizes[other.group(of: element)] += 1 }
        group += run.stride
      }
    }
    return sizes
  }

  /// The group that is switched off as a whole and holds an element: one of the mask's structure, or
  /// where that says no more than that the element is, the largest that there is.
  ///
  /// - Returns: its structure and its name, `kernel [0, 2]`; nil where the element takes part.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func removedGroup(
    of element: Int
  ) throws -> (structure: any SparseStructure, name: String)? {
    guard !keeps(partition.group(of: element)) else { return nil }
    if partition != .elements(of: partition.weight), structure.parts.count == 1 {
      return (structure, structure.name(of: partition.group(of: element), in: partition))
    }
    for axes in AxisStructure.all where !axes.isOfWholeLayers && !axes.inside.isEmpty {
      guard let groups = try? axes.partition(of: partition.weight) else { continue }
      let group = groups.group(of: element)
      if try keptSizes(of: groups)[group] == 0 { return (axes, axes.name(of: group, in: groups)) }
    }
    let single = AxisStructure.connection
    return (single, single.name(of: element, in: .elements(of: partition.weight)))
  }
}

extension Mask {
  /// The largest groups of one structure which it keeps or removes as a whole: what a mask of single
  /// weights is about, as PyTorch's pruning leaves it.
  ///
  /// - Returns: the structure, and of its groups how many are kept and how many there are; of single
  ///   weights where nothing larger fits.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func largestGroups() throws -> (structure: any SparseStructure, kept: Int, count: Int) {
    var found: (structure: any SparseStructure, kept: Int, count: Int) = (
      structure, try keptCount, partition.count
    )
    guard partition.groupSize == 1, structure.parts.count == 1 else { return found }
    for axes in AxisStructure.all where !axes.isOfWholeLayers {
      guard let groups = try? axes.partition(of: partition.weight), groups.count < found.count
      else { continue }
      let sizes = try keptSizes(of: groups)
      guard sizes.allSatisfy({ $0 == 0 || $0 == groups.groupSize }) else { continue }
      found = (axes, sizes.count { $0 > 0 }, groups.count)
    }
    return found
  }
}

extension SparseStructure {
  /// One group's name: `filter 3`, `kernel [0, 2]`.
  public func name(of index: Int, in partition: Partition) -> String {
    let label = partition.label(index)
    return label.isEmpty ? group : "\(group) \(label)"
  }
}

extension Partition {
  /// The groups of one index of the mask's first dimension taken as one: of kernels those of each
  /// filter. The same where the mask has fewer than two dimensions.
  public var byFirstIndex: Partition {
    guard groups.rank > 1,
      let first = view.dimensions.indices.first(where: { !inside.contains($0) })
    else { return self }
    return Partition(
      of: weight, viewedAs: view, inside: Set(view.dimensions.indices).subtracting([first]))
  }
}
