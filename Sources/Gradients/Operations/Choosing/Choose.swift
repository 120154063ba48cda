import Kernels
import Running
import Tensors

/// Of two elements the first where a condition holds, else the second, all broadcast against each
/// other: `where(mask, x, y)`, `x.masked_fill(mask, y)`.
public struct Choose: Operation {
  /// Where the first is taken.
  public let condition: BooleanTensor
  public let gradientName: String

  /// Makes the operation; the caller has checked that the shapes fit each other.
  ///
  /// - Parameters:
  ///   - condition: where the first input is taken.
  ///   - gradientName: PyTorch's name for the function that does it.
  public init(_ condition: BooleanTensor, named gradientName: String = "WhereBackward0") {
    (self.condition, self.gradientName) = (condition, gradientName)
  }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let plan = try plan(inputs[0].shape, inputs[1].shape)
    return try Tensor(shape: plan.shape) { target in
      try condition.elements.withUnsafeBufferPointer { condition in
        guard let condition = condition.baseAddress else { return }
        try inputs[0].withPointer { first in
          try inputs[1].withPointer { second in
            try plan.choose(target, condition, first, second)
          }
        }
      }
    }
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let condition = try spread(over: pass)
    return try [true, false].enumerated().map { input, isChosen in
      guard pass.wanted[input] else { return nil }
      let all = try Tensor(shape: upstream.shape) { target in
        try upstream.withPointer { upstream in
          try condition.elements.withUnsafeBufferPointer { condition in
            try Parallel.forEachPiece(of: condition.count) { piece in
              for index in piece {
                target[index] = condition[index] == isChosen ? upstream[index] : 0
              }
            }
          }
        }
      }
      return try all.summed(to: pass.inputs[input].shape)
    }
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    try plan(pass.inputs[0].shape, pass.inputs[1].shape).copies(of: element, input: input + 1) {
      place, sources in
      let isChosen = condition.elements[sources[0]] == (input == 0)
      return GradientTerm(
        output: place, factor: isChosen ? 1 : 0, block: isChosen ? nil : .notChosen,
        isLeftOut: !isChosen)
    }
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int {
    pass.output.count / max(1, pass.inputs[input].count)
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let plan = try plan(inputs[0].shape, inputs[1].shape)
    var elements = try Memory.array(mapping: plan.shape.count) { _ in 0.0 }
    plan.forEachRow { row in
      for index in 0..<row.length {
        let places = row.sources &+ row.steps &* index
        elements[row.start + index] =
          condition.elements[places[0]]
          ? inputs[0].elements[places[1]] : inputs[1].elements[places[2]]
      }
    }
    return DoubleTensor(elements, shape: plan.shape)
  }

  /// How condition and both inputs lie under the result.
  private func plan(_ first: Shape, _ second: Shape) throws(ShapeError) -> Broadcast {
    let shape = try Broadcast(
      fitting: condition.shape, try Broadcast(fitting: first, second).shape
    ).shape
    return Broadcast([condition.shape, first, second], to: shape)
  }

  /// The condition for each element of the output.
  private func spread(over pass: ForwardPass) throws -> BooleanTensor {
    try condition.spread(to: pass.output.shape)
  }
}

extension PlainTensor {
  /// The same values, repeated to a larger shape that they fit.
  ///
  /// - Throws: `ShapeError` where memory cannot hold them, `Cancelled`.
  public func spread(to larger: Shape) throws -> PlainTensor {
    guard shape != larger else { return self }
    return try PlainTensor(elements, elements, Broadcast([shape, shape], to: larger), First())
  }
}

extension Tensor {
  /// The same values, repeated to a larger shape that they fit.
  ///
  /// - Throws: `ShapeError` where memory cannot hold them, `Cancelled`.
  func spread(to larger: Shape) throws -> Tensor {
    guard shape != larger else { return self }
    return try Tensor(self, self, Broadcast([shape, shape], to: larger), First<Float>())
  }
}

private struct First<Element: Sendable>: PairFunction {
  func callAsFunction(_ first: Element, _: Element) -> Element { first }
}

extension Broadcast {
  /// Takes each element from one of two sources, by a condition.
  @inlinable
  public func choose<Element>(
    _ target: UnsafeMutablePointer<Element>, _ condition: UnsafePointer<Bool>,
    _ first: UnsafePointer<Element>, _ second: UnsafePointer<Element>
  ) throws {
    try Parallel.forEachPiece(of: shape.count) { piece in
      forEachRow(in: piece) { row in
        let target = target + row.start
        let condition = condition + row.sources[0]
        let (first, second) = (first + row.sources[1], second + row.sources[2])
        // Written out for the most frequent ways to walk, so that they are compiled into vectors.
        switch (row.steps[0], row.steps[1], row.steps[2]) {
        case (1, 1, 1):
          for index in 0..<row.length {
            (target + index).initialize(to: condition[index] ? first[index] : second[index])
          }
        case (1, 1, 0):
          let second = second.pointee
          for index in 0..<row.length {
            (target + index).initialize(to: condition[index] ? first[index] : second)
          }
        case (1, 0, 1):
          let first = first.pointee
          for index in 0..<row.length {
            (target + index).initialize(to: condition[index] ? first : second[index])
          }
        default:
          for index in 0..<row.length {
            (target + index).initialize(
              to: condition[index * row.steps[0]]
                ? first[index * row.steps[1]] : second[index * row.steps[2]])
          }
        }
      }
    }
  }
}
