import Layers

/// `layers`: a table of all layers.
enum LayersCommand: Command {
  static let name = "layers"
  static let summary = "list all layers"
  static let details = """
    The current layer is marked with >. A mask or pruning is shown as the filters that are kept, of
    all; epsilon is the constant behind the convolution.
    """
  static let example = """
    conv 1 2 3 bias=false as a; mask 0.5; conv 2 1 1 as b;
    layers
    #>    name  mask    pruning  epsilon  layer
    #>    a     1 of 2  -        1e-06    Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1), bias=False)
    #> >  b     -       -        1e-06    Conv2d(2, 1, kernel_size=(1, 1), stride=(1, 1))
    """

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    var rows = [["", "name", "mask", "pruning", "epsilon", "layer"]]
    for (name, entry) in evaluation.session.layers {
      let layer = entry.layer
      let total = layer.settings.outChannels
      rows.append([
        name == evaluation.session.currentLayer ? ">" : "", name,
        layer.mask.map { "\($0.elements.count { $0 != 0 }) of \(total)" } ?? "-",
        layer.isPruned ? "\(layer.filtersLeft) of \(total)" : "-",
        layer.epsilon.map { PythonNumber.text($0) } ?? "off",
        layer.description,
      ])
    }
    guard rows.count > 1 else { throw CommandError.noLayer }
    return .text(TextTable.text(rows, leading: [0, 1, 2, 3, 4, 5]))
  }
}
