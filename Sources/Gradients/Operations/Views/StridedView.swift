import Running
import Tensors

/// Where the elements of a view lie in the tensor that it looks at: PyTorch's sizes, strides and
/// storage offset. A step of 0 repeats an element.
public struct ViewPlan: Hashable, Sendable {
  /// The sizes of the view.
  public let shape: Shape
  /// For each dimension how far apart its elements lie in the tensor.
  public let strides: [Int]
  /// Where the first element lies.
  public let offset: Int

  /// Makes a plan.
  public init(shape: Shape, strides: [Int], offset: Int = 0) {
    precondition(shape.rank == strides.count)
    (self.shape, self.strides, self.offset) = (shape, strides, offset)
  }

  /// The plan that shows a whole tensor as it is.
  public init(whole shape: Shape) {
    var step = 1
    let strides = shape.dimensions.reversed().map { size in
      defer { step *= max(1, size) }
      return step
    }
    self.init(shape: shape, strides: strides.reversed())
  }

  /// Calls `body` for each element of the view with its place in it and in the tensor, in order.
  ///
  /// - Throws: `Cancelled`, and what `body` throws.
  @inlinable @inline(__always)
  public func forEach(_ body: (_ place: Int, _ source: Int) throws -> Void) throws {
    guard shape.count > 0 else { return }
    let rank = shape.rank
    let length = rank == 0 ? 1 : shape[rank - 1]
    let step = rank == 0 ? 0 : strides[rank - 1]
    var places = [Int](repeating: 0, count: rank)
    var source = offset
    for start in stride(from: 0, to: shape.count, by: length) {
      if start & 0xffff < length { try Cancellation.check() }
      for index in 0..<length { try body(start + index, source + index * step) }
      var dimension = rank - 2
      while dimension >= 0 {
        places[dimension] += 1
        source += strides[dimension]
        if places[dimension] < shape[dimension] { break }
        source -= strides[dimension] * shape[dimension]
        places[dimension] = 0
        dimension -= 1
      }
    }
  }

  /// The elements, in the order of the view.
  ///
  /// - Throws: `ShapeError` where memory cannot hold them, `Cancelled`.
  public func gather<Element>(_ tensor: PlainTensor<Element>) throws -> PlainTensor<Element> {
    let elements: [Element] = try Memory.array(shape.count) { target in
      try forEach { (target + $0).initialize(to: tensor.elements[$1]) }
    }
    return PlainTensor(elements, shape: shape)
  }
}

/// Elements of a tensor in another order or shape, some left out, some repeated: permuted, sliced,
/// expanded, one row of it. What PyTorch's views show, as a copy.
///
/// The gradient of an element is the sum of those of its places in the view.
public struct StridedView: Operation {
  /// Where the elements lie.
  public let plan: ViewPlan
  public let gradientName: String

  /// Makes the operation; the caller has checked that the plan stays within the input.
  public init(_ plan: ViewPlan, named gradientName: String) {
    (self.plan, self.gradientName) = (plan, gradientName)
  }

  public var keepsTensors: Bool { false }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try Tensor(shape: plan.shape) { target in
      try inputs[0].withPointer { source in
        try plan.forEach { target[$0] = source[$1] }
      }
    }
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let shape = pass.inputs[0].shape
    return [
      try Tensor(shape: shape) { target in
        try Cancellation.forEachPiece(of: shape.count) { piece in
          (target + piece.lowerBound).initialize(repeating: 0, count: piece.count)
        }
        try upstream.withPointer { upstream in
          try plan.forEach { target[$1] += upstream[$0] }
        }
      }
    ]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    var terms: [GradientTerm] = []
    try plan.forEach { place, source in
      if source == element { terms.append(GradientTerm(output: place, factor: 1)) }
    }
    return terms
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int {
    zip(plan.shape.dimensions, plan.strides).reduce(1) { $1.1 == 0 ? $0 * $1.0 : $0 }
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    try plan.gather(inputs[0])
  }
}
