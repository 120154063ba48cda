import Pruning
import Running
import Tensors

/// Weights are zero in whole groups, and no mask keeps them so.
struct ZerosWithoutMask: AuditCheck {
  let name = "zeros without a mask"
  private static let (least, share) = (8, 0.01)

  func evidence(in layer: AuditedLayer) throws -> [(evidence: String, remedy: String?)] {
    let used = layer.used
    let zeros = try Cancellation.count(of: used.count) { used.elements[$0] == 0 }
    let threshold = max(Self.least, Int((Self.share * Double(used.count)).rounded(.up)))
    guard layer.takingPart == nil, zeros >= threshold, zeros < used.count else { return [] }
    for structure in AxisStructure.all where !structure.isOfWholeLayers {
      guard let partition = try? structure.partition(of: used.shape), partition.count > 1 else {
        continue
      }
      let sizes = try used.absoluteSums(in: partition)
      let empty = sizes.indices.filter { sizes[$0] == 0 }
      let covered = empty.count * partition.groupSize
      // The coarsest that explains nearly all of them.
      guard covered >= threshold, covered * 10 >= zeros * 9 else { continue }
      let groups = AuditWords.groups(empty, of: structure, in: partition)
      return [
        (
          "\(covered) of \(used.count) weights are 0 in \(groups) (at least \(threshold)); a step "
            + "would move them", "mask (\(layer.name).weight != 0) \(layer.name)"
        )
      ]
    }
    return []
  }
}
