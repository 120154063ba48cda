import Layers
import Pruning
import Reports
import Tensors

/// `layers`: a table of all layers.
enum LayersCommand: Command {
  static let name = "layers"
  static let summary = "list all layers"
  static let details = """
    The current layer is marked with >. A mask or pruning is shown as the filters that are kept, of
    all; epsilon is the constant behind the convolution. The layers of a network follow it.
    """
  static let example = """
    conv 1 2 3 bias=false as a; mask 0.5; conv 2 1 1 as b;
    layers
    #>    name  mask    pruning  epsilon  layer
    #>    a     1 of 2  -        1e-06    Conv2d(1, 2, kernel_size=(3, 3),
    #>                                    stride=(1, 1), bias=False)
    #> >  b     -       -        1e-06    Conv2d(2, 1, kernel_size=(1, 1),
    #>                                    stride=(1, 1))
    """

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    var rows = [["", "name", "mask", "pruning", "epsilon", "layer"]]
    for (name, entry) in evaluation.session.layers {
      let path = LayerPath(name: name)
      rows.append(try row(path, entry.layer, in: evaluation.session))
      for (members, layer) in entry.layer.descendants where !layer.parameters.isEmpty {
        rows.append(
          try row(LayerPath(name: name, members: members), layer, in: evaluation.session))
      }
    }
    guard rows.count > 1 else { throw LayerUseError.noLayer }
    return .report(Report([.table(Table(fitted(rows), leading: [0, 1, 2, 3, 4, 5]))]))
  }

  /// The rows with the layers, in the last column, broken at commas where a row is longer than 80
  /// columns.
  private static func fitted(_ rows: [[String]]) -> [[String]] {
    let left = (0..<5).reduce(0) { sum, column in
      sum + 2 + (rows.map { $0[column].count }.max() ?? 0)
    }
    return rows.flatMap { row -> [[String]] in
      let lines = FilledLines.lines(arguments(row[5]), width: Report.lineWidth - left)
      return lines.enumerated().map { index, line in
        (index == 0 ? row.dropLast() : Array(repeating: "", count: 5)) + [line]
      }
    }
  }

  /// A layer as PyTorch prints it, cut behind each argument: sizes in parentheses stay whole.
  private static func arguments(_ layer: String) -> [String] {
    var (arguments, depth) = ([""], 0)
    for character in layer {
      depth += character == "(" ? 1 : character == ")" ? -1 : 0
      if character == " ", depth < 2 {
        arguments.append("")
      } else {
        arguments[arguments.count - 1].append(character)
      }
    }
    return arguments
  }

  private static func row(
    _ path: LayerPath, _ layer: any Layer, in session: Session
  ) throws -> [String] {
    let start = [path == session.currentLayer ? ">" : "", "\(path)"]
    let text =
      layer.isNetwork ? "\(type(of: layer).kind) of \(layer.children.count)" : layer.description
    guard let affine = layer.affine else { return start + ["", "", "", text] }
    let weight = affine.weight
    return start + [
      try weight.mask.map { "\(try $0.keptCount) of \($0.partition.count)" } ?? "-",
      weight.isPruned ? try left(of: weight) : "-",
      affine.epsilon.map { PythonNumber.text($0) } ?? "off",
      text,
    ]
  }

  /// What pruning has left: filters, or weights where it has taken parts of filters.
  private static func left(of weight: Weight) throws -> String {
    let filters = try weight.filtersLeft()
    let weights = try weight.left(of: .elements(of: weight.shape))
    return weights == filters * weight.filters.groupSize
      ? "\(filters) of \(weight.filterCount)" : "\(weights) of \(weight.shape.count) weights"
  }

  // dpu alone has it.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}
