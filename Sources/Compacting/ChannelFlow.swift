import Gradients
import Layers
import Pruning
import Running
import Tensors

/// Where the channels of a network's values come from, what they are, and what reads them.
///
/// Values that must lose a channel together share a space: what a convolution gives and what an
/// activation makes of it, or the two arms of a residual sum.
struct ChannelFlow {
  /// A value between two layers.
  struct Point {
    /// What its channels are counted in.
    var space: Int
    /// For each channel the value that it has everywhere; nil where it varies.
    var constants: [Float?]
    /// How many columns each channel has: more than one after `flatten`.
    var columns = 1
    /// Its shape.
    var shape: Shape
  }

  /// A layer with weights at its place.
  struct Site {
    let path: [String]
    let layer: any Layer
    /// The weight and the bias as the layer uses them.
    let weight: Tensor
    let bias: Tensor?
    let input: Point
    let output: Point
    /// For each input channel the sum of its weights' magnitudes.
    let read: [Double]
  }

  /// Why channels of a space stay.
  enum Hold: Equatable {
    case input, output
    case grouped(String)
    case otherwise(String)
  }

  private(set) var sites: [Site] = []
  /// The blocks with a shortcut that go, and what their layers give: the same everywhere.
  private(set) var dropped: [[String]: Point] = [:]
  /// The other blocks whose layers give the same everywhere, and how much it may be worth.
  private(set) var uniformBlocks: [(name: String, needs: Double)] = []
  /// What reaches each layer that has parameters and no weights that mix channels.
  private(set) var reached: [[String]: Point] = [:]
  private var parents: [Int] = []
  private var sizes: [Int] = []
  private var holds: [Int: Hold] = [:]
  private let network: any Layer
  let tolerance: Double

  /// Follows an input of a shape that fits through a network.
  ///
  /// - Throws: `LayerError`, `ShapeError`, `OutOfMemory`, `Cancelled`.
  init(of network: any Layer, input: Shape, tolerance: Double) throws {
    (self.network, self.tolerance) = (network, tolerance)
    _ = try network.outputShape(input)
    let start = held(input, .input)
    let end = try walk(network, [], start)
    hold(end.space, .output)
  }

  /// The space that one belongs to, after all that is tied together was.
  func root(_ space: Int) -> Int {
    var space = space
    while parents[space] != space { space = parents[space] }
    return space
  }

  /// Why nothing of a space may go, if so.
  func hold(of space: Int) -> Hold? { holds[root(space)] }

  /// The spaces that lose channels together.
  var roots: [Int] { parents.indices.filter { parents[$0] == $0 } }

  /// How many channels a space has.
  func size(of space: Int) -> Int { sizes[root(space)] }

  // MARK: Spaces

  private mutating func newSpace(_ size: Int) -> Int {
    parents.append(parents.count)
    sizes.append(size)
    return parents.count - 1
  }

  private mutating func hold(_ space: Int, _ reason: Hold) {
    if holds[root(space)] == nil { holds[root(space)] = reason }
  }

  private mutating func tie(_ first: Int, _ second: Int) {
    let (first, second) = (root(first), root(second))
    guard first != second else { return }
    parents[second] = first
    if let reason = holds.removeValue(forKey: second) { hold(first, reason) }
  }

  /// A value whose channels all stay.
  private mutating func held(_ shape: Shape, _ reason: Hold) -> Point {
    let size = shape.rank > 1 ? shape[1] : shape.count
    let space = newSpace(size)
    hold(space, reason)
    return Point(space: space, constants: Array(repeating: nil, count: size), shape: shape)
  }

  // MARK: Layers

  private mutating func walk(
    _ layer: any Layer, _ path: [String], _ input: Point
  ) throws -> Point {
    try Cancellation.check()
    if layer.affine != nil { return try walkAffine(layer, path, input) }
    guard layer.isSequence else { return try walkPlain(layer, path, input) }
    let start = sites.count
    var point = input
    for child in layer.children {
      point = try walk(child.layer, path + [child.name], point)
    }
    guard type(of: layer).hasShortcut else { return point }
    guard point.columns == input.columns, point.constants.count == input.constants.count else {
      // Columns of channels and single features are counted differently.
      let reason = Hold.otherwise(path.joined(separator: "."))
      hold(input.space, reason)
      hold(point.space, reason)
      return held(point.shape, reason)
    }
    let constants = point.constants.compactMap { $0 }
    let isUniform =
      constants.count == point.constants.count && constants.allSatisfy(\.isFinite)
    let needs = isUniform ? try worth(of: constants, point.shape, path) : .infinity
    if !path.isEmpty, isUniform, needs <= tolerance {
      sites.removeSubrange(start...)
      dropped = dropped.filter { !$0.key.starts(with: path) }
      point.space = input.space
      dropped[path] = point
    } else {
      tie(input.space, point.space)
      if isUniform { uniformBlocks.append((path.joined(separator: "."), needs)) }
    }
    point.constants = zip(input.constants, point.constants).map { first, second in
      if let first, let second { first + second } else { nil }
    }
    return point
  }

