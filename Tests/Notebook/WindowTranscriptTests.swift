import Gradients
import TestSupport
import Testing

@testable import Notebook

/// Layers with pairs and images without a batch: what the notebook displays is what PyTorch prints,
/// digits as 1.13.1, texts as 2.15.0.
struct WindowTranscriptTests {
  struct Script: Decodable, Sendable, CustomTestStringConvertible {
    let cells: [String]
    let text: [String]
    var testDescription: String { cells.joined(separator: "; ") }
  }

  struct Layer: Decodable, Sendable {
    let stage: String
    let text: String
  }

  struct Graph: Decodable, Sendable {
    let cells: [String]
    let shape: [Int]
    let names: [String]
  }

  private struct Digits: Decodable { let scripts: [Script] }
  private struct Texts: Decodable {
    let layers: [Layer]
    let graphs: [Graph]
  }

  private static let texts: Texts = made { try Fixture.read("window-texts") }
  static let scripts = (made { try Fixture.read("windows") } as Digits).scripts
  static let layers = texts.layers
  static let graphs = texts.graphs

  @Test(arguments: scripts) func displaysWhatPyTorchPrints(_ script: Script) {
    var notebook = Notebook()
    var shown: [String] = []
    for cell in script.cells {
      let result = notebook.run(cell)
      if let failure = result.failure { Issue.record("\(cell): \(failure.message)") }
      if let text = result.text { shown.append(text) }
    }
    let found = shown.joined(separator: "\n")
    #expect(TextDifference(found, script.text.joined(separator: "\n")) == nil)
  }

  @Test(arguments: layers) func layersPrintAsWritten(_ layer: Layer) {
    var notebook = Notebook()
    #expect(notebook.shown("net \(layer.stage)") == "Sequential(\n  (0): \(layer.text)\n)")
  }

  /// The steps of the graph are PyTorch's, from the last value to the input.
  @Test(arguments: graphs) func imagesAlonePassThroughTheStepsOfPyTorch(_ graph: Graph) throws {
    var notebook = Notebook()
    for cell in graph.cells { #expect(notebook.run(cell).failure == nil, "\(cell)") }
    let output = try #require(notebook.session.output)
    #expect(output.tensor.shape.dimensions == graph.shape)
    let steps = Backward.order(of: output).map(\.operation.gradientName)
    #expect(steps == graph.names)
  }
}
