import Language
import Layers
import Pruning
import Reports
import Running
import Tensors

// Masks as pictures, and what they switch off in pictures of other values.

extension Evaluation {
  /// The mask that a reference names: `mask`, `m.mask`, `n.conv1.weight_mask`; nil where it names
  /// something else.
  func mask(_ reference: ReferenceSyntax) -> Mask? {
    let (word, owner): (String?, Affine?) =
      if let name = reference.name {
        (name, try? session.layer().affine)
      } else if case .attribute(let name)? = reference.members.last?.member {
        (name, try? layer(reference.dropping(1)).affine)
      } else {
        (nil, nil)
      }
    switch word.flatMap(LayerAttribute.init(rawValue:)) {
    case .mask: return owner?.weight.mask
    case .weightMask: return owner?.weight.pruning
    default: return nil
    }
  }
}

extension Mask {
  /// Which weights take part, in the weight's own layout; where that has no room and the mask is
  /// smaller, a tile for each group.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  var tiles: TileMap {
    get throws {
      let kept = try keptCount
      func legend(_ groups: Int) -> String {
        let size = partition.groupSize
        let weights = "\(groups * size) of \(partition.weight.count) weights"
        guard size > 1 else { return weights }
        return "\(groups) of \(structure.count(partition.count)), \(weights)"
      }
      let layout: TileMap.Layout = partition.view == partition.weight ? .panels : .matrix
      let isOfGroups =
        partition.groupSize > 1 && !TileMap.hasRoom(for: partition.weight, layout)
      let shown = isOfGroups ? tensor : try spread()
      let lines: [(tile: TileMap.Tile?, text: String)] = [
        (.kept, "takes part: \(legend(kept))"),
        (.blank, "masked: \(legend(partition.count - kept))"),
      ]
      let note = isOfGroups ? "a tile for each \(structure.group): \(structure.maskShape)" : nil
      return TileMap(
        // A list is a row.
        isOfGroups && shown.shape.rank == 1 ? [1, shown.count] : shown.shape,
        tiles: try Memory.array(mapping: shown.count) { place -> TileMap.Tile in
          shown.elements[place] == 0 ? .blank : .kept
        },
        layout: isOfGroups ? .matrix : layout,
        legend: lines
          + [note ?? (layout == .matrix ? TileMap.matrixNote : nil)].compactMap(\.self)
          .map { (nil, $0) })
    }
  }
}

extension HeatMap {
  /// A picture of a weight or its gradient: what a mask switches off is marked, as filters or kernels
  /// where they go as a whole, otherwise weight by weight.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  init(_ tensor: Tensor, masked mask: Mask) throws {
    let shape = tensor.shape
    let hasPlanes = shape.rank > 2
    let planes = Partition(of: shape, inside: Set(shape.dimensions.indices.suffix(2)))
    let kept = try hasPlanes ? mask.kept(of: planes) : []
    let filters = try mask.kept(of: .filters(of: shape))
    let size = max(1, planes.groupSize)
    // Where no kernel goes alone, whole filters do.
    let ofFilters =
      hasPlanes && kept.indices.allSatisfy { kept[$0] || !filters[$0 / (kept.count / shape[0])] }
    try self.init(
      tensor, title: { $0.filterTitle(of: shape) },
      mark: { hasPlanes && !kept[$0.start / size] ? .masked : nil },
      panelName: ofFilters ? "filter" : "kernel", mask: try mask.spread())
  }
}
