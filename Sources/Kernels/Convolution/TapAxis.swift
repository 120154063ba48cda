import Running

/// Where the positions of a padded source that taps read lie in memory, along one dimension.
///
/// Positions are split by their remainder modulo the step, so that neighbouring outputs are
/// neighbours in memory. Remainders that no tap has take no room; nor do, when it is packed, the
/// positions between taps that no output reads.
struct TapAxis: Sendable {
  /// Positions, a step apart, that are neighbours in memory.
  struct Run {
    /// The first one in memory, and in the padded source.
    let place: Int
    let position: Int
    var count: Int
  }

  /// The runs of each remainder, in order.
  let runs: [[Run]]
  /// Places of one remainder.
  let length: Int
  private let step: Int
  private let remainders: [Int]

  /// Every position of the remainders that taps have.
  ///
  /// - Parameters:
  ///   - taps: the taps' positions.
  ///   - step: positions from one output to the next.
  ///   - length: places of one remainder.
  /// - Throws: ``Cancelled``.
  init(taps: [Int], step: Int, length: Int) throws {
    self.step = step
    self.length = length
    remainders = step == 1 ? [0] : try Self.distinct(taps) { $0 % step }
    runs = remainders.map { [Run(place: 0, position: $0, count: length)] }
  }

  /// Only the positions that outputs read.
  ///
  /// - Parameters:
  ///   - taps: the taps' positions.
  ///   - step: positions from one output to the next.
  ///   - outputs: how many outputs there are.
  /// - Throws: ``Cancelled``.
  init(taps: [Int], step: Int, packedFor outputs: Int) throws {
    self.step = step
    let sorted = try Dictionary(grouping: Self.distinct(taps) { $0 }) { tap in
      try Cancellation.check()
      return tap % step
    }
    remainders = sorted.keys.sorted()
    runs = try remainders.map { remainder in
      var runs: [Run] = []
      for tap in sorted[remainder] ?? [] {
        try Cancellation.check()
        if let last = runs.last, tap / step <= last.position / step + last.count {
          runs[runs.count - 1].count = tap / step - last.position / step + outputs
        } else {
          let place = runs.last.map { $0.place + $0.count } ?? 0
          runs.append(Run(place: place, position: tap, count: outputs))
        }
      }
      return runs
    }
    length = runs.compactMap(\.last).reduce(0) { max($0, $1.place + $1.count) }
  }

  /// The different ones among the numbers that taps have, in order.
  private static func distinct(_ taps: [Int], _ number: (Int) -> Int) throws -> [Int] {
    var numbers: Set<Int> = []
    for tap in taps {
      try Cancellation.check()
      numbers.insert(number(tap))
    }
    return try numbers.sorted { a, b in
      try Cancellation.check()
      return a < b
    }
  }

  /// Whether the places are the positions.
  var isWhole: Bool { runs.count == 1 && runs[0].count == 1 && runs[0][0].position == 0 }

  /// The remainder of a tap, counted among those in use, and the place that its first output reads.
  func place(of tap: Int) -> (remainder: Int, place: Int) {
    let remainder = step == 1 ? 0 : remainders.firstIndex(of: tap % step) ?? 0
    let own = runs[remainder]
    var (low, high) = (0, own.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if own[middle].position <= tap { low = middle } else { high = middle }
    }
    return (remainder, own[low].place + tap / step - own[low].position / step)
  }
}
