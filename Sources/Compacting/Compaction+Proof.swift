import Gradients
import Layers
import Running
import Tensors

/// How far the values of a compacted network can be from those of the network it was made of, and how
/// far they are.
public struct CompactionProof {
  /// The inputs, drawn from the standard normal distribution with a seed of their own.
  public let inputs: Shape
  /// The largest part of a bound that comes from other orders of summation: 2⁻²⁴ of each sum on the
  /// way to a layer's value in either network, as the kernels add it up, propagated to the end.
  public let rounding: Float
  /// The largest part that comes from what was left out: borders, and constants of blocks.
  public let leftOut: Float
  /// The largest difference found.
  public let difference: Float
  /// How large the largest output is.
  public let largestOutput: Float
  /// Whether each single difference is within its own bound, that of each layer within what the one
  /// before it and its own rounding explain, and each removed channel held what was folded.
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
    var leftOut: Spread
    /// Whether so far each removed channel held the value that was folded, and each layer by itself
    /// differed by no more than its own bound and what it makes of the difference that it was given.
    var isExplained = true

    /// Whether nothing can differ so far.
    var isSame: Bool {
      !rounding.elements.contains { $0 != 0 } && leftOut.isNothing
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
      original, [],
      Traced(value: input, old: input, rounding: nothing, leftOut: try Spread(nothingOf: shape)))
    let leftOut = try result.leftOut.largest()
    let expected = result.old
    var proof = (rounding: Float(0), leftOut: Float(0), difference: Float(0), largest: Float(0))
    var holds = result.isExplained && result.value.shape == expected.shape
    try Cancellation.forEachPiece(of: holds ? expected.count : 0) { piece in
      for index in piece {
        let difference = abs(result.value.elements[index] - expected.elements[index])
        let (rounding, leftOut) = (result.rounding.elements[index], leftOut.elements[index])
        // The bound was added up in float32 itself.
        holds = holds && difference <= (rounding + leftOut) * (1 + 0x1p-16)
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
      let constants = split(block).kept.map { block.constants[$0] ?? 0 }
      result.leftOut = try input.leftOut.adding(constants.map { -$0 })
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
        leftOut: try input.leftOut + result.leftOut, isExplained: result.isExplained)
    }
    guard let new = network.layer(at: path[...]) else { return input }
    let (value, old) = (try new.value(of: input.value), try layer.value(of: input.old))
    if new.affine != nil {
      return try trace(new, from: layer, cuts[path], input, (value, old))
    }
    var rounding = try new.passing(difference: input.rounding)
    // Both networks round, each its own value; a second-order term is far below the factors above.
    if !input.isSame, let own = try new.rounding(of: value, for: input.value) {
      rounding = try rounding.zip(own) { $0 + 2 * $1 }
    }
    return Traced(
      value: value, old: old, rounding: rounding,
      leftOut: try new.passing(input.leftOut), isExplained: input.isExplained)
  }

  private func trace(
    _ layer: any Layer, from old: any Layer, _ cut: Cut?, _ input: Traced,
    _ values: (new: Tensor, old: Tensor)
  ) throws -> Traced {
    let isExplained = input.isExplained && (cut?.heldConstants(input.old) ?? true)
    if input.isSame, cut?.folded.allSatisfy({ $0 == 0 }) ?? true,
      try values.new.isIdentical(to: cut?.picked(from: values.old) ?? values.old)
    {
      // It reads the same values, and that it sums them in the same order was seen.
      let nothing = try values.new.map { _ in 0 }
      return Traced(
        value: values.new, old: values.old, rounding: nothing,
        leftOut: try Spread(nothingOf: values.new.shape),
        isExplained: isExplained)
    }
    var own = try layer.rounding(of: values.new, for: input.value) ?? values.new.map { _ in 0 }
    if let old = try old.rounding(of: values.old, for: input.old) {
      own = try own.zip(try cut?.picked(from: old) ?? old, +)
    }
    if let cut, let folding = try folding(cut) {
      let plane = type(of: layer).filterDimension == -3 ? values.new.shape.lastPlane : 1
      own = try own.adding(folding, plane: plane)
    }
    var leftOut = try layer.passing(input.leftOut)
    var step = own
    if let cut, let border = try border(cut) {
      leftOut = try leftOut.adding(repeated: border)
      let nothing = try Spread(nothingOf: values.new.shape)
      step = try step.zip(try nothing.adding(repeated: border).largest(), +)
    }
    let given = try input.value.zip(try cut?.read(from: input.old) ?? input.old) { abs($0 - $1) }
    step = try step.zip(try layer.passing(difference: given), +)
    let made = try values.new.zip(try cut?.picked(from: values.old) ?? values.old) { abs($0 - $1) }
    return Traced(
      value: values.new, old: values.old,
      rounding: try layer.passing(difference: input.rounding).zip(own, +), leftOut: leftOut,
      isExplained: isExplained && isWithin(made, step))
  }

  /// Whether no difference exceeds its bound, which was added up in float32 itself.
  private func isWithin(_ differences: Tensor, _ bounds: Tensor) -> Bool {
    zip(differences.elements, bounds.elements).allSatisfy { $0 <= $1 * (1 + 0x1p-16) }
  }

  /// By how much each bias can be wrong into which constants were folded, in double and then rounded;
  /// nil where none were.
  private func folding(_ cut: Cut) throws -> [Float]? {
    guard let bias = cut.bias, cut.folded.contains(where: { $0 != 0 }) else { return nil }
    let site = cut.site
    return cut.outputs.indices.map { index in
      let magnitudes = cut.inputs.removed.reduce(0.0) { sum, channel in
        sum
          + Double(abs(site.input.constants[channel] ?? 0))
          * site.weight.magnitude(
            ofFilter: cut.outputs[index], channel: channel, columns: site.input.columns)
      }
      return abs(bias.elements[index]) * .unitRoundoff + Float(magnitudes) * 0x1p-40
    }
  }

  /// By how much the folded bias is wrong at each place of one image; nil where nothing pads.
  private func border(_ cut: Cut) throws -> Spread? {
    let site = cut.site
    let channels = cut.inputs.removed.compactMap { channel in
      let constant = Double(site.input.constants[channel] ?? 0)
      return site.read[channel] != 0 && constant != 0 ? (channel, constant) : nil
    }
    guard !channels.isEmpty, site.input.shape.rank == 4 else { return nil }
    return try site.border(outputs: cut.outputs, channels: channels)
  }
}

