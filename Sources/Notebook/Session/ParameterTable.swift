import Gradients
import Layers
import Reports
import Tensors

/// The parameters of a network with their gradients: what `backward` shows for one.
struct ParameterTable {
  let layer: any Layer
  let session: Session

  /// A row for each parameter.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  func table() throws -> Table {
    var names: [String] = []
    var gradients: [Tensor?] = []
    var shapes: [Shape] = []
    for (path, layer) in layer.descendants {
      for (attribute, parameter) in layer.weightAndBias {
        names.append("\(path.joined(separator: ".")).\(attribute)")
        shapes.append(parameter.tensor.shape)
        gradients.append(session.gradient(of: parameter.leaf))
      }
    }
    let magnitudes = try gradients.map { try $0.map { try Magnitudes($0.elements) } }
    let format = NumberFormat(
      magnitudes.map { $0?.largest ?? 0 }, options: session.printOptions)
    var table = Table([["parameter", "shape", "largest |grad|", "zero grads"]], leading: [0, 1])
    for index in names.indices {
      try table.append([
        names[index], "\(shapes[index])",
        magnitudes[index].map { format.string($0.largest) } ?? "None",
        magnitudes[index].map { "\($0.zeros) of \($0.count)" } ?? "-",
      ])
    }
    return table
  }
}
