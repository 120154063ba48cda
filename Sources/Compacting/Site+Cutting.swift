import Gradients
import Layers
import Running
import Tensors

// What is cut out of one layer's weight.

extension ChannelFlow.Site {
  /// How much of the magnitudes of a channel's weights a filter can miss at the border, where they
  /// fall on padding: the largest over filters and places.
  func border(ofChannel channel: Int) throws -> Double {
    // What is not finite is lost in sums of magnitudes: nothing bounds it.
    guard read[channel].isFinite else { return .infinity }
    guard input.shape.rank == 4 else { return 0 }
    let own = try weight.cut(
      outputs: Array(0..<weight.shape[0]), inputs: [channel], columns: 1, frame: (0, 0))
    let ones = try Tensor(repeating: 1, shape: Shape([1, 1] + input.shape.dimensions[2...]))
    return try missing(own, planes: ones).elements.reduce(0) { max($0, Double($1)) }
  }

  /// For each place by how much the magnitudes of a weight, times planes of one value each, are less
  /// than away from the border.
  func missing(_ weight: Tensor, planes: Tensor) throws -> Tensor {
    let reached = try layer.magnitudes(of: weight).value(of: planes)
    let plane = planes.shape.dimensions[2...].reduce(1, *)
    let totals = (0..<weight.shape[0]).map { output in
      (0..<weight.shape[1]).reduce(0.0) { sum, channel in
        let magnitude = weight.magnitude(ofFilter: output, channel: channel, columns: 1)
        return sum + magnitude * Double(abs(planes.elements[channel * plane]))
      }
    }
    let places = reached.shape.dimensions[2...].reduce(1, *)
    return try Tensor(shape: reached.shape) { target in
      try Cancellation.forEachRow(reached.count / max(1, places), length: places) { row, piece in
        let total = totals[row % totals.count]
        for index in piece {
          let gap = total - Double(reached.elements[index])
          // What float32's rounding leaves of an equal sum is no gap.
          target[index] = gap > total * 1e-5 ? Float(gap) * (1 + 4 * .unitRoundoff) : 0
        }
      }
    }
  }

  /// How many rows and columns on each side of the kernel are zero in what stays, and can go.
  func zeroFrame(inputs: [Int], outputs: [Int]) -> (rows: Int, columns: Int) {
    guard weight.shape.rank == 4 else { return (0, 0) }
    let (rows, columns) = (weight.shape[2], weight.shape[3])
    var isUsed = Array(repeating: false, count: rows * columns)
    for output in outputs {
      for channel in inputs {
        let start = (output * weight.shape[1] + channel) * rows * columns
        for place in isUsed.indices where weight.elements[start + place] != 0 {
          isUsed[place] = true
        }
      }
    }
    // A layer that is zero everywhere keeps its kernel: nothing tells how much of it is a frame.
    guard isUsed.contains(true) else { return (0, 0) }
    func isZero(row: Int) -> Bool { (0..<columns).allSatisfy { !isUsed[row * columns + $0] } }
    func isZero(column: Int) -> Bool { (0..<rows).allSatisfy { !isUsed[$0 * columns + column] } }
    var frame = (rows: 0, columns: 0)
    while frame.rows < layer.frame.rows, isZero(row: frame.rows),
      isZero(row: rows - 1 - frame.rows)
    {
      frame.rows += 1
    }
    while frame.columns < layer.frame.columns, isZero(column: frame.columns),
      isZero(column: columns - 1 - frame.columns)
    {
      frame.columns += 1
    }
    return frame
  }
}

extension Layer {
  /// The same layer with magnitudes as its weight, and nothing added.
  func magnitudes(of weight: Tensor) throws -> any Layer {
    var result: any Layer = try remade(weight: try weight.map { abs($0) }, bias: nil)
    result.affine?.epsilon = nil
    return result
  }

  /// Its value for an input, without a graph.
  func value(of input: Tensor) throws -> Tensor {
    var layer = self
    return try layer.forward(Variable(input)).tensor
  }
}

extension Tensor {
  /// The sum of a filter's weights for a channel.
  func sum(ofFilter output: Int, channel: Int, columns: Int) -> Double {
    weights(ofFilter: output, channel: channel, columns: columns).reduce(0) { $0 + Double($1) }
  }

  /// The sum of the magnitudes of a filter's weights for a channel.
  func magnitude(ofFilter output: Int, channel: Int, columns: Int) -> Double {
    weights(ofFilter: output, channel: channel, columns: columns).reduce(0) { $0 + Double(abs($1)) }
  }

  private func weights(
    ofFilter output: Int, channel: Int, columns: Int
  ) -> ArraySlice<Float> {
    let length = shape.dimensions[2...].reduce(columns, *)
    let start = (output * (shape[1] / columns) + channel) * length
    return elements[start..<start + length]
  }

  /// A weight's filters and channels, or a batch's images and channels, without a frame.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  func cut(
    outputs: [Int], inputs: [Int], columns: Int, frame: (rows: Int, columns: Int)
  ) throws -> Tensor {
    let kernel = shape.rank == 4 ? (shape[2], shape[3]) : (1, 1)
    let rows = frame.rows..<kernel.0 - frame.rows
    let places = frame.columns..<kernel.1 - frame.columns
    let sizes =
      [outputs.count, inputs.count * columns]
      + (shape.rank == 4 ? [rows.count, places.count] : [])
    return try Tensor(shape: Shape(checking: sizes)) { target in
      var next = 0
      for output in outputs {
        try Cancellation.check()
        for channel in inputs {
          for column in 0..<columns {
            let start = output * shape[1] + channel * columns + column
            for row in rows {
              for place in places {
                target[next] = elements[(start * kernel.0 + row) * kernel.1 + place]
                next += 1
              }
            }
          }
        }
      }
    }
  }
}
