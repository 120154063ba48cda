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
    let gaps = try missing(outputs: Array(0..<weight.shape[0]), channels: [(channel, 1)])
    return gaps.elements.reduce(0) { max($0, Double($1)) }
  }

  /// For each place of some filters by how much the magnitudes of their weights for some channels,
  /// times a number each, are less than away from the border.
  func missing(outputs: [Int], channels: [(channel: Int, factor: Double)]) throws -> Tensor {
    let kernel = weight.shape.droppingFirst.droppingFirst
    // What is the same everywhere is one channel.
    let joined = try outputs.flatMap { output in
      try Cancellation.check()
      var sums = Array(repeating: 0.0, count: kernel.count)
      for (channel, factor) in channels {
        let start = (output * weight.shape[1] + channel) * kernel.count
        for tap in sums.indices { sums[tap] += factor * Double(abs(weight.elements[start + tap])) }
      }
      return sums
    }
    let weights = Tensor(
      joined.map { Float($0) }, shape: Shape([outputs.count, 1] + kernel.dimensions))
    var layer: any Layer = try layer.remade(weight: weights, bias: nil)
    layer.affine?.epsilon = nil
    let ones = try Tensor(repeating: 1, shape: Shape([1, 1] + input.shape.dimensions[2...]))
    let reached = try layer.value(of: ones)
    let rounding = Double(Float.unitRoundoff) * Double(kernel.count + 1)
    let plane = reached.shape.dimensions[2...].reduce(1, *)
    return try Tensor(shape: reached.shape) { target in
      try Cancellation.forEachRow(outputs.count, length: plane) { row, piece in
        let total = joined[row * kernel.count..<(row + 1) * kernel.count].reduce(0, +)
        for index in piece {
          let gap = total - Double(reached.elements[index])
          // What float32's rounding leaves of an equal sum is no gap.
          target[index] = gap > total * rounding ? Float(gap + total * rounding) : 0
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
