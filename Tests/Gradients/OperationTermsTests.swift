import Running
import Tensors
import TestSupport
import Testing

import struct Kernels.Pair

@testable import Gradients

/// On random shapes: the terms of each element sum to its gradient, and the gradient is what a
/// central difference of the plain reference gives.
struct OperationTermsTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    let operation: any Gradients.Operation
    let shapes: [Shape]
    let seed: UInt64
    var testDescription: String { "\(type(of: operation)) of \(shapes)" }

    /// Values that lie apart, so that no kink and no tie is nearer than the difference's step.
    func inputs() throws -> [Tensor] {
      var generator = Generator(seed: seed)
      return try shapes.map { shape in
        let order = try generator.uniform(shape: shape, low: -1, high: 1)
        let ranks = order.elements.indices.sorted { order.elements[$0] < order.elements[$1] }
        var values = order.elements
        for (rank, index) in ranks.enumerated() {
          values[index] = (Float(rank) + 0.5) / Float(shape.count) * 4 - 2
        }
        return try Tensor(values, shape: shape).map { $0.magnitude < 0.005 ? 0.005 : $0 }
      }
    }
  }

  static let samples: [Sample] = {
    var random = Generator(seed: 17)
    func number(_ range: ClosedRange<Int>) -> Int {
      range.lowerBound + Int(random.next32()) % range.count
    }
    return (0..<12).flatMap { round -> [Sample] in
      let (n, c, h, w) = (number(1...2), number(1...3), number(3...6), number(3...6))
      let image: Shape = [n, c, h, w]
      let (features, outputs) = (number(2...7), number(1...5))
      let rows: Shape = [n, features]
      let kernel = Pair(number(1...3), number(1...3))
      let padding = Pair(number(0...kernel.rows / 2), number(0...kernel.columns / 2))
      let window = PoolingWindow(
        kernel: kernel, stride: Pair(number(1...3), number(1...3)), padding: padding,
        dilation: Pair(number(1...max(1, (h - 1) / max(1, kernel.rows - 1))), 1))
      let plain = PoolingWindow(kernel: kernel, stride: window.stride, padding: padding)
      let weight: Shape = [2, c, number(1...3), number(1...3)]
      let convolve = made {
        try Convolve(
          input: image, weight: weight, stride: Pair(number(1...2), number(1...2)),
          padding: Pair(number(0...2), number(0...2)))
      }
      let channel: Shape = [c]
      let running = BatchNormalize.Statistics.running(
        mean: Tensor([Float](repeating: 0.25, count: c), shape: channel),
        variance: Tensor([Float](repeating: 1.5, count: c), shape: channel))
      let list: [(any Gradients.Operation, [Shape])] = [
        (LeakyReLU(), [image]), (LeakyReLU(slope: 0), [image]), (ReLU(), [image]),
        (Sigmoid(), [image]), (Tanh(), [image]),
        (made { try MaxPool(window, input: image) }, [image]),
        (made { try AveragePool(plain, input: image) }, [image]), (Flatten(), [image]),
        (Mean(), [image]),
        (MeanSquaredError(), [image, image]), (LogSoftmax(), [rows]), (LogSoftmax(), [image]),
        (LogSoftmax(), [[features]]), (Expand([2, n, c, h, w]), [[c, 1, w]]),
        (NegativeLogLikelihood(targets: [number(0...features - 1)], rank: 1), [[features]]),
        (
          NegativeLogLikelihood(
            targets: (0..<n * h * w).map { $0 % 3 == 1 ? nil : number(0...c - 1) }, rank: 4),
          [image]
        ),
        (LinearMap(hasBias: true, rank: 1), [[features], [outputs, features], [outputs]]),
        (LinearMap(hasBias: false, rank: 4), [[n, c, h, features], [outputs, features]]),
        (NegativeLogLikelihood(targets: (0..<n).map { _ in number(0...features - 1) }), [rows]),
        (LinearMap(hasBias: true), [rows, [outputs, features], [outputs]]),
        (LinearMap(hasBias: false), [rows, [outputs, features]]),
        (BatchNormalize(statistics: .batch), [image, channel, channel]),
        (BatchNormalize(statistics: running), [image, channel, channel]),
        (AbsoluteValue(), [image]), (AddConstant(0.5), [image]), (Sum(), [image]),
        (Sum(Reduction([1, 2, 3])), [image]), (Select(n - 1), [image]),
        (Product(mask: Tensor((0..<image.count).map { Float($0 % 2) }, shape: image)), [image]),
        (convolve, [image, weight, [2]]),
        (ConstantPad(Pair(number(0...2), number(0...2))), [image]),
      ]
      let axis = number(0...3)
      let some = Reduction(
        [0, 1, 2, 3].filter { _ in number(0...1) == 0 }, keepsDimensions: number(0...1) == 0)
      let size = image[axis]
      let reductions: [(any Gradients.Operation, [Shape])] = [
        (Sum(some), [image]), (Mean(some), [image]), (Variance(some, correction: 0), [image]),
        (StandardDeviation(Reduction([0, 1, 2, 3])), [image]), (VectorNorm(some), [image]),
        (VectorNorm(some, p: 1), [image]), (VectorNorm(some, p: 3), [image]),
        (Extreme(some, isLargest: true), [image]),
        (Extreme(isLargest: false), [image]), (MedianOfAll(), [image]),
        (ProductOfRow(Reduction([axis])), [image]), (CumulativeSum(axis), [image]),
        (ExtremeOfRow(axis, isLargest: true), [image]), (MedianOfRow(axis), [image]),
        (RankedOfRow(number(1...size), axis), [image]), (SortedRow(axis), [image]),
        (TopOfRow(number(0...size), axis), [image]),
        (Quantile([0.25, 0.7], isList: true, Reduction([axis])), [image]),
      ]
      return (list + reductions).enumerated().map { index, item in
        Sample(operation: item.0, shapes: item.1, seed: UInt64(round * 100 + index))
      }
    }
  }()

  /// Products, scores, losses, and what is computed element by element.
  static let products: [Sample] = {
    var random = Generator(seed: 23)
    func number(_ range: ClosedRange<Int>) -> Int {
      range.lowerBound + Int(random.next32()) % range.count
    }
    return (0..<12).flatMap { round -> [Sample] in
      let (n, c, h, w) = (number(1...2), number(1...3), number(1...4), number(1...4))
      let (image, features, axis): (Shape, Int, Int) = ([n, c, h, w], number(2...7), number(0...3))
      let products: [[Shape]] = [
        [[features], [features]], [[n, features], [features]], [[features], [features, h]],
        [[n, features], [features, h]], [[c, n, features], [features, h]],
        [[c, n, features], [c, features, h]], [[n, features], [c, features, h]],
        [[features], [c, features, h]], [[c, 1, n, features], [w, features, h]],
        [[c, n, features], [1, features, h]],
      ]
      let weights = (1...c).map { Float($0) / 2 }
      let losses: [(any Gradients.Operation, [Shape])] = LossReduction.allCases.flatMap {
        reduction in
        let targets = (0..<n * h * w).map { $0 % 5 == 1 ? nil : number(0...c - 1) }
        let losses: [(any Gradients.Operation, [Shape])] = [
          (MeanSquaredError(reduction), [image, image]),
          (NegativeLogLikelihood(targets: targets, rank: 4, reduction: reduction), [image]),
          (
            NegativeLogLikelihood(
              targets: targets, rank: 4, weights: weights, reduction: reduction), [image]
          ),
        ]
        return losses
      }
      let scores: [(any Gradients.Operation, [Shape])] = [
        (Softmax(axis), [image]), (Softmax(0), [[features]]), (Softmax(0), [[] as Shape]),
        (LogSoftmax(axis), [image]), (Clone(), [image]),
      ]
      let matrices = products.map { shapes -> (any Gradients.Operation, [Shape]) in
        (MatrixMultiply(named: "MmBackward0"), shapes)
      }
      let elementwise: [(any Gradients.Operation, [Shape])] = [
        (Multiply(), [image, [c, 1, w]]), (Add(), [[c, 1, 1], image]), (Subtract(), [image, []]),
        (Negate(), [image]), (Exponential(), [image]), (Clamp(-0.51, 0.73), [image]),
        (Larger.maximum, [image, [h, 1]]), (Larger.upperLimit, [[w], image]),
        (
          Choose(BooleanTensor((0..<h * w).map { $0 % 3 == 0 }, shape: [h, w])),
          [image, [c, h, 1]]
        ),
      ]
      return (losses + scores + matrices + elementwise).enumerated().map { index, item in
        Sample(operation: item.0, shapes: item.1, seed: UInt64(round * 100 + index))
      }
    }
  }()

  @Test(arguments: samples + products) func termsSumToTheGradient(_ sample: Sample) throws {
    let inputs = try sample.inputs()
    let pass = try ForwardPass(of: sample.operation, inputs)
    let upstream = try values(pass.output.shape, seed: sample.seed + 1)
    let gradients = try sample.operation.gradients(upstream, after: pass)
    for (input, gradient) in gradients.enumerated() {
      let gradient = try #require(gradient)
      let sums = try gradient.elements.indices.map { element in
        Float(
          try sample.operation.terms(input: input, element: element, after: pass)
            .reduce(0.0) { $0 + Double(upstream.elements[$1.output]) * Double($1.factor) })
      }
      let difference = FloatDifference(sums, near: gradient.elements, tolerance: 1e-5)
      #expect(difference == nil, "input \(input)")
    }
  }

  @Test(arguments: samples + products) func thereAreAtMostAsManyTermsAsAreClaimed(_ sample: Sample)
    throws
  {
    let pass = try ForwardPass(of: sample.operation, try sample.inputs())
    for (input, tensor) in pass.inputs.enumerated() {
      let limit = sample.operation.termLimit(input: input, after: pass)
      for element in 0..<tensor.count {
        let terms = try sample.operation.terms(input: input, element: element, after: pass)
        #expect(terms.count <= limit, "input \(input)")
      }
    }
  }

  @Test(arguments: samples + products) func magnitudesAreTheTermsWithoutSigns(_ sample: Sample)
    throws
  {
    let inputs = try sample.inputs()
    let pass = try ForwardPass(of: sample.operation, inputs)
    let upstream = try values(pass.output.shape, seed: sample.seed + 1).map(\.magnitude)
    let magnitudes = try sample.operation.gradientMagnitudes(upstream, after: pass)
    for (input, magnitude) in magnitudes.enumerated() {
      let magnitude = try #require(magnitude)
      for (element, value) in magnitude.elements.enumerated() {
        let terms = try sample.operation.terms(input: input, element: element, after: pass)
        let sum = terms.reduce(0.0) {
          $0 + Double(upstream.elements[$1.output] * $1.factor.magnitude)
        }
        #expect(Double(value) >= sum * 0.9999 - 1e-12)
        // What an operation computes in between adds to it.
        let isExact: Bool =
          switch sample.operation {
          case is BatchNormalize, is LogSoftmax, is Softmax, is Sigmoid, is Tanh, is Variance,
            is StandardDeviation:
            false
          default: true
          }
        if isExact {
          #expect(Double(value) <= sum * 1.0001 + 1e-12)
        }
      }
    }
  }

  @Test(arguments: samples + products) func gradientIsTheReferences(_ sample: Sample) throws {
    let inputs = try sample.inputs()
    let upstream = try values(sample.operation.forward(inputs).shape, seed: sample.seed + 1)
    for input in inputs.indices {
      let places = try NumericalGradient.disagreements(
        of: sample.operation, inputs: inputs, upstream: upstream, input: input)
      #expect(places.isEmpty, "input \(input)")
    }
  }

  /// The terms of one element may be as many as a tensor has elements.
  @Test func explainingStops() async {
    await #expect(processExitsWith: .success) {
      let samples = OperationTermsTests.samples + OperationTermsTests.products
      for sample in samples.filter({ $0.seed < 100 }) {
        Cancellation.clear()
        let pass = try ForwardPass(of: sample.operation, try sample.inputs())
        let counts = try pass.inputs.indices.map {
          try sample.operation.terms(input: $0, element: 0, after: pass).count
        }
        Cancellation.request()
        for input in pass.inputs.indices where counts[input] > 1 {
          #expect(throws: Cancelled.self, "\(sample.testDescription), input \(input)") {
            try sample.operation.terms(input: input, element: 0, after: pass)
          }
        }
      }
    }
  }

  /// A factor of 0 says why it is 0.
  @Test func zeroFactorsHaveReasons() throws {
    let shape: Shape = [1, 1, 1, 2]
    func block(_ operation: some Gradients.Operation, _ values: [Float]) throws -> GradientBlock? {
      let pass = try ForwardPass(of: operation, [Tensor(values, shape: shape)])
      return try operation.terms(input: 0, element: 0, after: pass).first?.block
    }
    #expect(try block(LeakyReLU(slope: 0), [-1, 1]) == .closed)
    #expect(try block(LeakyReLU(slope: 0), [0, 1]) == .atZero)
    #expect(try block(LeakyReLU(), [-1, 1]) == nil)
    #expect(try block(Sigmoid(), [40, 1]) == .saturated)
    #expect(try block(Tanh(), [-40, 1]) == .saturated)
    #expect(try block(Tanh(), [0.5, 1]) == nil)
    #expect(try block(Softmax(3), [200, 0]) == .saturated)
    #expect(try block(Softmax(3), [1, 0]) == nil)
  }

  @Test func theWinnerOfAWindowIsTheFirstOfEquals() throws {
    let inputs = [Tensor([1, 3, 3, 2], shape: [1, 1, 2, 2])]
    let pool = try MaxPool(PoolingWindow(kernel: 2), input: [1, 1, 2, 2])
    let pass = try ForwardPass(of: pool, inputs)
    let blocks = try (0..<4).map { try pool.terms(input: 0, element: $0, after: pass).map(\.block) }
    #expect(blocks == [[.notLargest], [nil], [.notLargest], [.notLargest]])
  }
}
