import Layers
import Reports
import Tensors

/// `summary`: layers, shapes, parameters and work of a network.
enum SummaryCommand: Command {
  static let name = "summary"
  static let worksOnLayer = true
  static let summary = "list a network's layers, shapes, parameters and multiply-adds"
  static let details = """
    A row for each stage, after those within it: the shape of its value, its number of trainable
    values, and how many products are added up to compute it, masked filters included. Shapes are
    those for the input where it fits, else for the one that forward would draw.
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

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let session = evaluation.session
    let (path, layer) = (try evaluation.path, try evaluation.layer())
    let known = [type(of: layer).followsOthers ? session.output : nil, session.input]
    let input =
      known.compactMap { $0?.tensor.shape }.first { (try? layer.outputShape($0)) != nil }
      ?? layer.drawnInput
    var table = Table(
      [["layer", "type", "output", "parameters", "multiply-adds"], ["", "input", "\(input)"]],
      leading: [0, 1, 2])
    var total = (parameters: 0, work: 0)
    func add(_ name: String, _ layer: any Layer, _ input: Shape, _ output: Shape) throws {
      try addStages(of: layer, name + ".", input)
      let parameters = layer.ownParameters.reduce(0) { $0 + $1.parameter.tensor.count }
      let work = layer.isNetwork ? 0 : layer.multiplyAdds(input)
      total = (total.parameters + parameters, total.work + work)
      try table.append([name, type(of: layer).kind, "\(output)", "\(parameters)", "\(work)"])
    }
    func addStages(of layer: any Layer, _ prefix: String, _ input: Shape) throws {
      let shapes = try layer.shapes(input)
      for (child, (before, after)) in zip(layer.children, zip([input] + shapes, shapes)) {
        try add(prefix + child.name, child.layer, before, after)
      }
    }
    if layer.isNetwork {
      do {
        _ = try layer.outputShape(input)
        try addStages(of: layer, "", input)
      } catch let error as LayerError {
        throw UnfitInput(error: error, layer: layer, source: .input)
      }
    } else {
      try add("\(path)", layer, input, try layer.outputShape(input))
    }
    try table.append(["total", "", "", "\(total.parameters)", "\(total.work)"])
    return .report(Report([.table(table)]))
  }

  // dpu alone has it.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}
