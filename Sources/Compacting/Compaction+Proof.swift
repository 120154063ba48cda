import Gradients
import Layers
import Running
import Tensors

/// How far the values of a compacted network can be from those of the network it was made of, and how
/// far they are.
public struct CompactionProof {
  /// The inputs, drawn from the standard normal distribution with a seed of their own.
  public let inputs: Shape
  /// The largest part of a bound that comes from other orders of summation: per output of a layer
  /// k · 2⁻²⁴ · Σ|W||x| in either network, for k products and what is added to them, propagated to
  /// the end.
  public let rounding: Float
  /// The largest part that comes from what was left out: borders, and constants of blocks.
  public let leftOut: Float
  /// The largest difference found.
  public let difference: Float
  /// How large the largest output is.
  public let largestOutput: Float
  /// Whether each single difference is within its own bound.
  public let holds: Bool
}

extension Compaction {
  /// A value of both networks, and by how much it can differ, element by element.
  private struct Traced {
    /// The compacted network's.
    var value: Tensor
    /// The old network's, with all its channels.
    var old: Tensor
    var rounding: Tensor
    var leftOut: Tensor

    /// Whether nothing can differ so far.
    var isSame: Bool {
      !rounding.elements.contains { $0 != 0 } && !leftOut.elements.contains { $0 != 0 }
    }
  }

  /// Runs both networks on random inputs and compares the difference with its bound.
  ///
  /// - Parameter shape: the inputs' shape.
  /// - Returns: what was found.
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  public func proof(on shape: Shape) throws -> CompactionProof {
    var generator = Generator(seed: 0)
    let input = try generator.normal(shape: shape)
    let nothing = try Tensor(repeating: 0, shape: shape)
    let result = try trace(
      original, [], Traced(value: input, old: input, rounding: nothing, leftOut: nothing))
    let expected = result.old
    var proof = (rounding: Float(0), leftOut: Float(0), difference: Float(0), largest: Float(0))
    var holds = result.value.shape == expected.shape
    try Cancellation.forEachPiece(of: holds ? expected.count : 0) { piece in
      for index in piece {
        let difference = abs(result.value.elements[index] - expected.elements[index])
        let (rounding, leftOut) = (result.rounding.elements[index], result.leftOut.elements[index])
        holds = holds && difference <= rounding + leftOut
        proof.difference = max(proof.difference, difference)
        proof.rounding = max(proof.rounding, rounding)
        proof.leftOut = max(proof.leftOut, leftOut)
        proof.largest = max(proof.largest, abs(expected.elements[index]))
      }
    }
    return CompactionProof(
      inputs: shape, rounding: proof.rounding, leftOut: proof.leftOut,
      difference: proof.difference, largestOutput: proof.largest, holds: holds)
  }

  /// What the layer that stands for an old one makes of a value.
  private func trace(_ layer: any Layer, _ path: [String], _ input: Traced) throws -> Traced {
    if let block = flow.dropped[path] {
      var result = input
      let constants = split(block).kept.map { abs(block.constants[$0] ?? 0) }
      let plane = input.value.count / max(1, input.value.shape[0] * constants.count)
      result.leftOut = try input.leftOut.adding(constants, plane: plane)
      return result
    }
    if layer.isSequence {
      let result = try layer.children.reduce(input) {
        try trace($1.layer, path + [$1.name], $0)
      }
      guard type(of: layer).hasShortcut else { return result }
      let sum = try input.value.zip(result.value, +)
      let unit: Float = input.isSame && result.isSame ? 0 : 2 * .unitRoundoff
      let own = try sum.map { abs($0) * unit }
      return Traced(
        value: sum, old: try input.old.zip(result.old, +),
        rounding: try input.rounding.zip(result.rounding, +).zip(own, +),
        leftOut: try input.leftOut.zip(result.leftOut, +))
    }
    guard let new = network.layer(at: path[...]) else { return input }
    let (value, old) = (try new.value(of: input.value), try layer.value(of: input.old))
    if let affine = new.affine {
      return try trace(new, affine, cuts[path], input, (value, old))
    }
    var rounding = try new.passing(difference: input.rounding)
    // Both networks round, each its own value; a second-order term is far below the factors above.
    if !input.isSame, let own = try new.rounding(of: value, for: input.value) {
      rounding = try rounding.zip(own) { $0 + 2 * $1 }
    }
    return Traced(
      value: value, old: old, rounding: rounding,
      leftOut: try new.passing(difference: input.leftOut))
  }

