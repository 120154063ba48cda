import Layers
import Reports
import Tensors

/// `summary`: layers, shapes, parameters and work of a network.
enum SummaryCommand: Command {
  static let name = "summary"
  static let worksOnLayer = true
  static let summary = "list a network's layers, shapes, parameters and multiply-adds"
  static let details = """
    A row for each stage: the shape of its value, its number of trainable values, and how many
    products are added up to compute it, masked filters included. Shapes are those for the input
    where it fits, else for the one that forward would draw.
    """
  static let example = """
    net conv(1,2,3) relu flatten linear(8,2) as tiny;
    summary
    #> layer     type     output        parameters  multiply-adds
    #>           input    [1, 1, 4, 4]
    #> conv1     Conv2d   [1, 2, 2, 2]          20             72
    #> relu1     ReLU     [1, 2, 2, 2]           0              0
    #> flatten1  Flatten  [1, 8]                 0              0
    #> linear1   Linear   [1, 2]                18             16
    #> total                                    38             88
    """

  static let layer = Parameter<ReferenceSyntax>.layer()
  static let forms = [Form(), Form(layer)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let session = evaluation.session
    let path =
      try call[optional: layer].map { try evaluation.layerPath($0) } ?? session.current().path
    let layer = try session.layer(at: path)
    let known = [type(of: layer).followsOthers ? session.output : nil, session.input]
    let input =
      known.compactMap { $0?.tensor.shape }.first { (try? layer.outputShape($0)) != nil }
      ?? layer.drawnInput
    var rows = [["layer", "type", "output", "parameters", "multiply-adds"]]
    rows.append(["", "input", "\(input)"])
    if layer.isNetwork {
      let shapes: [Shape]
      do {
        shapes = try layer.shapes(input)
      } catch let error as LayerError {
        throw UnfitInput(error: error, layer: layer, source: .input)
      }
      for (child, (before, after)) in zip(layer.children, zip([input] + shapes, shapes)) {
        rows.append(row(child.name, type(of: child.layer).kind, after, child.layer, before))
      }
    } else {
      let output = try layer.outputShape(input)
      rows.append(row("\(path)", type(of: layer).kind, output, layer, input))
    }
    rows.append(row("total", "", nil, layer, input))
    return .report(Report([.table(Table(rows, leading: [0, 1, 2]))]))
  }

  private static func row(
    _ name: String, _ kind: String, _ output: Shape?, _ layer: any Layer, _ input: Shape
  ) -> [String] {
    let parameters = layer.parameters.reduce(0) { $0 + $1.tensor.count }
    let work = layer.multiplyAdds(input)
    return [name, kind, output.map { "\($0)" } ?? "", "\(parameters)", "\(work)"]
  }
}
