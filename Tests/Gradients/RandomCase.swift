import Gradients
import Kernels
import Pruning
import Tensors

/// A generator for tests that always draws the same (SplitMix64).
struct TestGenerator: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
  mutating func bool() -> Bool { Bool.random(using: &self) }

  /// Values that are neither zero nor near it, or whole numbers with many zeros.
  mutating func tensor(_ shape: Shape, sparse: Bool = false) -> Tensor {
    Tensor(
      (0..<shape.count).map { _ in
        if sparse, int(0...2) == 0 { return 0 }
        let magnitude = Float.random(in: 0.2...1.5, using: &self)
        return bool() ? magnitude : -magnitude
      }, shape: shape)
  }

  mutating func mask(_ shape: Shape) -> Tensor {
    Tensor((0..<shape.count).map { _ in bool() ? 1 : 0 }, shape: shape)
  }
}

/// Σ weight · x: a loss whose terms do not cancel by chance.
struct WeightedSum: Operation {
  let weight: Tensor
  var gradientName: String { "WeightedSumBackward" }

  func forward(_ inputs: [Tensor]) -> Tensor {
    Tensor(scalar: zip(weight.elements, inputs[0].elements).reduce(0) { $0 + $1.0 * $1.1 })
  }
  func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    [try weight.map { $0 * upstream.elements[0] }]
  }
  func terms(input: Int, element: Int, after pass: ForwardPass) -> [GradientTerm] {
    [GradientTerm(output: 0, factor: weight.elements[element])]
  }
  func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    DoubleTensor(
      [zip(weight.elements, inputs[0].elements).reduce(0) { $0 + Double($1.0) * $1.1 }], shape: [])
  }
}

/// An operation whose gradient behaves as if some reasons for zeros were not there.
struct Freed: Operation {
  let operation: any Operation
  let removed: Set<ZeroReason>
  var gradientName: String { operation.gradientName }

  func forward(_ inputs: [Tensor]) throws -> Tensor { try operation.forward(inputs) }
  func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    try operation.terms(input: input, element: element, after: pass)
  }
  func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    try operation.reference(inputs)
  }

  func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    switch operation {
    case is ReLU:
      [
        Tensor(
          upstream.elements.indices.map { index in
            let value = pass.inputs[0].elements[index]
            let passes =
              value > 0 || value < 0 && removed.contains(.closed)
              || value == 0 && removed.contains(.atZero)
            return passes ? upstream.elements[index] * Self.factor(index) : 0
          }, shape: upstream.shape)
      ]
    case let product as Product:
      [
        try upstream.zip(product.mask) { gradient, mask in
          mask == 0 && removed.contains(.masked) ? gradient * 0.7 : gradient * mask
        }
      ]
    case let convolve as Convolve:
      try gradients(
        of: convolve, upstream, pass.inputs, pass.inputs.indices.map { pass.wanted[$0] })
    default:
      try operation.gradients(upstream, after: pass)
    }
  }

  /// The weight's gradient from an input whose zeros and padding are filled, the input's from a
  /// weight whose zeros are.
  private func gradients(
    of convolve: Convolve, _ upstream: Tensor, _ inputs: [Tensor], _ wanted: [Bool]
  ) throws -> [Tensor?] {
    let fillsZeros = removed.contains(.zeroFactor)
    func filled(_ tensor: Tensor) -> Tensor {
      Tensor(
        tensor.elements.enumerated().map { index, value in
          value == 0 && fillsZeros ? Self.factor(index) : value
        }, shape: tensor.shape)
    }
    let (source, padding) = (filled(inputs[0]), convolve.sizes.rows.padding)
    let shape = source.shape
    let padded = Shape([shape[0], shape[1], shape[2] + 2 * padding, shape[3] + 2 * padding])
    let elements = (0..<padded.count).map { index in
      let (y, x) = (index / padded[3] % padded[2] - padding, index % padded[3] - padding)
      guard (0..<shape[2]).contains(y), (0..<shape[3]).contains(x) else {
        return removed.contains(.padding) ? Self.factor(index) : 0
      }
      return source.elements[(index / (padded[2] * padded[3]) * shape[2] + y) * shape[3] + x]
    }
    let stride = Pair(convolve.sizes.rows.stride, convolve.sizes.columns.stride)
    let whole = try Convolve(input: padded, weight: inputs[1].shape, stride: stride)
    let weights = try whole.gradients(
      upstream,
      after: ForwardPass(
        inputs: [Tensor(elements, shape: padded)] + inputs.dropFirst(), output: upstream,
        wanted: [false] + wanted.dropFirst()))
    let input = try convolve.gradients(
      upstream,
      after: ForwardPass(
        inputs: [inputs[0], filled(inputs[1])] + inputs.dropFirst(2), output: upstream,
        wanted: [wanted[0]] + wanted.dropFirst().map { _ in false }))
    return [input[0]] + weights.dropFirst()
  }

  /// Some number that is not zero, another one for each place, so that nothing cancels.
  private static func factor(_ index: Int) -> Float {
    0.3 + Float((UInt64(index) &* 0x9e37_79b9_7f4a_7c15) >> 40) / Float(1 << 24)
  }
}

