import Gradients
import Layers
import Reports
import Tensors

/// The parameters of a network with their gradients: what `backward` shows for one.
struct ParameterTable {
  let layer: any Layer
  let session: Session

  var table: Table {
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
    let magnitudes = gradients.map { $0.map { Magnitudes($0.elements) } }
    let format = NumberFormat(
      magnitudes.map { $0?.largest ?? 0 }, options: session.printOptions)
    let rows = names.indices.map { index in
      [
        names[index], "\(shapes[index])",
        magnitudes[index].map { format.string($0.largest) } ?? "None",
        magnitudes[index].map { "\($0.zeros) of \($0.count)" } ?? "-",
      ]
    }
    return Table(
      [["parameter", "shape", "largest |grad|", "zero grads"]] + rows, leading: [0, 1])
  }
}
