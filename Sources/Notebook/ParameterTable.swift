import Gradients
import Layers
import Tensors

/// The parameters of a network with their gradients, as text: what `backward` shows for one.
struct ParameterTable {
  let layer: any Layer
  let session: Session

  var text: String {
    let members = (layer as? Network)?.members ?? []
    var names: [String] = []
    var gradients: [Tensor?] = []
    var shapes: [Shape] = []
    for (name, layer) in members {
      let isPruned = (layer as? Conv2d)?.isPruned == true
      let weight = (isPruned ? "weight_orig" : "weight", layer.dense)
      for (attribute, parameter) in [weight] + (layer.bias.map { [("bias", $0)] } ?? []) {
        names.append("\(name).\(attribute)")
        shapes.append(parameter.tensor.shape)
        gradients.append(session.gradient(of: parameter.leaf))
      }
    }
    let largest = gradients.map { gradient in
      let magnitudes = gradient?.elements.lazy.map(\.magnitude)
      return magnitudes?.contains(where: \.isNaN) == true ? .nan : magnitudes?.max() ?? 0
    }
    let format = NumberFormat(largest, options: session.printOptions)
    let rows = names.indices.map { index in
      [
        names[index], "\(shapes[index])",
        gradients[index] == nil ? "None" : format.string(largest[index]),
        gradients[index].map { "\($0.elements.count { $0 == 0 }) of \($0.count)" } ?? "-",
      ]
    }
    return TextTable.text(
      [["parameter", "shape", "largest |grad|", "zero grads"]] + rows, leading: [0, 1])
  }
}
