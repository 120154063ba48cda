import Kernels
import Tensors
import TestSupport
import Testing

@testable import Gradients

/// Forward, gradients and `grad_fn` of each operation: PyTorch 2.15.0's, as `operations.json` holds
/// them.
struct OperationFixtureTests {
  struct Settings: Decodable, Sendable {
    var slope: Float?
    var kernel: Int?
    var stride: Int?
    var padding: Int?
    var targets: [Int]?
    var mean: Floats?
    var variance: Floats?
    /// Whether zeros have PyTorch's signs.
    var signs: Bool?
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let kind: String
    let settings: Settings
    let exact: Bool
    let shapes: [[Int]]
    let inputs: [Floats]
    let upstream: Floats
    let name: String
    let output: Floats
    let outputShape: [Int]
    let gradients: [Floats]

    var testDescription: String { "\(kind) of \(shapes)" }

    var tensors: [Tensor] {
      zip(shapes, inputs).map { Tensor($1.values, shape: Shape($0)) }
    }

    /// The steps of the operation, first to last; cross-entropy has two.
    func operations() throws -> [any Gradients.Operation] {
      let window = PoolingWindow(
        kernel: Pair(settings.kernel ?? 1), stride: settings.stride.map { Pair($0) },
        padding: Pair(settings.padding ?? 0))
      switch kind {
      case "sigmoid": return [Sigmoid()]
      case "tanh": return [Tanh()]
      case "mean": return [Mean()]
      case "flatten": return [Flatten()]
      case "leaky_relu": return [LeakyReLU(slope: try #require(settings.slope))]
      case "mse": return [MeanSquaredError()]
      case "maxpool": return [try MaxPool(window, input: Shape(shapes[0]))]
      case "avgpool": return [try AveragePool(window, input: Shape(shapes[0]))]
      case "linear": return [LinearMap(hasBias: inputs.count > 2)]
      case "log_softmax": return [LogSoftmax()]
      case "cross_entropy":
        return [LogSoftmax(), NegativeLogLikelihood(targets: try #require(settings.targets))]
      case "batchnorm":
        guard let mean = settings.mean, let variance = settings.variance else {
          return [BatchNormalize(statistics: .batch)]
        }
        let channels = Shape([mean.values.count])
        return [
          BatchNormalize(
            statistics: .running(
              mean: Tensor(mean.values, shape: channels),
              variance: Tensor(variance.values, shape: channels)))
        ]
      default:
        Issue.record("no operation \(kind)")
        return []
      }
    }
  }

  struct Content: Decodable { let operations: [Case] }

  private static let cases: [Case] =
    ((try? Fixture.read("operations")) as Content?)?.operations ?? []

  @Test func thereAreCasesOfEveryKind() {
    let kinds = Dictionary(grouping: Self.cases, by: \.kind).mapValues(\.count)
    #expect(
      kinds == [
        "sigmoid": 5, "tanh": 5, "mean": 4, "flatten": 2, "leaky_relu": 13, "mse": 4,
        "maxpool": 12, "avgpool": 12, "linear": 15, "log_softmax": 6, "cross_entropy": 6,
        "batchnorm": 31,
      ])
  }

  @Test(arguments: cases) func isPyTorchs(_ sample: Case) throws {
    let leaves = sample.tensors.map { Variable($0, source: .leaf(Leaf(isParameter: false))) }
    var value: Variable?
    for operation in try sample.operations() {
      value = try Variable(operation, value.map { [$0] } ?? leaves)
    }
    let output = try #require(value)
    #expect(output.node?.operation.gradientName == sample.name)
    #expect(output.tensor.shape == Shape(sample.outputShape))
    try compare(output.tensor.elements, sample.output.values, sample, "output")

    let upstream = Tensor(sample.upstream.values, shape: output.tensor.shape)
    let map = try Backward.gradients(of: output, upstream: upstream)
    for (index, leaf) in leaves.enumerated() {
      let gradient = try #require(leaf.leaf.flatMap { map.leaves[$0] })
      #expect(gradient.shape == leaf.tensor.shape)
      try compare(gradient.elements, sample.gradients[index].values, sample, "gradient \(index)")
    }
  }

  private func compare(
    _ found: [Float], _ expected: [Float], _ sample: Case, _ what: String
  ) throws {
    if sample.exact {
      #expect(FloatDifference(found, expected) == nil, "\(what)")
      return
    }
    if sample.settings.signs == true {
      #expect(found.map { $0 == 0 ? $0.sign : nil } == expected.map { $0 == 0 ? $0.sign : nil })
    }
    // NaN and infinities are compared by themselves, the tolerance is for the rest.
    try #require(found.count == expected.count)
    for (a, b) in zip(found, expected) where !b.isFinite { #expect(a.isNaN == b.isNaN, "\(what)") }
    let places = expected.indices.filter { expected[$0].isFinite }
    let difference = FloatDifference(
      places.map { found[$0] }, near: places.map { expected[$0] }, tolerance: 1e-5)
    #expect(difference == nil, "\(what)")
  }

  /// In training mode the constant cancels but for what rounding leaves: below 0, not at it.
  @Test func normalizedConstantIsWhatRoundingLeaves() throws {
    let sample = try #require(Self.cases.last { $0.kind == "batchnorm" })
    let output = try BatchNormalize(statistics: .batch).forward(sample.tensors)
    #expect(FloatDifference(output.elements, sample.output.values) == nil)
    #expect(output.elements.allSatisfy { $0 < 0 && $0 > -1e-11 })
  }
}