/// One or two small convolutions with masks, constants and rectifiers at random.
struct RandomCase {
  let leaves: [Variable]
  private let build: ([Variable], (any Operation) -> any Operation) throws -> Variable

  /// The computation, each operation exchanged first.
  func loss(_ exchange: (any Operation) -> any Operation = { $0 }) throws -> Variable {
    try build(leaves, exchange)
  }

  init(seed: UInt64) throws {
    var random = TestGenerator(seed)
    let (batch, channels) = (random.int(1...2), random.int(1...2))
    let filters = random.int(1...3)
    let (side, kernel) = (random.int(3...5), random.int(1...3))
    let (stride, padding) = (random.int(1...2), random.int(0...1))
    let isDeep = random.bool()
    let input = random.tensor([batch, channels, side, side], sparse: random.bool())
    let weight = random.tensor([filters, channels, kernel, kernel])
    let convolve = try Convolve(
      input: input.shape, weight: weight.shape, stride: Pair(stride), padding: Pair(padding))
    let second = random.tensor([2, filters, 1, 1])
    let bias = random.bool() ? random.tensor([filters]) : nil
    let unit = DynamicPruningUnit(random.mask([filters]), of: weight.shape)
    let length = channels * kernel * kernel
    let rows = random.mask([filters]).elements
    let product = Product(
      mask: Tensor((0..<filters * length).map { rows[$0 / length] }, shape: weight.shape))
    let (isPruned, isMasked) = (random.bool(), random.bool())
    let epsilon: Float? = [nil, 0, 1e-6][random.int(0...2)]
    let rectifies = random.int(0...3) > 0
    let size = (side + 2 * padding - kernel) / stride + 1
    let weights = random.tensor([batch, isDeep ? 2 : filters, size, size])
    func leaf(_ tensor: Tensor) -> Variable {
      Variable(tensor, source: .leaf(Leaf(isParameter: true)))
    }
    leaves = [leaf(input), leaf(weight), leaf(second)] + (bias.map { [leaf($0)] } ?? [])
    build = { leaves, exchange in
      func apply(_ operation: any Operation, _ inputs: [Variable]) throws -> Variable {
        try Variable(exchange(operation), inputs)
      }
      var weight = leaves[1]
      if isPruned { weight = try apply(product, [weight]) }
      if isMasked { weight = try apply(unit, [weight]) }
      var value = try apply(convolve, [leaves[0], weight] + leaves.dropFirst(3))
      if let epsilon { value = try apply(AddConstant(epsilon), [value]) }
      if rectifies { value = try apply(ReLU(), [value]) }
      if isDeep {
        let convolve = try Convolve(input: value.tensor.shape, weight: leaves[2].tensor.shape)
        value = try apply(convolve, [value, leaves[2]])
        value = try apply(ReLU(), [value])
      }
      return try apply(WeightedSum(weight: weights), [value])
    }
  }
}