  /// How much the constants that a block adds can change the outputs.
  private func worth(of constants: [Float], _ shape: Shape, _ path: [String]) throws -> Double {
    guard constants.contains(where: { $0 != 0 }) else { return 0 }
    let image = Shape([1] + shape.dimensions.dropFirst())
    let spread = try Spread(nothingOf: image).adding(constants.map { -$0 })
    return try needs(spread, after: path)[0]
  }

  /// For each of a batch how much such a difference in a member's value can change the outputs.
  func needs(_ spread: Spread, after path: [String]) throws -> [Double] {
    let largest = try network.passing(spread, after: path[...]).largest()
    let count = largest.count / max(1, largest.shape[0])
    return (0..<largest.shape[0]).map { image in
      largest.elements[image * count..<(image + 1) * count].reduce(0) {
        // Also what is not a number, where no gain meets no bound.
        Double($1) <= $0 ? $0 : $1.isNaN ? .infinity : Double($1)
      }
    }
  }

  private mutating func walkAffine(
    _ layer: any Layer, _ path: [String], _ input: Point
  ) throws -> Point {
    guard let affine = layer.affine else { return input }
    let shape = try layer.outputShape(input.shape)
    let (weight, bias) = try affine.valuesInUse()
    let isAligned = input.shape.rank == (type(of: layer).filterDimension == -3 ? 4 : 2)
    let name = path.joined(separator: ".")
    guard isAligned, weight.shape[1] == input.constants.count * input.columns else {
      let reason: Hold = isAligned ? .grouped(name) : .otherwise(name)
      hold(input.space, reason)
      return held(shape, reason)
    }
    let zeros = try weight.magnitudesOfRows()
    let constant = Float(affine.epsilon ?? 0)
    var output = Point(space: newSpace(weight.shape[0]), constants: [], shape: shape)
    output.constants = zeros.indices.map {
      zeros[$0] == 0 ? (bias?.elements[$0] ?? 0) + constant : nil
    }
    sites.append(
      Site(
        path: path, layer: layer, weight: weight, bias: bias, input: input, output: output,
        read: try weight.magnitudesOfChannels(columns: input.columns)))
    return output
  }

  private mutating func walkPlain(
    _ layer: any Layer, _ path: [String], _ input: Point
  ) throws -> Point {
    let shape = try layer.outputShape(input.shape)
    let size = input.constants.count
    if !layer.ownParameters.isEmpty { reached[path] = input }
    guard layer.keepsChannels, layer.steepness != nil, [2, 4].contains(shape.rank),
      shape[0] == input.shape[0], shape.rank == input.shape.rank ? true : shape.rank == 2,
      shape.rank == 2 ? shape[1] % max(size, 1) == 0 : shape[1] == size
    else {
      let reason = Hold.otherwise(path.joined(separator: "."))
      hold(input.space, reason)
      return held(shape, reason)
    }
    var output = input
    output.shape = shape
    if shape.rank == 2 { output.columns = shape[1] / size }
    output.constants = try input.constants.enumerated().map {
      try layer.constant($1, inChannel: $0)
    }
    return output
  }
}

extension Layer {
  /// Whether it is made of layers one after the other.
  var isSequence: Bool { !children.isEmpty || type(of: self).hasShortcut }
}

extension Tensor {
  /// The sum of the magnitudes of each filter's weights.
  func magnitudesOfRows() throws -> [Double] { try absoluteSums(in: .filters(of: shape)) }

  /// The sum of the magnitudes of each input channel's weights, so many of whose columns it has.
  func magnitudesOfChannels(columns: Int) throws -> [Double] {
    let length = shape.droppingFirst.droppingFirst.count * columns
    let view = Shape([shape[0], shape[1] / columns, length])
    return try absoluteSums(in: Partition(of: shape, viewedAs: view, inside: [0, 2]))
  }
}
