import Pruning
import Tensors

/// A filter is gone, and its bias still speaks.
struct BiasLeftOn: AuditCheck {
  let name = "bias left on"
  var isFinding: Bool { false }

  func evidence(in layer: AuditedLayer) throws -> [(evidence: String, remedy: String?)] {
    guard layer.takingPart != nil, let bias = try layer.affine.valuesInUse().bias else { return [] }
    let rows = try layer.used.magnitudesOfRows()
    let left = rows.indices.filter { rows[$0] == 0 && bias.elements[$0] != 0 }
    guard !left.isEmpty else { return [] }
    let filters = Partition.filters(of: layer.used.shape)
    let groups = AuditWords.groups(left, of: AxisStructure.filter, in: filters)
    let largest = left.reduce(Float(0)) { max($0, abs(bias.elements[$1])) }
    return [
      (
        "\(groups) give nothing but their bias, up to \(AuditWords.number(largest))",
        left.count == 1
          ? "\(layer.name).bias[\(left[0])] = 0" : "\(layer.name).bias[\(left)] = 0"
      )
    ]
  }
}
