import Kernels
import Running
import Tensors

/// The elements that become one number.
public struct Row<N: Number> {
  /// The first element; the others follow it.
  public let base: UnsafePointer<N>
  /// How many there are.
  public let count: Int
  /// Whether they lie so in the tensor, where PyTorch adds up in another order than elsewhere.
  public let isContiguous: Bool

  /// What a step makes of a start and each element in turn.
  ///
  /// - Throws: `Cancelled`.
  @inlinable @inline(__always)
  public func fold<Result>(
    _ start: Result, work: Int = 4, _ step: (inout Result, N) -> Void
  ) throws -> Result {
    var result = start
    try Cancellation.forEachPiece(of: count, work: work) { piece in
      for index in piece { step(&result, base[index]) }
    }
    return result
  }

  /// How many elements fit a condition.
  ///
  /// - Throws: `Cancelled`.
  @inlinable @inline(__always)
  public func count(where fits: (N) -> Bool) throws -> Int {
    try fold(0, work: 1) { count, x in count += fits(x) ? 1 : 0 }
  }
}

/// What is known of a row after the forward pass.
public struct RowResult: Sendable {
  /// The number that it became.
  public let y: Float
  /// What the operation has computed of it besides; 0 where it computes nothing.
  public let statistic: Float
  /// How many elements it has.
  public let count: Int
}

/// An operation that makes one number of each row of its one input: `x.mean(dim=1)`.
///
/// It states what becomes of a row, in float32 and by a plain reference, and what of a gradient passes
/// to an element; value, gradient, magnitudes, terms and branches of tensors follow:
///
///     public struct SumOfSquares: RowOperation {
///       public let reduction: Reduction
///       public var gradientName: String { "SumOfSquaresBackward0" }
///       public func value(_ row: Row<Float>) throws -> Float { try row.fold(0) { $0 += $1 * $1 } }
///       public func reference(_ row: Row<Double>) throws -> Double { try row.fold(0) { $0 += $1 * $1 } }
///       public func gradient(_ upstream: Float, x: Float, of row: RowResult) -> Float {
///         upstream * 2 * x
///       }
///     }
public protocol RowOperation: Operation where Saved == [Float] {
  /// Which rows.
  var reduction: Reduction { get }

  /// What becomes of a row.
  ///
  /// - Throws: `Cancelled`.
  func value(_ row: Row<Float>) throws -> Float

  /// What becomes of each row, for those that add up several rows at once.
  ///
  /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold it.
  func values(_ input: Tensor, _ layout: RowLayout) throws -> Tensor

  /// The same by plain loops in double.
  ///
  /// - Throws: `Cancelled`, `OutOfMemory`.
  func reference(_ row: Row<Double>) throws -> Double

  /// Whether the gradient needs something else of a row than the number that it became.
  var hasStatistic: Bool { get }

  /// What the gradient needs of a row: a mean, how many elements are the largest.
  ///
  /// - Throws: `Cancelled`.
  func statistic(_ row: Row<Float>, y: Float) throws -> Float

  /// What the gradient needs of each row, for those that add up several rows at once.
  ///
  /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold it.
  func statistics(_ input: Tensor, _ layout: RowLayout, _ output: Tensor) throws -> Tensor

  /// Whether a gradient comes back at all: PyTorch passes none through `norm(0)`.
  var hasGradient: Bool { get }

  /// The gradient of an element x for a gradient of the row's number, in the order in which PyTorch
  /// multiplies.
  func gradient(_ upstream: Float, x: Float, of row: RowResult) -> Float

  /// How much is added up for that gradient, signs aside.
  func magnitude(_ upstream: Float, x: Float, of row: RowResult) -> Float

  /// Why the gradient of x is 0 for every gradient of the row's number; asked only where it is.
  func block(x: Float, of row: RowResult) -> GradientBlock?

  /// Whether ``branch(_:of:)`` ever differs.
  var hasBranches: Bool { get }

  /// Which branch the operation takes for an element x of a row that became y.
  func branch(_ x: Double, of y: Double) -> Int
}

extension RowOperation {
  /// Most gradients need nothing else.
  public var hasStatistic: Bool { false }

  /// Most gradients need nothing else.
  public func statistic(_ row: Row<Float>, y: Float) throws -> Float { 0 }

  /// Most have one.
  public var hasGradient: Bool { true }

  public func magnitude(_ upstream: Float, x: Float, of row: RowResult) -> Float {
    gradient(upstream, x: x, of: row).magnitude
  }

  /// Most slopes are only 0 by chance.
  public func block(x: Float, of row: RowResult) -> GradientBlock? { nil }

  /// Most operations are smooth.
  public var hasBranches: Bool { false }

  /// Most operations are smooth.
  public func branch(_ x: Double, of y: Double) -> Int { 0 }

  public func values(_ input: Tensor, _ layout: RowLayout) throws -> Tensor {
    try valueOfEachRow(input, layout)
  }

  /// What becomes of each row by itself.
  ///
  /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold it.
  func valueOfEachRow(_ input: Tensor, _ layout: RowLayout) throws -> Tensor {
    try input.reduced(layout) { row, _ in try value(row) }
  }

