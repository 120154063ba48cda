import Tensors
import Testing

@testable import Gradients

/// What follows where an operation states value, gradient and kinks of one element.
struct ElementwiseOperationTests {
  /// log(1 + eˣ), whose slope is 1 − e⁻ʸ.
  private struct Softplus: ElementwiseOperation {
    var gradientName: String { "SoftplusBackward0" }
    func value<N: Number>(_ x: N) -> N { .log(1 + .exp(x)) }
    func gradient(_ upstream: Float, x: Float, y: Float) -> Float { upstream * (1 - .exp(-y)) }
  }

  /// x between −1 and 1, the bound beyond.
  private struct HardTanh: ElementwiseOperation {
    var gradientName: String { "HardtanhBackward0" }
    var kinks: [Double] { [-1, 1] }
    func value<N: Number>(_ x: N) -> N { x < -1 ? -1 : x > 1 ? 1 : x }
    func gradient(_ upstream: Float, x: Float, y: Float) -> Float {
      x > -1 && x < 1 ? upstream : 0
    }
    func block(x: Float, y: Float) -> GradientBlock? { .saturated }
  }

  @Test func everythingFollowsFromTheFormula() throws {
    let inputs = [Tensor([-3, -0.5, 0, 0.5, 3], shape: [5])]
    let upstream = Tensor([1, -2, 3, -4, 5], shape: [5])
    let softplus = Softplus()
    let pass = try ForwardPass(of: softplus, inputs)
    let reference = try softplus.reference([DoubleTensor(inputs[0])])
    // log(1 + e⁻³), log(1 + e⁻½), log 2, and x more on the other side, to 15 digits.
    let expected = [0.0485873515737420, 0.474076984180107, 0.693147180559945]
    for (found, value) in zip(reference.elements, expected) {
      #expect((found - value).magnitude < 1e-14)
    }
    for (found, value) in zip(pass.output.elements, reference.elements) {
      #expect((Double(found) - value).magnitude < 1e-6)
    }
    #expect(
      try NumericalGradient.disagreements(
        of: softplus, inputs: inputs, upstream: upstream, input: 0
      )
      .isEmpty)
    let gradient = try #require(try softplus.gradients(upstream, after: pass)[0])
    let magnitude = try #require(try softplus.gradientMagnitudes(upstream, after: pass)[0])
    #expect(magnitude.elements == gradient.elements.map(\.magnitude))
    for element in 0..<5 {
      let term = try #require(softplus.terms(input: 0, element: element, after: pass).first)
      #expect(term.output == element && term.block == nil)
      #expect(term.factor * upstream.elements[element] == gradient.elements[element])
    }
    #expect(try softplus.branches([DoubleTensor(inputs[0])]).isEmpty)
  }

  /// Each side of a kink is a branch, and so is the kink itself.
  @Test func severalKinksHaveSides() throws {
    let input = Tensor([-2, -1, -0.5, 0.5, 1, 2], shape: [6])
    let operation = HardTanh()
    #expect(try operation.branches([DoubleTensor(input)]) == [-2, -1, 0, 0, 1, 2])
    let pass = try ForwardPass(of: operation, [input])
    #expect(pass.output.elements == [-1, -1, -0.5, 0.5, 1, 1])
    let blocks = (0..<6).map { operation.terms(input: 0, element: $0, after: pass).map(\.block) }
    #expect(blocks == [[.saturated], [.saturated], [nil], [nil], [.saturated], [.saturated]])
    let x = Variable(input, source: .leaf(Leaf(isParameter: true)))
    let finding = try #require(
      try NumericalCheck(of: Variable(Sum(), Variable(operation, x))).findings().first)
    #expect(finding.kinks.map(\.element) == [1, 4])
    #expect(finding.wrong.isEmpty)
  }
}
