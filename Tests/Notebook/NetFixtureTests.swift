import Gradients
import Layers
import Tensors
import TestSupport
import Testing

@testable import Notebook

/// Networks made, drawn, run and differentiated as PyTorch 2.15.0 does it, residual blocks included.
struct NetFixtureTests {
  struct Net: Decodable, Sendable, CustomTestStringConvertible {
    let spec: String
    let text: String
    let outputName: String
    let parameters: [Floats]
    let output: Floats
    let loss: Floats
    let gradients: [Floats]
    let statistics: [Floats]
    let evaluated: Floats
    let evaluatedGradients: [Floats]
    var testDescription: String { spec }
  }

  struct Content: Decodable { let networks: [Net] }

  private static let networks: [Net] = ["networks", "residuals"].flatMap { name in
    ((try? Fixture.read(name)) as Content?)?.networks ?? []
  }

  @Test func thereAreNetworks() { #expect(Self.networks.count == 4 + 20) }

  @Test(arguments: networks) func isPyTorchs(_ net: Net) throws {
    var notebook = Notebook()
    func run(_ cell: String) throws -> CellResult {
      let result = notebook.run(cell)
      if let failure = result.failure { Issue.record("\(cell): \(failure.message)") }
      return result
    }
    func output() throws -> Tensor { try #require(notebook.session.output?.tensor) }
    func near(_ found: [Float], _ expected: Floats, _ what: String) {
      let difference = FloatDifference(found, near: expected.values, tolerance: 1e-5)
      #expect(difference == nil, "\(what)")
    }
    func gradientsAgree(_ expected: [Floats], _ what: String) throws {
      let parameters = try notebook.session.layer().parameters
      for (parameter, values) in zip(parameters, expected) where !values.values.isEmpty {
        let gradient = try #require(notebook.session.gradient(of: parameter.leaf))
        near(gradient.elements, values, "\(what) \(parameter.tensor.shape)")
      }
    }

    _ = try run("seed 3")
    #expect(TextDifference(try run("net \(net.spec) as n").text ?? "", net.text) == nil)
    let parameters = try notebook.session.layer().parameters
    try #require(parameters.count == net.parameters.count)
    for (parameter, values) in zip(parameters, net.parameters) where !values.values.isEmpty {
      // Initial values are PyTorch's to the bit.
      #expect(FloatDifference(parameter.tensor.elements, values.values) == nil)
    }

    _ = try run("forward")
    #expect(notebook.session.output?.node?.operation.gradientName == net.outputName)
    near(try output().elements, net.output, "output")
    _ = try run("cross_entropy target=1")
    near(try output().elements, net.loss, "loss")
    _ = try run("backward")
    try gradientsAgree(net.gradients, "gradient")
    let statistics = try notebook.session.layer().state()
      .filter { $0.name.contains(".running_") }.map(\.tensor)
    try #require(statistics.count == net.statistics.count)
    for (found, expected) in zip(statistics, net.statistics) {
      near(found.elements, expected, "statistics")
    }

    _ = try run("zero_grad; eval; forward")
    near(try output().elements, net.evaluated, "in evaluation mode")
    _ = try run("backward")
    try gradientsAgree(net.evaluatedGradients, "gradient in evaluation mode")
  }
}
