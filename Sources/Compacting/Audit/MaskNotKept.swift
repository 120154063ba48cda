import Pruning
import Tensors

/// Weights that were masked are in use again, though nothing says that they were let in.
struct MaskNotKept: AuditCheck {
  let name = "mask not kept"

  func missing(in layer: AuditedLayer) -> String? {
    if layer.takingPart != nil { return nil }
    return layer.before == nil ? "a mask, or before=" : nil
  }

  func evidence(in layer: AuditedLayer) throws -> [(evidence: String, remedy: String?)] {
    guard layer.takingPart == nil, let before = layer.before, let name = layer.nameBefore,
      let mask = try before.weight.takingPart()
    else { return [] }
    let sizes = try layer.used.absoluteSums(in: mask.partition)
    let back = sizes.indices.filter { !mask.keeps($0) && sizes[$0] != 0 }
    guard !back.isEmpty else { return [] }
    let groups = AuditWords.groups(back, of: mask.structure, in: mask.partition)
    return [
      (
        "\(groups) were masked before and are in use",
        before.weight.mask == nil
          ? "prune \(name).weight_mask \(layer.name)"
          : "mask \(name).mask \(AuditWords.key(mask.structure))\(layer.name)"
      )
    ]
  }
}
