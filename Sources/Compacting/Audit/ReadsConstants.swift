/// The layer multiplies channels that are the same everywhere.
struct ReadsConstants: AuditCheck {
  let name = "reads constants"
  var isFinding: Bool { false }

  func evidence(in layer: AuditedLayer) throws -> [(evidence: String, remedy: String?)] {
    guard let site = layer.site else { return [] }
    let constant = site.input.constants.indices.filter {
      site.input.constants[$0] != nil && site.read[$0] != 0
    }
    guard !constant.isEmpty else { return [] }
    return [
      (
        "\(constant.count) of \(site.input.constants.count) channels that it reads are the same "
          + "everywhere", "compact \(layer.name.prefix { $0 != "." }) as smaller"
      )
    ]
  }
}
