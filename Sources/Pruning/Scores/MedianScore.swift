import Gradients
import Running
import Tensors

/// The sum of a group's distances to all others: what lies near the median of all groups can be
/// replaced by them. Y. He et al., "Filter Pruning via Geometric Median" (2019).
public struct MedianScore: Score {
  public let name = "fpgm"
  public let formula = "torch.cdist(rows, rows).sum(dim=1)"

  public var looksAtWeightAlone: Bool { true }

  public func scores(
    of source: ScoreSource, in partition: Partition, generator: inout Generator
  ) throws -> Variable {
    let (count, length) = (partition.count, partition.groupSize)
    let rows = try partition.rows(of: source.weight.tensor)
    if length == 1, rows.allSatisfy(\.isFinite) {
      return Variable(try Self.distances(of: rows, shape: partition.groups))
    }
    var sums = try Memory.array(mapping: count) { _ in 0.0 }
    try rows.withUnsafeBufferPointer { rows in
      for group in 0..<count {
        try Cancellation.forEachPiece(of: count - group - 1, work: length) { piece in
          for other in piece.lowerBound + group + 1..<piece.upperBound + group + 1 {
            var squares = 0.0
            for place in 0..<length {
              let difference = rows[group * length + place] - rows[other * length + place]
              squares += Double(difference) * Double(difference)
            }
            let distance = squares.squareRoot()
            sums[group] += distance
            sums[other] += distance
          }
        }
      }
    }
    return Variable(
      try Tensor(shape: partition.groups) { target in
        for group in 0..<count { target[group] = Float(sums[group]) }
      })
  }

  /// The sums of the distances of single numbers: in order, each is above those before it and below
  /// those after it, whose sums are known.
  private static func distances(of values: [Float], shape: Shape) throws -> Tensor {
    try Memory.borrow(bytes: values.count * MemoryLayout<Int>.stride)
    try Cancellation.check()
    let order = values.indices.sorted { values[$0] < values[$1] }
    let total = values.reduce(0.0) { $0 + Double($1) }
    return try Tensor(shape: shape) { target in
      var below = 0.0
      for (place, index) in order.enumerated() {
        if place & 0xfff == 0 { try Cancellation.check() }
        let value = Double(values[index])
        if place > 0, values[order[place - 1]] == values[index] {
          // Equal numbers have equal scores, to the bit.
          target[index] = target[order[place - 1]]
        } else {
          let above = total - below
          target[index] = Float(
            value * Double(place) - below + above - value * Double(order.count - place))
        }
        below += value
      }
    }
  }
}

extension Partition {
  /// The elements of each group in row-major order, one group after the other.
  fileprivate func rows(of tensor: Tensor) throws -> [Float] {
    var filled = try Memory.array(mapping: count) { _ in 0 }
    let length = groupSize
    var rows = try Memory.array(mapping: tensor.count) { _ in Float(0) }
    try forEachRun { run in
      var group = run.group
      for element in run.elements {
        rows[group * length + filled[group]] = tensor.elements[element]
        filled[group] += 1
        group += run.stride
      }
    }
    return rows
  }
}
