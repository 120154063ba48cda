import Running
import Tensors

/// An operation that picks elements of each row of its one input: `x.max(dim=1)`, `x.sort()`.
///
/// It states which places of a row are picked, in order; values, indices, gradient, terms and reference
/// follow:
///
///     public struct FirstOfRow: PickOperation {
///       public let dimension: Int
///       public var gradientName: String { "FirstBackward0" }
///       public func picks<Element: Ordered>(_ row: UnsafePointer<Element>, length: Int) -> [Int] { [0] }
///     }
///
/// The gradient of an element is that of the outputs that it was picked for.
public protocol PickOperation: Operation where Saved == IntegerTensor {
  /// The dimension along which rows run, counted from the first.
  var dimension: Int { get }

  /// How many places are picked of each row, which the dimension then has; nil for one, which is all
  /// that is left of the dimension.
  func pickCount(of length: Int) -> Int?

  /// Whether the dimension stays with size 1 where one place is picked.
  var keepsDimension: Bool { get }

  /// The places that are picked of a row.
  ///
  /// - Throws: `Cancelled`, `OutOfMemory`.
  func picks<Element: Ordered>(_ row: UnsafePointer<Element>, length: Int) throws -> [Int]

  /// Which elements of a tensor are picked: their places along the dimension.
  ///
  /// - Throws: `Cancelled`, `OutOfMemory`, `ShapeError` where memory cannot hold them.
  // Asked of the operation, so that the loops over floats are compiled for it.
  func places(in tensor: Tensor) throws -> IntegerTensor
}

extension PickOperation {
  /// Most pick one.
  public func pickCount(of length: Int) -> Int? { nil }

  /// Where several are picked, it always does.
  public var keepsDimension: Bool { false }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { false }

  /// Which elements are picked.
  ///
  /// - Parameter tensor: the elements.
  /// - Returns: for each element of the result its place along the dimension: PyTorch's `indices`.
  /// - Throws: `Cancelled`, `OutOfMemory`, `ShapeError` where memory cannot hold them.
  public func places(in tensor: Tensor) throws -> IntegerTensor {
    try tensor.withPointer { try places(in: $0, of: tensor.shape) }
  }

