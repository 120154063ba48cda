import Running
import Tensors

/// Quantiles of all elements, or along one dimension: `x.quantile(q)`; NaN where an element is.
///
/// The gradient goes to the one or two elements that a quantile lies at or between.
public struct Quantile: Operation {
  /// What is between two elements.
  public enum Interpolation: String, CaseIterable, Sendable {
    case linear, lower, higher, midpoint, nearest
  }

  /// Where the quantiles of a row lie: the places of two elements, and the share of the second.
  public struct Between: Sendable {
    let below: Int
    let above: Int
    let weight: Double
  }

  /// Which quantiles, each from 0 to 1.
  public let q: [Double]
  /// Whether there is a first dimension for several quantiles.
  public let isList: Bool
  /// Of which rows.
  public let reduction: Reduction
  /// What is between two elements.
  public let interpolation: Interpolation

  /// Makes the operation; the caller has checked that rows have elements, and the quantiles.
  public init(
    _ q: [Double], isList: Bool, _ reduction: Reduction, interpolation: Interpolation = .linear
  ) {
    (self.q, self.isList, self.reduction) = (q, isList, reduction)
    self.interpolation = interpolation
  }

  public var gradientName: String { "SqueezeBackward4" }

  public func forward(_ inputs: [Tensor]) throws -> Tensor { try forwardSaving(inputs).output }

  public func forwardSaving(_ inputs: [Tensor]) throws -> (output: Tensor, saved: [Between]) {
    let layout = reduction.layout(of: inputs[0].shape)
    let found = try inputs[0].withPointer { try between($0, layout) }
    let elements = inputs[0].elements
    let output = try Tensor(shape: shape(layout)) { target in
      try Cancellation.forEachPiece(of: found.count, work: 16) { piece in
        for place in piece {
          let (row, at) = (place % layout.count, found[place])
          let below = elements[layout.place(row: row, of: at.below)]
          let above = elements[layout.place(row: row, of: at.above)]
          target[place] = interpolates ? Self.lerp(below, above, Float(at.weight)) : below
        }
      }
    }
    return (output, found)
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let layout = reduction.layout(of: pass.inputs[0].shape)
    let found = try saved(in: pass)
    // PyTorch adds up what comes from below and from above apart, whatever the order of the quantiles.
    var below = try Memory.zeros(layout.shape.count)
    var above = try Memory.zeros(interpolates ? layout.shape.count : 0)
    try Cancellation.forEachPiece(of: found.count, work: 16) { piece in
      for place in piece {
        let (row, at) = (place % layout.count, found[place])
        let (share, weight) = (upstream.elements[place], Float(at.weight))
        below[layout.place(row: row, of: at.below)] += share * (1 - weight)
        if interpolates { above[layout.place(row: row, of: at.above)] += share * weight }
      }
    }
    let gradient = Tensor(below, shape: layout.shape)
    return [interpolates ? try gradient.zip(Tensor(above, shape: layout.shape), +) : gradient]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    let layout = reduction.layout(of: pass.inputs[0].shape)
    let found = try saved(in: pass)
    let (row, index) = (layout.row(of: element), layout.index(of: element))
    // What comes from below and from above are terms of their own: one may be 0 times infinity.
    let terms = try GradientTerm.list(of: (interpolates ? 2 : 1) * q.count) { candidate in
      let (rank, isBelow) = (candidate % q.count, candidate < q.count)
      let place = rank * layout.count + row
      let at = found[place]
      guard (isBelow ? at.below : at.above) == index else {
        return GradientTerm(output: place, factor: 0, block: .notChosen, isLeftOut: true)
      }
      return GradientTerm(
        output: place, factor: isBelow ? 1 - Float(at.weight) : Float(at.weight))
    }
    let own = terms.filter { !$0.isLeftOut }
    return own.isEmpty ? terms : own
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int {
    (interpolates ? 2 : 1) * q.count
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let layout = reduction.layout(of: inputs[0].shape)
    let found = try places(inputs[0], layout)
    let elements = inputs[0].elements
    return try DoubleTensor(shape: shape(layout), work: 16) { place in
      let (row, at) = (place % layout.count, found[place])
      let below = elements[layout.place(row: row, of: at.below)]
      let above = elements[layout.place(row: row, of: at.above)]
      return below + at.weight * (above - below)
    }
  }

  /// Which elements the quantiles lie between.
  public func branches(_ inputs: [DoubleTensor]) throws -> [Int] {
    try places(inputs[0], reduction.layout(of: inputs[0].shape)).flatMap { [$0.below, $0.above] }
  }

  private var interpolates: Bool { interpolation == .linear || interpolation == .midpoint }

  private func shape(_ layout: RowLayout) -> Shape {
    isList ? Shape([q.count] + layout.resultShape.dimensions) : layout.resultShape
  }

  private func places(_ tensor: DoubleTensor, _ layout: RowLayout) throws -> [Between] {
    try tensor.elements.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return [] }
      return try between(base, layout)
    }
  }

  /// Where the quantiles lie, those of one q after the other.
  private func between<Element: Ordered>(
    _ source: UnsafePointer<Element>, _ layout: RowLayout
  ) throws -> [Between] {
    try Memory.array(q.count * layout.count) { target in
      try layout.forEachRow(of: source, work: 32) { row, base in
        let last = layout.length - 1
        // The last one is NaN where any is.
        let largest = try RowOrder.extreme(base, length: layout.length, isLargest: true)
        let isNaN = base[largest].isNaN
        let between = q.map { ranks(isNaN ? Double(last) : $0 * Double(last)) }
        let wanted = between.flatMap { interpolates ? [$0.0, $0.1] : [$0.0] }
        let places = try RowOrder.ranked(wanted, base, length: layout.length)
        let step = interpolates ? 2 : 1
        for (index, at) in between.enumerated() {
          (target + index * layout.count + row).initialize(
            to: Between(
              below: places[step * index], above: places[step * index + step - 1], weight: at.2))
        }
      }
    }
  }

  /// The ranks that a rank lies between, and the share of the second.
  private func ranks(_ rank: Double) -> (Int, Int, Double) {
    let (below, above) = (Int(rank.rounded(.down)), Int(rank.rounded(.up)))
    switch interpolation {
    case .linear: return (below, above, rank - Double(below))
    case .midpoint: return (below, above, 0.5)
    case .lower: return (below, below, 0)
    case .higher: return (above, above, 0)
    case .nearest:
      let nearest = Int(rank.rounded(.toNearestOrEven))
      return (nearest, nearest, 0)
    }
  }

  /// PyTorch's `lerp`: from the end that is nearer, fused.
  private static func lerp(_ below: Float, _ above: Float, _ weight: Float) -> Float {
    weight < 0.5
      ? below.addingProduct(weight, above - below)
      : above.addingProduct(weight - 1, above - below)
  }
}
