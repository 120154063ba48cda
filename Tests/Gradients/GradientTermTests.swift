import Tensors
import TestSupport
import Testing

@testable import Gradients

/// The explanation of a gradient adds up to the gradient.
struct GradientTermTests {
  @Test(arguments: OperationTests.samples + OperationTests.elementwise)
  func termsAddUpToTheGradient(_ sample: OperationTests.Sample) throws {
    let inputs = try sample.inputs()
    let pass = try ForwardPass(of: sample.operation, inputs)
    let upstream = try values(pass.output.shape, seed: 99)
    let gradients = try sample.operation.gradients(upstream, after: pass)
    for (input, gradient) in gradients.enumerated() {
      let gradient = try #require(gradient)
      let sums = try gradient.elements.indices.map { element in
        try sample.operation.terms(input: input, element: element, after: pass)
          .reduce(0) { $0 + Double(upstream.elements[$1.output]) * Double($1.factor) }
      }
      let difference = FloatDifference(
        gradient.elements, near: sums.map(Float.init), tolerance: 2e-6)
      #expect(difference == nil, "input \(input)")
    }
  }

  @Test func saysWhyATermIsZero() throws {
    let relu = ReLU()
    let input = Tensor([-1, 0, -0.0, 2], shape: [4])
    let pass = try ForwardPass(of: relu, [input])
    let blocks = (0..<4).map { relu.terms(input: 0, element: $0, after: pass).map(\.block) }
    #expect(blocks == [[.closed], [.atZero], [.atZero], [nil]])
    let product = Product(mask: Tensor([0, 1], shape: [2]))
    let two = Tensor([5, 5], shape: [2])
    let masked = try ForwardPass(of: product, [two])
    let terms = try (0..<2).map { try product.terms(input: 0, element: $0, after: masked) }
    #expect(terms.map { $0.map(\.block) } == [[.masked], [nil]])
    #expect(terms.map { $0.map(\.factor) } == [[0], [1]])
  }

  /// A weight's gradient at a corner of a padded image meets padding.
  @Test func paddingIsToldFromAZero() throws {
    let inputs = [Tensor([0, 1, 1, 1], shape: [1, 1, 2, 2]), Tensor([1], shape: [1, 1, 1, 1])]
    let convolve = try Convolve(input: [1, 1, 2, 2], weight: [1, 1, 1, 1], padding: 1)
    let output = try convolve.reference(try inputs.map { try DoubleTensor($0) })
    let terms = try convolve.terms(
      input: 1, element: 0,
      after: ForwardPass(
        inputs: inputs, output: Tensor(output.elements.map(Float.init), shape: output.shape)))
    #expect(terms.count { $0.block == .padding } == 12)
    #expect(terms.count { $0.block == .zeroFactor } == 1)
    #expect(terms.count { $0.block == nil } == 3)
  }
}
