/// Where the elements of a view lie in the tensor that it looks at: PyTorch's sizes, strides and
/// storage offset.
///
/// A step of 0 repeats an element, one below 0 goes backwards. What a view makes of a plan is the same
/// for a tensor in row-major order, where it says which element comes from where, and for PyTorch's
/// own strides, of which it gives those of the result:
///
///     ViewPlan(whole: x.shape).selecting(0, of: 1)    // x[:, 0]
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

  /// Whether the elements follow each other in row-major order, which dimensions of size 1 have no
  /// part in: PyTorch's `is_contiguous()`.
  public var isContiguous: Bool {
    guard shape.count > 0 else { return true }
    let whole = ViewPlan(whole: shape)
    return shape.dimensions.indices.allSatisfy {
      shape[$0] == 1 || strides[$0] == whole.strides[$0]
    }
  }

  /// Where the element of a place of the view, in row-major order, lies in the tensor.
  public func source(of place: Int) -> Int {
    var (rest, source) = (place, offset)
    for (size, stride) in zip(shape.dimensions, strides).reversed() {
      source += rest % size * stride
      rest /= size
    }
    return source
  }

  public func isWhole(of count: Int) -> Bool {
    shape.count == count && (count == 0 || offset == 0 && isContiguous)
  }
}

extension ViewPlan {
  /// One slice of a dimension, which goes: `x.select(dimension, index)`.
  public func selecting(_ index: Int, of dimension: Int) -> ViewPlan {
    precondition((0..<shape[dimension]).contains(index))
    var (sizes, strides) = (shape.dimensions, strides)
    sizes.remove(at: dimension)
    let step = strides.remove(at: dimension)
    return ViewPlan(shape: Shape(sizes), strides: strides, offset: offset + index * step)
  }

  /// Some slices of a dimension: `x[start:…:step]`.
  public func slicing(_ dimension: Int, from start: Int, count: Int, step: Int = 1) -> ViewPlan {
    var (sizes, strides) = (shape.dimensions, strides)
    sizes[dimension] = count
    let offset = offset + start * strides[dimension]
    strides[dimension] *= step
    return ViewPlan(shape: Shape(sizes), strides: strides, offset: offset)
  }

  /// A dimension walked through backwards: `x.flip(dimension)`.
  public func flipping(_ dimension: Int) -> ViewPlan {
    let size = shape[dimension]
    return slicing(dimension, from: max(0, size - 1), count: size, step: -1)
  }

  /// The dimensions in another order: `x.permute(order)`.
  public func permuted(_ order: [Int]) -> ViewPlan {
    ViewPlan(
      shape: Shape(order.map { shape[$0] }), strides: order.map { strides[$0] }, offset: offset)
  }

  /// One more dimension, of size 1: `x.unsqueeze(dimension)`.
  public func inserting(_ dimension: Int) -> ViewPlan {
    var (sizes, strides) = (shape.dimensions, strides)
    strides.insert(
      dimension < sizes.count ? sizes[dimension] * strides[dimension] : 1, at: dimension)
    sizes.insert(1, at: dimension)
    return ViewPlan(shape: Shape(sizes), strides: strides, offset: offset)
  }

  /// Without those of some dimensions that have size 1: `x.squeeze(dimensions)`.
  public func removing(_ dimensions: [Int]) -> ViewPlan {
    let kept = shape.dimensions.indices.filter { !dimensions.contains($0) || shape[$0] != 1 }
    return permuted(kept)
  }

  /// Repeated to a shape that it can be broadcast to: `x.expand(shape)`.
  public func expanded(to larger: Shape) -> ViewPlan {
    guard shape.rank > 0 else {
      return ViewPlan(shape: larger, strides: larger.dimensions.map { _ in 0 }, offset: offset)
    }
    let more = larger.rank - shape.rank
    var strides: [Int] = []
    for dimension in larger.dimensions.indices.reversed() {
      // PyTorch gives a new dimension of size 1 the stride of an inner one's end.
      let isNew = dimension < more
      let own = isNew ? 1 : shape[dimension - more]
      let step =
        isNew
        ? strides.last.map { larger[dimension + 1] * $0 } ?? 1 : self.strides[dimension - more]
      strides.append(own == 1 && larger[dimension] != 1 ? 0 : step)
    }
    return ViewPlan(shape: larger, strides: strides.reversed(), offset: offset)
  }

  /// The whole of it so many times along each dimension; before each dimension stands the one that
  /// counts its copies: `x.repeat(counts)`, before its last change of shape.
  public func repeated(_ counts: [Int]) -> ViewPlan {
    let new = counts.count - shape.rank
    let sizes = counts.indices.map { $0 < new ? 1 : shape[$0 - new] }
    let steps = counts.indices.map { $0 < new ? 0 : strides[$0 - new] }
    return ViewPlan(
      shape: Shape(counts.indices.flatMap { [counts[$0], sizes[$0]] }),
      strides: steps.flatMap { [0, $0] }, offset: offset)
  }

  /// The same elements in order under another shape of as many: `x.view(shape)`.
  ///
  /// - Returns: nil where no strides give that: what was one dimension of the new shape would have to
  ///   be walked through in two steps. The rule is that of PyTorch's `computeStride`.
  public func reshaped(to new: Shape) -> ViewPlan? {
    guard shape != new || shape.count > 0 else { return self }
    guard shape.count > 0, shape.rank > 0 else { return ViewPlan(whole: new) }
    var steps = [Int](repeating: 1, count: new.rank)
    var place = new.rank - 1
    var base = strides[shape.rank - 1]
    var (own, other) = (1, 1)
    for dimension in shape.dimensions.indices.reversed() {
      own *= shape[dimension]
      let isLast = dimension == 0
      guard isLast || shape[dimension - 1] != 1 && strides[dimension - 1] != own * base else {
        continue
      }
      while place >= 0, other < own || new[place] == 1 {
        steps[place] = other * base
        other *= new[place]
        place -= 1
      }
      guard other == own else { return nil }
      if !isLast { (base, own, other) = (strides[dimension - 1], 1, 1) }
    }
    return place < 0 ? ViewPlan(shape: new, strides: steps, offset: offset) : nil
  }
}
