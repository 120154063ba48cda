import Gradients
import Running
import Tensors

/// An index that picks places of some dimensions by a tensor or a mask.
struct IndexPick {
  /// The dimensions of the tensor: one, or for a mask as many as it has.
  let dimensions: Range<Int>
  /// The places, counted in row-major order where there are several dimensions.
  let places: PlainTensor<Int>
  /// How the places lie in PyTorch's memory.
  let layout: ViewPlan
  /// Which index it is.
  let index: Int

  /// How far into a tensor in row-major order they lead.
  ///
  /// - Throws: `ShapeError` where memory cannot hold them, `Cancelled`.
  func offsets(in whole: ViewPlan) throws -> PlainTensor<Int> {
    let step = whole.strides[dimensions.upperBound - 1]
    return step == 1 ? places : try places.map { $0 * step }
  }
}

/// What indices make of a tensor, read from the first to the last: views of it, and then places that
/// are picked of what they show.
struct IndexReading {
  /// The views.
  private(set) var views: [View] = []
  /// The places.
  private(set) var picks: [IndexPick] = []
  /// What is left of the tensor's shape.
  private var shape: Shape
  /// The dimension that the next index is about.
  private var dimension = 0
  /// The same in the tensor as it was given.
  private var ownDimension = 0
  /// How many dimensions `...` stands for.
  private let rest: Int
  private let isAlone: Bool

  /// Begins with a tensor of a shape.
  ///
  /// - Throws: ``Refusal`` where there are more indices than dimensions.
  init(_ shape: Shape, _ indices: [Index]) throws(Refusal) {
    var count = 0
    for (place, index) in indices.enumerated() {
      count += index.dimensionCount
      guard count <= shape.rank else {
        throw Refusal.tooMany(shape.rank, of: index).at(place)
      }
    }
    rest = shape.rank - count
    isAlone = indices.count == 1
    self.shape = shape
  }

  /// Takes one index.
  ///
  /// - Throws: ``Refusal``, `ShapeError`, `Cancelled`.
  mutating func read(_ index: Index, at place: Int) throws {
    guard dimension + index.dimensionCount <= shape.rank else {
      throw Refusal.severalEllipses().at(place)
    }
    switch index {
    case .integer(let number):
      let size = shape[dimension]
      guard (-size..<size).contains(number) else {
        throw Refusal.outOfRange(number, size: size, dimension: ownDimension).at(place)
      }
      select(number < 0 ? number + size : number)
    case .slice(let start, let end, let step):
      guard step ?? 1 > 0 else { throw Refusal.backwards().at(place) }
      slice(start, end, step ?? 1)
    case .ellipsis:
      dimension += rest
      ownDimension += rest
    case .none: insert()
    case .boolean(let value):
      insert()
      let places = PlainTensor(value ? [0] : [], shape: [value ? 1 : 0])
      let layout = ViewPlan(whole: places.shape)
      picks.append(
        IndexPick(
          dimensions: dimension - 1..<dimension, places: places, layout: layout, index: place))
    case .list(let numbers):
      let places = PlainTensor(numbers, shape: [numbers.count])
      try pick(places, ViewPlan(whole: places.shape), at: place)
    case .tensor(.float32): throw Refusal.floats().at(place)
    case .tensor(.int64(let tensor)) where tensor.shape.rank == 0:
      return try read(.integer(Int(tensor.elements[0])), at: place)
    case .tensor(.bool(let tensor)) where tensor.shape.rank == 0:
      return try read(.boolean(tensor.elements[0]), at: place)
    case .tensor(.int64(let tensor)):
      try pick(try tensor.map { Int($0) }, TensorValue.int64(tensor).layout, at: place)
    case .tensor(.bool(let mask)): try pick(mask, at: place)
    }
    ownDimension += index.dimensionCount
  }

  private mutating func show(_ name: String, _ change: @escaping @Sendable (ViewPlan) -> ViewPlan) {
    views.append(View(name, change))
    shape = change(ViewPlan(whole: shape)).shape
  }

  private mutating func select(_ number: Int) {
    show("SelectBackward0") { [dimension] in $0.selecting(number, of: dimension) }
  }

  private mutating func insert() {
    show("UnsqueezeBackward0") { [dimension] in $0.inserting(dimension) }
    dimension += 1
  }