  /// Which elements are picked.
  ///
  /// - Parameter tensor: the elements.
  /// - Returns: for each element of the result its place along the dimension.
  /// - Throws: `Cancelled`, `OutOfMemory`, `ShapeError` where memory cannot hold them.
  public func places<Element: Ordered>(in tensor: PlainTensor<Element>) throws -> IntegerTensor {
    try tensor.elements.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else {
        return IntegerTensor([], shape: resultShape(of: tensor.shape))
      }
      return try places(in: base, of: tensor.shape)
    }
  }

  @inline(__always)
  private func places<Element: Ordered>(
    in source: UnsafePointer<Element>, of shape: Shape
  ) throws -> IntegerTensor {
    let rows = layout(of: shape)
    let result = resultLayout(of: shape)
    let places: [Int64] = try Memory.array(result.shape.count) { target in
      try rows.forEachRow(of: source) { row, base in
        let picks = try picks(base, length: rows.length)
        for (rank, place) in picks.enumerated() {
          (target + result.place(row: row, of: rank)).initialize(to: Int64(place))
        }
      }
    }
    return IntegerTensor(places, shape: resultShape(of: shape))
  }

  /// The elements that were picked.
  ///
  /// - Throws: `Cancelled`, `OutOfMemory`.
  public func picked<Element>(
    _ elements: [Element], of shape: Shape, at places: IntegerTensor
  ) throws -> [Element] {
    guard let first = elements.first else { return [] }
    // Every element is written once more.
    var picked = try Memory.array(mapping: places.elements.count) { _ in first }
    try forEachPick(of: shape, places) { output, source in picked[output] = elements[source] }
    return picked
  }

  /// The values picked and where they stood, with the gradient that the values have.
  ///
  /// - Throws: `Cancelled`, `OutOfMemory`, `ShapeError` where memory cannot hold them.
  public func apply(
    _ input: Variable
  ) throws -> (values: Variable, indices: IntegerTensor) {
    let (output, saved) = try forwardSaving([input.tensor])
    return (
      Variable(output, of: self, [input], tensors: [input.tensor], saved: saved), saved
    )
  }

  public func forward(_ inputs: [Tensor]) throws -> Tensor { try forwardSaving(inputs).output }

  public func forwardSaving(
    _ inputs: [Tensor]
  ) throws -> (output: Tensor, saved: IntegerTensor) {
    let shape = inputs[0].shape
    let places = try places(in: inputs[0])
    let values = try Tensor(shape: places.shape) { target in
      try inputs[0].withPointer { source in
        try forEachPick(of: shape, places) { target[$0] = source[$1] }
      }
    }
    return (values, places)
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let shape = pass.inputs[0].shape
    let places = try saved(in: pass)
    return [
      try Tensor(shape: shape) { target in
        try Cancellation.forEachPiece(of: shape.count) { piece in
          (target + piece.lowerBound).initialize(repeating: 0, count: piece.count)
        }
        try upstream.withPointer { upstream in
          try forEachPick(of: shape, places) { target[$1] = upstream[$0] }
        }
      }
    ]
  }

  /// Every output of an element's row: that it was picked for, and those that others were.
  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    let shape = pass.inputs[0].shape
    let places = try saved(in: pass)
    let rows = layout(of: shape)
    let result = resultLayout(of: shape)
    let (row, index) = (rows.row(of: element), Int64(rows.index(of: element)))
    let terms = try GradientTerm.list(of: result.length) { rank in
      let output = result.place(row: row, of: rank)
      return places.elements[output] == index
        ? GradientTerm(output: output, factor: 1)
        : GradientTerm(output: output, factor: 0, block: .notChosen, isLeftOut: true)
    }
    // What others were picked for matters only to what was not picked at all.
    let own = terms.filter { $0.block == nil }
    return own.isEmpty ? terms : own
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int {
    resultLayout(of: pass.inputs[0].shape).length
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let shape = inputs[0].shape
    let places = try places(in: inputs[0])
    return DoubleTensor(
      try picked(inputs[0].elements, of: shape, at: places), shape: places.shape)
  }

  /// Which elements are picked.
  public func branches(_ inputs: [DoubleTensor]) throws -> [Int] {
    let places = try places(in: inputs[0]).elements
    return try Memory.array(mapping: places.count) { Int(places[$0]) }
  }

  // MARK: Shapes

  private func layout(of shape: Shape) -> RowLayout {
    RowLayout(shape, reducing: shape.rank == 0 ? [] : [dimension])
  }

  private func resultShape(of shape: Shape) -> Shape {
    guard shape.rank > 0 else { return [] }
    var sizes = shape.dimensions
    if let count = pickCount(of: shape[dimension]) {
      sizes[dimension] = count
    } else if keepsDimension {
      sizes[dimension] = 1
    } else {
      sizes.remove(at: dimension)
    }
    return Shape(sizes)
  }

  /// The rows of the result, the dimension kept.
  private func resultLayout(of shape: Shape) -> RowLayout {
    // A number by itself is a row of one.
    guard shape.rank > 0 else { return RowLayout([], reducing: []) }
    var sizes = shape.dimensions
    sizes[dimension] = pickCount(of: shape[dimension]) ?? 1
    return RowLayout(Shape(sizes), reducing: [dimension])
  }

  /// Calls `body` for each output with its place and that of the element that was picked for it.
  @inline(__always)
  private func forEachPick(
    of shape: Shape, _ places: IntegerTensor, _ body: (_ output: Int, _ source: Int) -> Void
  ) throws {
    let rows = layout(of: shape)
    let result = resultLayout(of: shape)
    try Cancellation.forEachPiece(of: result.count, work: 16 * (result.length + 1)) { piece in
      for row in piece {
        for rank in 0..<result.length {
          let output = result.place(row: row, of: rank)
          body(output, rows.place(row: row, of: Int(places.elements[output])))
        }
      }
    }
  }
}