  private func trace(
    _ layer: any Layer, _ affine: Affine, _ cut: Cut?, _ input: Traced,
    _ values: (new: Tensor, old: Tensor)
  ) throws -> Traced {
    let (weight, bias) = try affine.valuesInUse()
    let plane = type(of: layer).filterDimension == -3 ? values.new.shape.lastPlane : 1
    if input.isSame, cut?.inputs.removed.isEmpty ?? true,
      try values.new.isIdentical(to: cut?.picked(from: values.old) ?? values.old)
    {
      // It reads the same values, and that it sums them in the same order was seen.
      let nothing = try values.new.map { _ in 0 }
      return Traced(value: values.new, old: values.old, rounding: nothing, leftOut: nothing)
    }
    let magnitudes = try layer.magnitudes(of: weight)
    let largest = try input.value.map { abs($0) }.zip(input.rounding, +).zip(input.leftOut, +)
    let added = addedMagnitudes(weight.shape[0], bias, affine.epsilon, cut)
    let sums = (affine.epsilon == nil ? 0 : 1) + (bias == nil ? 0 : 1)
    let products = try weight.mostProducts() + (cut?.site.weight ?? weight).mostProducts()
    let terms = Float(products + 2 * sums + 1)
    let own = try magnitudes.value(of: largest)
      .adding(added, plane: plane).map { $0 * terms * .unitRoundoff }
    var leftOut = try magnitudes.value(of: input.leftOut)
    if let cut, let missing = try missing(cut, values.new.shape) {
      leftOut = try leftOut.adding(repeated: missing)
    }
    return Traced(
      value: values.new, old: values.old,
      rounding: try magnitudes.value(of: input.rounding).zip(own, +), leftOut: leftOut)
  }

  /// For each filter the magnitudes of what either network adds to its products.
  private func addedMagnitudes(
    _ filters: Int, _ bias: Tensor?, _ epsilon: Double?, _ cut: Cut?
  ) -> [Float] {
    (0..<filters).map { index in
      var sum = Double(abs(bias?.elements[index] ?? 0)) + abs(epsilon ?? 0)
      guard let cut else { return Float(sum) }
      let (site, output) = (cut.site, cut.outputs[index])
      sum += Double(abs(site.bias?.elements[output] ?? 0))
      for channel in cut.inputs.removed {
        sum +=
          Double(abs(site.input.constants[channel] ?? 0))
          * site.weight.magnitude(
            ofFilter: output, channel: channel, columns: site.input.columns)
      }
      return Float(sum)
    }
  }

  /// What the folded bias is wrong by at each place of one image, at most; nil where nothing is.
  private func missing(_ cut: Cut, _ output: Shape) throws -> Tensor? {
    let site = cut.site
    let channels = cut.inputs.removed.filter {
      site.read[$0] != 0 && (site.input.constants[$0] ?? 0) != 0
    }
    guard !channels.isEmpty, site.input.shape.rank == 4, output.rank == 4 else { return nil }
    let weight = try site.weight.cut(
      outputs: cut.outputs, inputs: channels, columns: 1, frame: (0, 0))
    let constants = channels.map { abs(site.input.constants[$0] ?? 0) }
    let planes = try Tensor(
      repeating: 0, shape: Shape([1, channels.count] + site.input.shape.dimensions[2...])
    ).adding(constants, plane: site.input.shape.lastPlane)
    return try site.missing(weight, planes: planes)
  }
}

extension Shape {
  /// How many elements the last two dimensions have.
  fileprivate var lastPlane: Int { dimensions.suffix(2).reduce(1, *) }
}

extension Tensor {
  /// The most products that are added up for one value, zeros left out.
  fileprivate func mostProducts() throws -> Int {
    let length = count / max(1, shape[0])
    return try (0..<shape[0]).reduce(0) { most, row in
      try Cancellation.check()
      return max(most, elements[row * length..<(row + 1) * length].count { $0 != 0 })
    }
  }

  /// A number for each channel added to its elements, so many of which lie side by side.
  fileprivate func adding(_ values: [Float], plane: Int) throws -> Tensor {
    try Tensor(shape: shape) { target in
      try Cancellation.forEachRow(count / max(1, plane), length: plane) { row, piece in
        let value = values[row % values.count]
        for index in piece { target[index] = elements[index] + value }
      }
    }
  }

  /// One image added to each of a batch.
  fileprivate func adding(repeated image: Tensor) throws -> Tensor {
    try Tensor(shape: shape) { target in
      try Cancellation.forEachRow(count / max(1, image.count), length: image.count) { row, piece in
        for index in piece {
          target[index] = elements[index] + image.elements[index - row * image.count]
        }
      }
    }
  }
}