extension Compaction.Cut {
  /// What is left of the old layer's input.
  fileprivate func read(from values: Tensor) throws -> Tensor {
    try values.cut(
      outputs: Array(0..<values.shape[0]), inputs: inputs.kept, columns: site.input.columns,
      frame: (0, 0))
  }

  /// Whether each channel that was folded holds its constant everywhere.
  fileprivate func heldConstants(_ values: Tensor) -> Bool {
    let channels = site.input.constants.count
    let plane = values.count / max(1, values.shape[0] * channels)
    return inputs.removed.allSatisfy { channel in
      guard site.read[channel] != 0 else { return true }
      return (0..<values.shape[0]).allSatisfy { image in
        let start = (image * channels + channel) * plane
        return values.elements[start..<start + plane].allSatisfy {
          $0 == site.input.constants[channel]
        }
      }
    }
  }
}

extension Shape {
  /// How many elements the last two dimensions have.
  fileprivate var lastPlane: Int { dimensions.suffix(2).reduce(1, *) }
}

extension Tensor {
  /// A number for each channel added to its elements, so many of which lie side by side.
  fileprivate func adding(_ values: [Float], plane: Int) throws -> Tensor {
    try Tensor(shape: shape) { target in
      try Cancellation.forEachRow(count / max(1, plane), length: plane) { row, piece in
        let value = values[row % values.count]
        for index in piece { target[index] = elements[index] + value }
      }
    }
  }
}
