import Gradients
import Pruning
import Tensors
import Testing

/// Backward rules that are not the derivative, on purpose, of any input and with any factor.
struct DecreeTests {
  private static let mask = Tensor([0, 1, 1, 0, 1, 0], shape: [6])
  private static let factors = Tensor([0.1, 1, 1, 0.1, 1, 0.1], shape: [6])
  private static let weights = Tensor([1.5, -2, 0.5, -0.25, 3, 2], shape: [6])

  private static func leaf(_ elements: [Float]) -> Variable {
    Variable(Tensor(elements, shape: [6]), source: .leaf(Leaf(isParameter: true)))
  }

  /// `x * mask` forward, `grad * (0.1 + 0.9 * mask)` backward.
  private struct Leaking: FactorOperation {
    var gradientName: String { "LeakingBackward" }
    var decreed = DecreeTests.factors

    func forward(_ inputs: [Tensor]) throws -> Tensor { try inputs[0].zip(mask, *) }
    func factors(after pass: ForwardPass) -> GradientFactors { .each(DecreeTests.factors) }
    func decree(input: Int, after pass: ForwardPass) -> GradientFactors? { .each(decreed) }
    func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
      try DoubleTensor(shape: [6]) { inputs[0].elements[$0] * Double(mask.elements[$0]) }
    }
  }

  /// a · b, where the gradient of b is a's value times upstream, and that of a goes straight through.
  private struct HalfStraight: Gradients.Operation {
    var gradientName: String { "HalfStraightBackward" }

    func forward(_ inputs: [Tensor]) throws -> Tensor { try inputs[0].zip(inputs[1], *) }
    func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
      [upstream, try upstream.zip(pass.inputs[0], *)]
    }
    func terms(input: Int, element: Int, after pass: ForwardPass) -> [GradientTerm] {
      [GradientTerm(output: element, factor: input == 0 ? 1 : pass.inputs[0].elements[element])]
    }
    func decree(input: Int, after pass: ForwardPass) -> GradientFactors? {
      input == 0 ? .ones : nil
    }
    func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
      try DoubleTensor(shape: [6]) { inputs[0].elements[$0] * inputs[1].elements[$0] }
    }
  }

  private static func findings(
    _ operation: some Gradients.Operation, _ inputs: Variable...
  ) throws -> [NumericalCheck.Finding] {
    let loss = try Variable(WeightedSum(weight: weights), Variable(operation, inputs))
    return try NumericalCheck(of: loss).findings()
  }

  @Test func aFactorForEachElementIsMeant() throws {
    let finding = try #require(
      try Self.findings(Leaking(), Self.leaf([1, -1, 2, -2, 3, -3])).first)
    for (found, expected) in zip(finding.gradient.elements, [0.15, -2, 0.5, -0.025, 3, 0.2]) {
      #expect((Double(found) - expected).magnitude < 1e-6)
    }
    #expect(finding.meant.map(\.element) == [0, 3, 5])
    #expect(finding.meant.allSatisfy { $0.difference.magnitude < 1e-9 })
    #expect(finding.wrong.isEmpty && finding.kinks.isEmpty && finding.unmeasured.isEmpty)
  }

  @Test func aGradientThatIsNotTheDecreedOneIsWrong() throws {
    let other = Tensor([0.1, 1, 1, 0.2, 1, 0.1], shape: [6])
    let finding = try #require(
      try Self.findings(Leaking(decreed: other), Self.leaf([1, -1, 2, -2, 3, -3])).first)
    #expect(finding.wrong.map(\.element) == [3])
    #expect(finding.meant.map(\.element) == [0, 5])
  }

  @Test func termsMultiplyByTheFactors() throws {
    let pass = try ForwardPass(of: Leaking(), [Self.weights])
    let terms = try (0..<6).map { try Leaking().terms(input: 0, element: $0, after: pass) }
    #expect(terms.map { $0.map(\.factor) } == Self.factors.elements.map { [$0] })
    #expect(terms.map { $0.map(\.output) } == (0..<6).map { [$0] })
  }

  /// A decree for one input leaves the others to the derivative, also of what moves both.
  @Test func oneInputOfTwoMayBeDecreed() throws {
    let (a, b) = (Self.leaf([1, -1, 2, -2, 3, -3]), Self.leaf([4, 5, 1, 7, 8, 9]))
    let findings = try Self.findings(HalfStraight(), a, b)
    #expect(findings.allSatisfy { $0.wrong.isEmpty && $0.checked == 6 })
    let byLeaf = Dictionary(uniqueKeysWithValues: findings.map { ($0.leaf, $0) })
    let (first, second) = (
      try #require(a.leaf.flatMap { byLeaf[$0] }), try #require(b.leaf.flatMap { byLeaf[$0] })
    )
    // Where b is 1 the derivative is the decree.
    #expect(first.meant.map(\.element) == [0, 1, 3, 4, 5])
    #expect(second.meant.isEmpty)
    // One leaf for both: 1 by decree and x by the derivative.
    let both = try #require(try Self.findings(HalfStraight(), a, a).first)
    #expect(both.wrong.isEmpty)
    for (element, x) in [1, -1, 2, -2, 3, -3].enumerated() {
      let expected = (1 + Float(x)) * Self.weights.elements[element]
      #expect(both.gradient.elements[element] == expected)
    }
  }
}