  private mutating func slice(_ start: Int?, _ end: Int?, _ step: Int) {
    let size = shape[dimension]
    func bound(_ number: Int) -> Int { min(max(number < 0 ? number + size : number, 0), size) }
    let first = bound(start ?? 0)
    let count = max(0, bound(end ?? size) - first)
    // Among several indices one that shows all of a dimension is not a step of PyTorch's graph.
    if isAlone || start ?? 0 != 0 || end ?? size < size || step != 1 {
      // A step beyond the end leads nowhere, and must not overflow.
      let step = min(step, max(1, size))
      show("SliceBackward0") { [dimension] in
        $0.slicing(dimension, from: first, count: (count + step - 1) / step, step: step)
      }
    }
    dimension += 1
  }

  private mutating func pick(_ places: PlainTensor<Int>, _ layout: ViewPlan, at place: Int) throws {
    let size = shape[dimension]
    var wrong: Int?
    let found = try places.map { number in
      if !(-size..<size).contains(number) { wrong = wrong ?? number }
      return number < 0 ? number + size : number
    }
    if let wrong {
      throw Refusal.outOfRange(wrong, size: size, dimension: ownDimension).at(place)
    }
    picks.append(
      IndexPick(
        dimensions: dimension..<dimension + 1, places: found, layout: layout, index: place))
    dimension += 1
  }

  private mutating func pick(_ mask: BooleanTensor, at place: Int) throws {
    let end = dimension + mask.shape.rank
    guard mask.shape.dimensions == Array(shape.dimensions[dimension..<end]) else {
      throw Refusal.differentMask(mask.shape, shape, at: dimension).at(place)
    }
    let places = try mask.placesOfTrue()
    picks.append(
      IndexPick(
        dimensions: dimension..<end, places: places, layout: ViewPlan(whole: places.shape),
        index: place))
    dimension = end
  }
}

extension Index {
  /// How many of a tensor's dimensions it is about.
  fileprivate var dimensionCount: Int {
    switch self {
    case .integer, .slice, .list, .tensor(.float32): 1
    case .tensor(.int64): 1
    case .tensor(.bool(let mask)): mask.shape.rank
    case .ellipsis, .none, .boolean: 0
    }
  }
}

extension BooleanTensor {
  /// The places of what is true, in row-major order.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  func placesOfTrue() throws -> PlainTensor<Int> {
    let count = try elements.withUnsafeBufferPointer { elements in
      try Cancellation.count(of: elements.count) { elements[$0] }
    }
    let places: [Int] = try Memory.array(count) { target in
      try elements.withUnsafeBufferPointer { elements in
        var found = 0
        try Cancellation.forEachPiece(of: elements.count) { piece in
          for place in piece where elements[place] {
            target[found] = place
            found += 1
          }
        }
      }
    }
    return PlainTensor<Int>(places, shape: [count])
  }
}

extension Refusal {
  fileprivate static func outOfRange(_ index: Int, size: Int, dimension: Int) -> Refusal {
    Refusal(
      "index \(index) is out of range for dimension \(dimension) with size \(size)",
      remedy: size == 0 ? "it is empty" : "indices go from \(-size) to \(size - 1)")
  }

  fileprivate static func tooMany(_ rank: Int, of index: Index) -> Refusal {
    if rank == 0, case .integer = index {
      return Refusal("the tensor has no dimensions", remedy: ".item() gives its number")
    }
    return Refusal("there are more indices than dimensions: the tensor has \(rank)")
  }

  fileprivate static func severalEllipses() -> Refusal {
    Refusal("there is no dimension left: '...' stands here more than once")
  }

  fileprivate static func backwards() -> Refusal {
    Refusal("a slice's step must be 1 or more", remedy: "x.flip(0) goes backwards")
  }

  fileprivate static func floats() -> Refusal {
    Refusal(
      "an index must be of int64 or bool, not of float32",
      remedy: "x.long() makes whole numbers, x != 0 a mask")
  }

  fileprivate static func differentMask(
    _ mask: Shape, _ shape: Shape, at dimension: Int
  ) -> Refusal {
    Refusal(
      "the mask has the shape \(mask), and what it masks "
        + "\(Shape(Array(shape.dimensions.dropFirst(dimension).prefix(mask.rank))))")
  }
}
