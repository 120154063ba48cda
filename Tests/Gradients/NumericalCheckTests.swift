import Gradients
import Kernels
import Pruning
import Tensors
import Testing

/// Gradients against central differences in double.
struct NumericalCheckTests {
  private static func leaf(_ tensor: Tensor) -> Variable {
    Variable(tensor, source: .leaf(Leaf(isParameter: true)))
  }

  /// Every operation, on a random shape and values.
  static let operations: [(String, @Sendable (inout TestGenerator) throws -> Variable)] = [
    ("abs", { try Variable(AbsoluteValue(), leaf($0.tensor(shape(&$0)))) }),
    ("add", { try Variable(AddConstant(1e-6), leaf($0.tensor(shape(&$0)))) }),
    ("relu", { try Variable(ReLU(), leaf($0.tensor(shape(&$0)))) }),
    ("open relu", { try Variable(OpenReLU(), leaf($0.tensor(shape(&$0)))) }),
    ("leaky relu", { try Variable(LeakyReLU(), leaf($0.tensor(shape(&$0)))) }),
    ("sum", { try Variable(Sum(), leaf($0.tensor(shape(&$0)))) }),
    (
      "sum of rows",
      {
        let tensor = $0.tensor(shape(&$0))
        return try Variable(Sum(Reduction(Array(1..<tensor.shape.rank))), leaf(tensor))
      }
    ),
    ("select", { try Variable(Select(0), leaf($0.tensor(shape(&$0)))) }),
    (
      "product",
      {
        let tensor = $0.tensor(shape(&$0))
        return try Variable(Product(mask: $0.mask(tensor.shape)), leaf(tensor))
      }
    ),
    (
      "convolution",
      {
        let (groups, dilation) = ($0.int(1...2), $0.int(1...2))
        let (channels, filters) = ($0.int(1...2), $0.int(1...2))
        let kernel = $0.int(1...3)
        let side = dilation * (kernel - 1) + 1 + $0.int(0...3)
        let stride = Pair($0.int(1...2), $0.int(1...2))
        let padding = Pair($0.int(0...2), $0.int(0...2))
        let input = $0.tensor([$0.int(1...2), channels * groups, side, side + 1])
        let weight = $0.tensor([filters * groups, channels, kernel, kernel])
        let bias = $0.tensor([filters * groups])
        let convolve = try Convolve(
          input: input.shape, weight: weight.shape, stride: stride, padding: padding,
          dilation: Pair(dilation), groups: groups)
        return try Variable(
          convolve, [leaf(input), leaf(weight)] + ($0.bool() ? [leaf(bias)] : []))
      }
    ),
  ]

  private static func shape(_ random: inout TestGenerator) -> Shape {
    Shape((0..<random.int(1...4)).map { _ in random.int(1...4) })
  }

  @Test(arguments: operations.indices, 0..<100 as Range<UInt64>)
  func everyOperationAgrees(index: Int, seed: UInt64) throws {
    var random = TestGenerator(seed &* 31 &+ UInt64(index))
    let value = try Self.operations[index].1(&random)
    let weights = random.tensor(value.tensor.shape)
    let findings = try NumericalCheck(of: Variable(WeightedSum(weight: weights), value)).findings()
    #expect(!findings.isEmpty)
    for finding in findings {
      #expect(finding.wrong.isEmpty && finding.meant.isEmpty && finding.kinks.isEmpty)
      #expect(finding.checked == finding.gradient.count)
      #expect(finding.largestError?.error ?? 1 < 1e-5)
    }
  }

  /// Behind a unit the check disagrees exactly at masked elements whose gradient is not zero.
  @Test(arguments: 0..<100 as Range<UInt64>)
  func maskedElementsAndOnlyTheyAreMeant(seed: UInt64) throws {
    var random = TestGenerator(seed)
    let filters = random.int(1...4)
    let weight = Self.leaf(random.tensor([filters, 1, 2, 2]))
    let input = Self.leaf(random.tensor([1, 1, 4, 4]))
    let mask = random.mask([filters])
    let epsilon: Float = random.bool() ? 1e-6 : 0
    let convolve = try Convolve(input: input.tensor.shape, weight: weight.tensor.shape)
    var value = try Variable(
      convolve, input, Variable(DynamicPruningUnit(mask, of: weight.tensor.shape), weight))
    value = try Variable(ReLU(), Variable(AddConstant(epsilon), value))
    let loss = try Variable(WeightedSum(weight: random.tensor(value.tensor.shape)), value)
    for finding in try NumericalCheck(of: loss).findings() {
      #expect(finding.wrong.isEmpty && finding.kinks.isEmpty)
      let expected = (0..<finding.gradient.count).filter { element in
        finding.leaf == weight.leaf && mask.elements[element / 4] == 0
          && finding.gradient.elements[element] != 0
      }
      #expect(finding.meant.map(\.element) == expected)
      #expect(epsilon > 0 || expected.isEmpty)
    }
  }

