import Gradients
import Layers
import Running
import Tensors

/// Between what and what a difference lies, element by element.
struct Spread {
  /// How far below zero and above it the difference can be; neither is less than 0.
  var below: Tensor
  var above: Tensor

  /// No difference.
  init(nothingOf shape: Shape) throws {
    below = try Tensor(repeating: 0, shape: shape)
    above = below
  }

  init(below: Tensor, above: Tensor) { (self.below, self.above) = (below, above) }

  /// Differences of single images as a batch.
  init(joining spreads: [Spread]) throws {
    func joined(_ tensors: [Tensor]) throws -> Tensor {
      let size = tensors[0].count
      return try Tensor(shape: Shape(checking: [tensors.count] + tensors[0].shape.dimensions[1...]))
      {
        target in
        try Cancellation.forEachRow(tensors.count, length: size) { row, piece in
          for index in piece { target[index] = tensors[row].elements[index - row * size] }
        }
      }
    }
    below = try joined(spreads.map(\.below))
    above = try joined(spreads.map(\.above))
  }

  var isNothing: Bool {
    below.elements.allSatisfy { $0 == 0 } && above.elements.allSatisfy { $0 == 0 }
  }

  /// How far from zero it can be.
  func largest() throws -> Tensor { try below.zip(above, max) }

  /// Numbers for each channel of such a difference added to it everywhere.
  func adding(_ values: [Float]) throws -> Spread {
    let plane = below.count / max(1, below.shape[0] * values.count)
    func added(_ tensor: Tensor, _ part: [Float]) throws -> Tensor {
      try Tensor(shape: tensor.shape) { target in
        try Cancellation.forEachRow(tensor.count / max(1, plane), length: plane) { row, piece in
          for index in piece { target[index] = tensor.elements[index] + part[row % part.count] }
        }
      }
    }
    return Spread(
      below: try added(below, values.map { max(-$0, 0) }),
      above: try added(above, values.map { max($0, 0) }))
  }

  /// That of one image added to each of a batch.
  func adding(repeated image: Spread) throws -> Spread {
    func added(_ tensor: Tensor, _ image: Tensor) throws -> Tensor {
      try Tensor(shape: tensor.shape) { target in
        try Cancellation.forEachRow(tensor.count / max(1, image.count), length: image.count) {
          row, piece in
          for index in piece {
            target[index] = tensor.elements[index] + image.elements[index - row * image.count]
          }
        }
      }
    }
    return Spread(below: try added(below, image.below), above: try added(above, image.above))
  }

  static func + (first: Spread, second: Spread) throws -> Spread {
    Spread(
      below: try first.below.zip(second.below, +), above: try first.above.zip(second.above, +))
  }
}

extension Layer {
  /// What a difference in the input makes of the value.
  ///
  /// - Throws: `LayerError`, `ShapeError`, `OutOfMemory`, `Cancelled`.
  func passing(_ spread: Spread) throws -> Spread {
    try Cancellation.check()
    let shape = try outputShape(spread.below.shape)
    if spread.isNothing { return try Spread(nothingOf: shape) }
    if isSequence {
      let value = try children.reduce(spread) { try $1.layer.passing($0) }
      return type(of: self).hasShortcut ? try value + spread : value
    }
    guard affine != nil || steepness != nil else {
      let anything = try Tensor(repeating: .infinity, shape: shape)
      return Spread(below: anything, above: anything)
    }
    let (below, above) = try passing(below: spread.below, above: spread.above)
    return Spread(below: below, above: above)
  }

  /// What a difference in the value of a member makes of the whole layer's.
  ///
  /// - Throws: `LayerError`, `ShapeError`, `OutOfMemory`, `Cancelled`.
  func passing(_ spread: Spread, after path: ArraySlice<String>) throws -> Spread {
    guard let name = path.first, let place = children.firstIndex(where: { $0.name == name })
    else { return spread }
    let start = try children[place].layer.passing(spread, after: path.dropFirst())
    // The shortcut was before the member and differs by nothing.
    return try children[(place + 1)...].reduce(start) { try $1.layer.passing($0) }
  }
}
