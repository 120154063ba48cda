import Language
import Gradients
import Layers

// The names of layers, for tables, completion and advice.
extension Session {
  /// All named layers in the order in which they were made.
  var layers: [(name: String, entry: LayerEntry)] {
    names.compactMap { name, binding in
      if case .layer(let entry) = binding { (name, entry) } else { nil }
    }.sorted { $0.entry.serial < $1.entry.serial }
  }

  /// The names of all layers, each network's followed by those of its own layers.
  var layerNames: [(name: String, layer: any Layer)] {
    layers.flatMap { name, entry -> [(name: String, layer: any Layer)] in
      [(name, entry.layer)]
        + entry.layer.descendants.map { ("\(name).\($0.path.joined(separator: "."))", $0.layer) }
    }
  }

  /// Where the session stands, in one line: the current layer and the shapes of input and output.
  public var standing: String {
    func shape(_ name: String, _ variable: Variable?) -> String? {
      variable.map {
        "\(name) [\($0.tensor.shape.dimensions.map(String.init).joined(separator: ", "))]"
      }
    }
    let parts = [
      currentLayer.map { "the layer is \($0)" }, shape("input", input), shape("output", output),
    ]
    return parts.contains { $0 != nil }
      ? parts.compactMap { $0 }.joined(separator: ", ") : "there are no layers and no input"
  }

  /// What a word that is no name may have meant: a network's layer of this name, or else the
  /// nearest candidates.
  func nearest(to word: String, among candidates: [String]) -> [String] {
    let members = layerNames.map(\.name).filter { $0.hasSuffix("." + word) }
    return members.isEmpty
      ? Spelling.nearest(to: word, among: candidates) : Array(members.prefix(3))
  }
}