  @Test func aKinkIsNamed() throws {
    let x = Self.leaf(Tensor([0, 1, -1, 5e-11], shape: [4]))
    let finding = try #require(
      try NumericalCheck(of: Variable(Sum(), Variable(ReLU(), x))).findings().first)
    #expect(finding.kinks.map(\.element) == [0, 3])
    #expect(finding.wrong.isEmpty)
  }

  /// A gradient with a mistake: of a factor, of a sign, of one element.
  private struct Planted: Operation {
    let operation: any Operation
    let mistake: @Sendable (inout [Float]) -> Void
    var gradientName: String { operation.gradientName }

    func forward(_ inputs: [Tensor]) throws -> Tensor { try operation.forward(inputs) }
    func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
      try operation.gradients(upstream, after: pass).map { gradient in
        guard let gradient else { return nil }
        var values = gradient.elements
        mistake(&values)
        return Tensor(values, shape: gradient.shape)
      }
    }
    func gradientMagnitudes(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
      try operation.gradientMagnitudes(upstream, after: pass)
    }
    func terms(input: Int, element: Int, after pass: ForwardPass) -> [GradientTerm] { [] }
    func decree(input: Int, after pass: ForwardPass) throws -> GradientFactors? {
      try operation.decree(input: input, after: pass)
    }
    func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
      try operation.reference(inputs)
    }
  }

  @Test(
    arguments: [
      { @Sendable in $0 = $0.map { $0 * 1.01 } }, { @Sendable in $0[0] = -$0[0] },
      { @Sendable in $0[$0.count - 1] += 0.01 },
    ] as [@Sendable (inout [Float]) -> Void])
  func aPlantedMistakeIsFound(mistake: @escaping @Sendable (inout [Float]) -> Void) throws {
    var random = TestGenerator(1)
    let unit = DynamicPruningUnit(Tensor([0, 1], shape: [2]), of: [2, 3])
    for operation in [ReLU(), LeakyReLU(), unit] as [any Operation] {
      let x = try Self.leaf(random.tensor([2, 3]).map(\.magnitude))
      let planted = try Variable(Planted(operation: operation, mistake: mistake), x)
      let finding = try #require(
        try NumericalCheck(of: Variable(Sum(), planted)).findings().first)
      #expect(!finding.wrong.isEmpty)
    }
  }

  @Test func aLargeTensorIsSampled() throws {
    var random = TestGenerator(2)
    let x = Self.leaf(random.tensor([40]))
    let finding = try #require(
      try NumericalCheck(of: Variable(Sum(), x), limit: 7).findings().first)
    #expect(finding.checked == 7)
  }

  /// The gradient of a bias before a batch normalization is 0; float32 leaves what it adds up to.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func whatCancelsOutIsNoMistake(seed: UInt64) throws {
    var random = TestGenerator(seed)
    let bias = Self.leaf(random.tensor([3]))
    let convolution = try Variable(
      Convolve(input: [8, 1, 28, 28], weight: [3, 1, 3, 3]),
      Variable(random.tensor([8, 1, 28, 28])), Self.leaf(random.tensor([3, 1, 3, 3])),
      bias)
    let normal = try Variable(
      BatchNormalize(statistics: .batch), convolution, Variable(random.tensor([3])),
      Variable(random.tensor([3])))
    let value = try Variable(Tanh(), normal)
    let findings = try NumericalCheck(of: value).findings()
    #expect(findings.allSatisfy { $0.wrong.isEmpty })
    let found = try #require(findings.first { $0.leaf == bias.leaf })
    #expect(found.gradient.elements.contains { $0 != 0 })
  }

  /// Behind many layers so much is added up that everything would pass as rounding.
  @Test func aMistakeBehindManyLayersIsFound() throws {
    var random = TestGenerator(3)
    let x = try Self.leaf(random.tensor([1, 64]).map(\.magnitude))
    var value = try Variable(Planted(operation: ReLU()) { $0 = $0.map { _ in 0 } }, x)
    for _ in 0..<10 {
      value = try Variable(
        LinearMap(hasBias: false), value, Variable(random.tensor([64, 64]).map { $0 < 0 ? -1 : 1 }))
    }
    let findings = try NumericalCheck(of: Variable(Sum(), value), limit: 8).findings()
    #expect(findings.first?.wrong.count == 8)
  }
}
