import Pruning

/// Nothing of the layer is left.
struct EmptyLayer: AuditCheck {
  let name = "empty layer"

  func evidence(in layer: AuditedLayer) throws -> [(evidence: String, remedy: String?)] {
    if layer.takingPart?.structure.isOfWholeLayers == true { return [] }
    guard !layer.used.elements.contains(where: { $0 != 0 }) else { return [] }
    return [
      (
        "all \(layer.used.count) weights are 0: its value is the same whatever it reads",
        layer.takingPart == nil ? nil : "mask off \(layer.name)"
      )
    ]
  }
}
