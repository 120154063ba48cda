import Kernels
import Pruning
import Tensors
import TestSupport
import Testing

@testable import Gradients

/// What holds for every operation: it computes its reference, and the gradient of that.
struct OperationTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    let operation: any Gradients.Operation
    let shapes: [Shape]
    /// Whether only what is well above 0 has a value, or a gentle slope.
    var isPositive = false
    var testDescription: String { "\(type(of: operation)) of \(shapes)" }

    func inputs() throws -> [Tensor] {
      try shapes.enumerated().map { place, shape in
        let values = try values(shape, seed: UInt64(place) + 7)
        return isPositive ? try values.map { $0.magnitude + 0.3 } : values
      }
    }
  }

  static let bank: Shape = [4, 2, 3, 3]

  static let samples: [Sample] = [
    Sample(operation: AbsoluteValue(), shapes: [bank]),
    Sample(operation: OpenReLU(), shapes: [bank]),
    Sample(operation: Add(), shapes: [bank, bank]),
    Sample(operation: AddConstant(0.25), shapes: [bank]),
    Sample(operation: pool(AveragePool.init, PoolingWindow(kernel: 2)), shapes: [bank]),
    Sample(operation: BatchNormalize(statistics: .batch), shapes: [bank, [2], [2]]),
    Sample(operation: ConstantPad(Pair(1, 2)), shapes: [bank]),
    convolution([[1, 2, 5, 4], bank]),
    convolution([[1, 2, 5, 4], bank, [4]], stride: Pair(2, 1), padding: Pair(1, 0)),
    convolution([[3, 4, 5, 6], bank, [4]], padding: 2, dilation: Pair(2, 3), groups: 2),
    Sample(
      operation: DynamicPruningUnit(Tensor([1, 1, 1, 1], shape: [4]), of: bank), shapes: [bank]),
    Sample(operation: Expand([4, 2, 3, 3]), shapes: [[2, 1, 3]]),
    Sample(operation: Flatten(), shapes: [bank]),
    Sample(operation: LeakyReLU(), shapes: [bank]),
    Sample(operation: LinearMap(hasBias: true), shapes: [[2, 3], [4, 3], [4]]),
    Sample(operation: LinearMap(hasBias: false, rank: 3), shapes: [[2, 1, 3], [4, 3]]),
    Sample(operation: LogSoftmax(), shapes: [[3, 4]]),
    Sample(operation: LogSoftmax(), shapes: [[2, 3, 4]]),
    Sample(operation: pool(MaxPool.init, PoolingWindow(kernel: Pair(3, 2))), shapes: [bank]),
    Sample(operation: Mean(), shapes: [bank]),
    Sample(operation: MeanSquaredError(), shapes: [bank, bank]),
    Sample(operation: NegativeLogLikelihood(targets: [1, 0, 3]), shapes: [[3, 4]]),
    Sample(
      operation: Product(mask: Tensor((0..<72).map { Float($0 % 3) }, shape: bank)),
      shapes: [bank]),
    Sample(operation: ReLU(), shapes: [bank]),
    Sample(operation: Select(2), shapes: [bank]),
    Sample(operation: Select(1), shapes: [[3]]),
    Sample(operation: Sigmoid(), shapes: [bank]),
    Sample(operation: Squeeze(), shapes: [[1, 2, 3]]),
    Sample(operation: Sum(), shapes: [bank]),
    Sample(operation: Sum(Reduction([1, 2, 3])), shapes: [bank]),
    Sample(operation: Tanh(), shapes: [bank]),
    Sample(operation: Unsqueeze(), shapes: [[2, 3]]),
  ]

  /// Those each of whose results is one element of an input.
  static let rearrangements: [Sample] = [
    Sample(
      operation: IndexElements(
        made {
          try IndexPlan(
            bank, places: PlainTensor([9, 0, 9, 0], shape: [2, 2]), outer: [0], inner: [2, 3])
        }), shapes: [bank]),
    Sample(
      operation: JoinTensors(
        JoinPlan(concatenating: [[2, 1], [2, 3]], along: 1, to: [2, 4]), named: "CatBackward0"),
      shapes: [[2, 1], [2, 3]]),
    Sample(
      operation: JoinTensors(
        JoinPlan(stacking: 2, along: 1, to: [3, 2]), named: "StackBackward0"),
      shapes: [[3], [3]]),
    Sample(
      operation: View("PermuteBackward0") { $0.permuted([2, 0, 1]).flipping(0) },
      shapes: [[2, 3, 4]]),
    Sample(
      operation: View("RepeatBackward0", as: [4, 9]) { $0.repeated([2, 3]) }, shapes: [[2, 3]]),
  ]

  /// Products, scores and losses.
  static let products: [Sample] = [
    Sample(operation: MatrixMultiply(named: "MmBackward0"), shapes: [[2, 3], [3, 4]]),
    Sample(operation: MatrixMultiply(named: "MvBackward0"), shapes: [[4, 2, 3], [3]]),
    Sample(
      operation: MatrixMultiply(named: "UnsafeViewBackward0"), shapes: [[2, 1, 4, 3], [5, 3, 2]]),
    Sample(operation: Softmax(1), shapes: [bank]),
    Sample(operation: Softmax(0), shapes: [[9]]),
    Sample(operation: LogSoftmax(3), shapes: [bank]),
    Sample(operation: MeanSquaredError(.none), shapes: [bank, bank]),
    Sample(operation: MeanSquaredError(.sum), shapes: [bank, bank]),
    Sample(
      operation: NegativeLogLikelihood(
        targets: [1, nil, 3], weights: [0.5, 1, 1.5, 2], reduction: .none),
      shapes: [[3, 4]]),
    Sample(operation: Clone(), shapes: [bank]),
  ]

  /// Those of each element by itself, and of two that are broadcast against each other.
  static let elementwise: [Sample] = [
    Sample(operation: Multiply(), shapes: [bank, [2, 1, 3]]),
    Sample(operation: Multiply(), shapes: [[], bank]),
    Sample(operation: Subtract(), shapes: [[4, 1, 1, 1], bank]),
    Sample(operation: Divide(), shapes: [bank, [3, 1]], isPositive: true),
    Sample(operation: Remainder(), shapes: [[2], [2]], isPositive: true),
    Sample(operation: Remainder(.byNumber), shapes: [[3], []], isPositive: true),
    Sample(operation: Power(), shapes: [bank, [2, 1, 1]], isPositive: true),
    Sample(operation: PowerByNumber(2.3), shapes: [bank], isPositive: true),
    Sample(operation: PowerByNumber(-1), shapes: [bank], isPositive: true),
    Sample(operation: PowerOfNumber(1.0625), shapes: [bank]),
    Sample(operation: Negate(), shapes: [bank]),
    Sample(operation: Reciprocal(), shapes: [bank], isPositive: true),
    Sample(operation: Exponential(), shapes: [bank]),
    Sample(operation: Logarithm(), shapes: [bank], isPositive: true),
    Sample(operation: SquareRoot(), shapes: [bank], isPositive: true),
    Sample(operation: StepFunction(.sign), shapes: [bank]),
    Sample(operation: StepFunction(.round), shapes: [bank], isPositive: true),
    Sample(operation: StepFunction(.floor), shapes: [bank]),
    Sample(operation: StepFunction(.ceiling), shapes: [bank]),
    Sample(operation: StepFunction(.roundToDecimals(1)), shapes: [[4]]),
    Sample(operation: Clamp(-0.5, 0.25), shapes: [bank]),
    Sample(operation: Clamp(nil, 0.25), shapes: [bank]),
    Sample(operation: Larger.maximum, shapes: [bank, [3]]),
    Sample(operation: Larger.minimum, shapes: [[2, 1, 1], bank]),
    Sample(operation: ClampBetween(), shapes: [bank, [3, 1], [2, 1, 1]]),
    Sample(
      operation: Choose(BooleanTensor([true, false, true], shape: [3, 1])),
      shapes: [bank, [2, 1, 1]]),
    Sample(
      operation: Choose(
        BooleanTensor((0..<72).map { $0 % 5 < 2 }, shape: bank), named: "MaskedFillBackward0"),
      shapes: [[], bank]),
  ]

  /// Those of which PyTorch has no gradient.
  static let withoutGradient: [Sample] = [
    Sample(operation: FloorDivide(), shapes: [bank, [3]], isPositive: true),
    Sample(operation: Remainder(.ofNumber), shapes: [[], bank], isPositive: true),
  ]

  static let all = samples + products + reductions + rearrangements + elementwise

  /// Those that make one number of each row, and those that pick elements.
  static let reductions: [Sample] = [
    Sample(operation: Mean(Reduction([0, 2], keepsDimensions: true)), shapes: [bank]),
    Sample(operation: Variance(Reduction([1, 3])), shapes: [bank]),
    Sample(operation: Variance(Reduction([0]), correction: 0), shapes: [[5]]),
    Sample(operation: StandardDeviation(Reduction([0]), correction: 0.5), shapes: [bank]),
    Sample(operation: VectorNorm(), shapes: [bank]),
    Sample(operation: VectorNorm(Reduction([1])), shapes: [bank]),
    Sample(operation: VectorNorm(Reduction([3]), p: 1), shapes: [bank]),
    Sample(operation: VectorNorm(Reduction([0, 3]), p: .infinity), shapes: [bank]),
    Sample(operation: VectorNorm(Reduction([0]), p: -.infinity), shapes: [bank]),
    Sample(operation: VectorNorm(Reduction([2]), p: 0.5), shapes: [bank]),
    Sample(operation: VectorNorm(Reduction([2]), p: 1.5), shapes: [bank]),
    Sample(operation: VectorNorm(Reduction([0, 1]), p: 3), shapes: [bank]),
    Sample(operation: VectorNorm(Reduction([2, 3]), p: -1), shapes: [bank]),
    Sample(operation: Extreme(isLargest: true), shapes: [bank]),
    Sample(operation: Extreme(isLargest: false), shapes: [[3]]),
    Sample(operation: Extreme(Reduction([1, 2]), isLargest: true), shapes: [bank]),
    Sample(operation: Extreme(Reduction([0]), isLargest: false), shapes: [bank]),
    Sample(operation: MedianOfAll(), shapes: [[2, 4]]),
    Sample(operation: ProductOfRow(), shapes: [[2, 3]]),
    Sample(operation: ProductOfRow(Reduction([1])), shapes: [[2, 3, 2]]),
    Sample(operation: CumulativeSum(1), shapes: [bank]),
    Sample(operation: CumulativeSum(3), shapes: [bank]),
    Sample(operation: ExtremeOfRow(1, isLargest: true), shapes: [bank]),
    Sample(operation: ExtremeOfRow(3, keepsDimension: true, isLargest: false), shapes: [bank]),
    Sample(operation: MedianOfRow(0), shapes: [bank]),
    Sample(operation: RankedOfRow(2, 2), shapes: [bank]),
    Sample(operation: SortedRow(0), shapes: [bank]),
    Sample(operation: SortedRow(3, descending: true, isStable: true), shapes: [bank]),
    Sample(operation: TopOfRow(2, 1), shapes: [[2, 5, 3]]),
    Sample(operation: Quantile([0.3], isList: false, .whole), shapes: [bank]),
    Sample(
      operation: Quantile([0, 0.4, 1], isList: true, Reduction([1], keepsDimensions: true)),
      shapes: [[3, 4, 2]]),
    Sample(
      operation: Quantile([0.4], isList: true, Reduction([0]), interpolation: .midpoint),
      shapes: [[4, 2]]),
  ]

  private static func convolution(
    _ shapes: [Shape], stride: Pair = 1, padding: Pair = 0, dilation: Pair = 1, groups: Int = 1
  ) -> Sample {
    let operation = made {
      try Convolve(
        input: shapes[0], weight: shapes[1], stride: stride, padding: padding, dilation: dilation,
        groups: groups)
    }
    return Sample(operation: operation, shapes: shapes)
  }

  private static func pool<Pool>(
    _ make: (PoolingWindow, Shape) throws -> Pool, _ window: PoolingWindow
  ) -> Pool {
    made { try make(window, bank) }
  }

  @Test(arguments: all + withoutGradient) func computesItsReference(_ sample: Sample) throws {
    let inputs = try sample.inputs()
    let found = try sample.operation.forward(inputs)
    let expected = try sample.operation.reference(try inputs.map { try DoubleTensor($0) })
    #expect(found.shape == expected.shape)
    let difference = FloatDifference(
      found.elements, near: expected.elements.map(Float.init), tolerance: 1e-6)
    #expect(difference == nil)
  }

  @Test(arguments: all) func hasTheGradientOfItsReference(
    _ sample: Sample
  ) throws {
    let inputs = try sample.inputs()
    let upstream = try values(sample.operation.forward(inputs).shape, seed: 99)
    for input in inputs.indices {
      let places = try NumericalGradient.disagreements(
        of: sample.operation, inputs: inputs, upstream: upstream, input: input)
      #expect(places.isEmpty, "input \(input)")
    }
  }

  @Test(arguments: withoutGradient) func saysThatItHasNoGradient(_ sample: Sample) throws {
    let inputs = try sample.inputs()
    let pass = try ForwardPass(of: sample.operation, inputs)
    #expect(throws: BackwardError.self) {
      try sample.operation.gradients(pass.output, after: pass)
    }
    #expect(sample.operation.gradientName == "NotImplemented")
  }

  /// What an operation keeps of its forward pass changes no bit.
  @Test(arguments: all) func recordsWhatItWouldComputeAgain(
    _ sample: Sample
  )
    throws
  {
    let inputs = try sample.inputs()
    let pass = try ForwardPass(of: sample.operation, inputs)
    #expect(pass.output.isIdentical(to: try sample.operation.forward(inputs)))
    let upstream = try values(pass.output.shape, seed: 3)
    let found = try sample.operation.gradients(upstream, after: pass)
    let expected = try sample.operation.gradients(
      upstream, after: ForwardPass(inputs: inputs, output: pass.output))
    for (found, expected) in zip(found, expected) {
      #expect(try #require(found).isIdentical(to: try #require(expected)))
    }
  }

  /// The check can find a wrong gradient, and finds the unit's where it differs by design.
  @Test func theUnitDisagreesExactlyWhereItMasks() throws {
    let unit = DynamicPruningUnit(Tensor([1, 0, 1, 0], shape: [4]), of: Self.bank)
    let inputs = [try values(Self.bank, seed: 1)]
    let upstream = try values(Self.bank, seed: 2)
    let places = try NumericalGradient.disagreements(
      of: unit, inputs: inputs, upstream: upstream, input: 0)
    #expect(places == Array(18..<36) + Array(54..<72))
  }

  /// The file is named for its operation.
  @Test func everyOperationIsChecked() throws {
    let checked = Set(
      (Self.all + Self.withoutGradient).map { "\(type(of: $0.operation))" })
    for file in try Fixture.swiftFiles(in: "Sources/Gradients/Operations") {
      #expect(checked.contains(file), "\(file) has no sample here")
    }
    #expect(checked.contains("StandardDeviation"))
  }

  @Test func gradientsThatNobodyWantsAreNotComputed() throws {
    let inputs = try [Shape([1, 2, 4, 4]), [3, 2, 3, 3], [3]].map { try values($0, seed: 5) }
    let convolve = try Convolve(input: inputs[0].shape, weight: inputs[1].shape)
    let output = try convolve.forward(inputs)
    for wanted in [[true, false, false], [false, true, false], [false, false, true]] {
      let found = try convolve.gradients(
        output, after: ForwardPass(inputs: inputs, output: output, wanted: wanted))
      #expect(found.map { $0 != nil } == wanted)
    }
  }

  @Test func namesAreThoseOfPyTorch() {
    let names = Self.samples.map(\.operation.gradientName)
    let expected = [
      "AbsBackward0", "OpenReluBackward", "AddBackward0", "AddBackward0", "AvgPool2DBackward0",
      "NativeBatchNormBackward0", "ConstantPadNdBackward0",
      "ConvolutionBackward0", "ConvolutionBackward0", "ConvolutionBackward0", "DPUBackward",
      "ExpandBackward0", "ViewBackward0", "LeakyReluBackward0", "AddmmBackward0",
      "UnsafeViewBackward0", "LogSoftmaxBackward0", "LogSoftmaxBackward0",
      "MaxPool2DWithIndicesBackward0", "MeanBackward0", "MseLossBackward0", "NllLossBackward0",
      "MulBackward0", "ReluBackward0", "SelectBackward0", "SelectBackward0", "SigmoidBackward0",
      "SqueezeBackward1", "SumBackward0", "SumBackward1", "TanhBackward0", "UnsqueezeBackward0",
    ]
    #expect(names == expected)
    let reductions = Self.reductions.map(\.operation.gradientName)
    #expect(
      reductions == [
        "MeanBackward1", "VarBackward0", "VarBackward0", "StdBackward0",
        "LinalgVectorNormBackward0", "LinalgVectorNormBackward0", "LinalgVectorNormBackward0",
        "LinalgVectorNormBackward0", "LinalgVectorNormBackward0", "LinalgVectorNormBackward0",
        "LinalgVectorNormBackward0", "LinalgVectorNormBackward0", "LinalgVectorNormBackward0",
        "MaxBackward1", "MinBackward1", "AmaxBackward0", "AminBackward0", "MedianBackward0",
        "ProdBackward0", "ProdBackward1", "CumsumBackward0", "CumsumBackward0", "MaxBackward0",
        "MinBackward0", "MedianBackward1", "KthvalueBackward0", "SortBackward0", "SortBackward1",
        "TopkBackward0", "SqueezeBackward4", "SqueezeBackward4", "SqueezeBackward4",
      ])
  }
}
