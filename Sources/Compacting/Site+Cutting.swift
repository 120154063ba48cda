import Gradients
import Layers
import Running
import Tensors

// What is cut out of one layer's weight.

extension ChannelFlow.Site {
  /// By how much the values of some filters are larger where channels of a constant each are folded:
  /// at the border, where their weights fall on padding.
  ///
  /// - Returns: the difference for one image.
  func border(outputs: [Int], channels: [(channel: Int, constant: Double)]) throws -> Spread {
    let kernel = weight.shape.droppingFirst.droppingFirst
    // Planes of one value each are one channel.
    let joined = try outputs.flatMap { output in
      try Cancellation.check()
      var sums = Array(repeating: 0.0, count: kernel.count)
      for (channel, constant) in channels {
        let start = (output * weight.shape[1] + channel) * kernel.count
        for tap in sums.indices { sums[tap] += constant * Double(weight.elements[start + tap]) }
      }
      return sums
    }
    let weights = Tensor(
      joined.map { Float($0) }, shape: Shape([outputs.count, 1] + kernel.dimensions))
    var layer: any Layer = try layer.remade(weight: weights, bias: nil)
    layer.affine?.epsilon = nil
    let ones = try Tensor(repeating: 1, shape: Shape([1, 1] + input.shape.dimensions[2...]))
    let reached = try layer.value(of: ones)
    let plane = reached.shape.dimensions[2...].reduce(1, *)
    func part(_ side: (Double) -> Double) throws -> Tensor {
      try Tensor(shape: reached.shape) { target in
        try Cancellation.forEachRow(outputs.count, length: plane) { row, piece in
          let taps = joined[row * kernel.count..<(row + 1) * kernel.count]
          let total = taps.reduce(0, +)
          let rounding =
            taps.reduce(0) { $0 + abs($1) } * Double(kernel.count + 1) * Double(Float.unitRoundoff)
          for index in piece {
            let gap = side(total - Double(reached.elements[index]))
            // What float32's rounding leaves of an equal sum is no gap.
            target[index] = gap > rounding ? Float(gap + rounding) : 0
          }
        }
      }
    }
    return Spread(below: try part { -$0 }, above: try part { $0 })
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