  public func statistics(
    _ input: Tensor, _ layout: RowLayout, _ output: Tensor
  ) throws -> Tensor {
    try input.reduced(layout) { row, place in try statistic(row, y: output.elements[place]) }
  }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try values(inputs[0], reduction.layout(of: inputs[0].shape))
  }

  public func forwardSaving(_ inputs: [Tensor]) throws -> (output: Tensor, saved: [Float]) {
    let layout = reduction.layout(of: inputs[0].shape)
    let output = try values(inputs[0], layout)
    guard hasStatistic else { return (output, []) }
    return (output, try statistics(inputs[0], layout, output).elements)
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    [hasGradient ? try spread(upstream, after: pass) : nil]
  }

  /// The gradient of each element, computed from that of its row's number.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  func spread(_ upstream: Tensor, after pass: ForwardPass) throws -> Tensor {
    try pass.spread(upstream, reduction, try saved(in: pass)) { gradient($0, x: $1, of: $2) }
  }

  public func gradientMagnitudes(
    _ upstream: Tensor, after pass: ForwardPass
  ) throws -> [Tensor?] {
    guard hasGradient else { return [nil] }
    return [
      try pass.spread(upstream, reduction, try saved(in: pass)) {
        magnitude($0, x: $1, of: $2)
      }
    ]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    guard hasGradient else { return [] }
    let layout = reduction.layout(of: pass.inputs[0].shape)
    let place = layout.row(of: element)
    let statistics = try saved(in: pass)
    let row = RowResult(
      y: pass.output.elements[place], statistic: statistics.isEmpty ? 0 : statistics[place],
      count: layout.length)
    let x = pass.inputs[0].elements[element]
    return [
      GradientTerm(output: place, gradient: { gradient($0, x: x, of: row) }) {
        block(x: x, of: row)
      }
    ]
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int { 1 }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let layout = reduction.layout(of: inputs[0].shape)
    return try inputs[0].reduced(layout) { base in
      try reference(Row(base: base, count: layout.length, isContiguous: layout.isContiguous))
    }
  }

  /// Those of each row's elements, one row after the other.
  public func branches(_ inputs: [DoubleTensor]) throws -> [Int] {
    guard hasBranches else { return [] }
    let layout = reduction.layout(of: inputs[0].shape)
    let results = try reference(inputs).elements
    return try Memory.array(layout.count * layout.length) { target in
      try inputs[0].elements.withUnsafeBufferPointer { source in
        guard let source = source.baseAddress else { return }
        try layout.forEachRow(of: source, work: 4) { row, base in
          for index in 0..<layout.length {
            (target + row * layout.length + index).initialize(
              to: branch(base[index], of: results[row]))
          }
        }
      }
    }
  }
}

extension Tensor {
  /// One number for each row, computed from the row and its number.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`, and what `value` throws.
  @inline(__always)
  fileprivate func reduced(
    _ layout: RowLayout, _ value: (Row<Float>, Int) throws -> Float
  ) throws -> Tensor {
    try Tensor(shape: layout.resultShape) { target in
      try withPointer { source in
        try layout.forEachRow(of: source) { row, base in
          target[row] = try value(
            Row(base: base, count: layout.length, isContiguous: layout.isContiguous), row)
        }
      }
    }
  }
}

extension ForwardPass {
  /// A tensor of the input's shape, each element computed from the gradient of its row's number, from
  /// the element of the input, and from what is known of the row.
  @inline(__always)
  fileprivate func spread(
    _ upstream: Tensor, _ reduction: Reduction, _ statistics: [Float],
    _ combine: (Float, Float, RowResult) -> Float
  ) throws -> Tensor {
    let layout = reduction.layout(of: inputs[0].shape)
    let plan = Broadcast([inputs[0].shape, layout.keptShape], to: inputs[0].shape)
    // Where nothing was computed, something is read that nobody looks at.
    let statistics = statistics.isEmpty ? output.elements : statistics
    return try Tensor(shape: inputs[0].shape) { target in
      try inputs[0].withPointer { input in
        try upstream.withPointer { upstream in
          try output.withPointer { output in
            try statistics.withUnsafeBufferPointer { statistics in
              guard let statistics = statistics.baseAddress else { return }
              try Parallel.forEachPiece(of: layout.shape.count, work: 4) { piece in
                plan.forEachRow(in: piece) { run in
                  func known(_ row: Int) -> RowResult {
                    RowResult(y: output[row], statistic: statistics[row], count: layout.length)
                  }
                  let (elements, rows) = (run.start..<run.start + run.length, run.sources[1])
                  // Written out for elements of one row, so that it is compiled into vectors.
                  if run.steps[1] == 0 {
                    let (above, row) = (upstream[rows], known(rows))
                    for place in elements { target[place] = combine(above, input[place], row) }
                  } else {
                    for place in elements {
                      let row = rows + place - run.start
                      target[place] = combine(upstream[row], input[place], known(row))
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
