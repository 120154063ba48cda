import Running

/// Lines that went and lines that came.
///
/// Short stretches are compared for the shortest way, which takes the square of their length; long
/// ones are first cut at the lines that both have exactly once, so that the whole stays linear. What
/// such lines do not cut is taken as replaced.
struct LineDifference {
  enum Change: Equatable {
    case same(String)
    case removed(String)
    case added(String)
  }

  /// The most lines, old and new together, that are compared for the shortest way.
  private static let shortest = 400

  private let old: [String]
  private let new: [String]
  private var changes: [Change] = []

  /// The way from one list of lines to the other, removals before additions.
  ///
  /// - Throws: `Cancelled`.
  static func changes(from old: [String], to new: [String]) throws -> [Change] {
    var difference = LineDifference(old: old, new: new)
    try difference.compare(old.indices, new.indices, mayCut: true)
    return difference.changes
  }

  private init(old: [String], new: [String]) {
    self.old = old
    self.new = new
  }

  private mutating func compare(
    _ old: Range<Int>, _ new: Range<Int>, mayCut: Bool
  ) throws {
    try Cancellation.check()
    let pairs = zip(old, new)
    let before = pairs.prefix { self.old[$0] == self.new[$1] }.count
    let room = min(old.count, new.count) - before
    let after = zip(old.reversed(), new.reversed()).prefix(room)
      .prefix { self.old[$0] == self.new[$1] }.count
    keep(old.prefix(before))
    let innerOld = old.dropFirst(before).dropLast(after)
    let innerNew = new.dropFirst(before).dropLast(after)
    if innerOld.count + innerNew.count <= Self.shortest {
      takeShortest(innerOld, innerNew)
    } else if mayCut, !innerOld.isEmpty, !innerNew.isEmpty {
      try cut(innerOld, innerNew)
    } else {
      remove(innerOld)
      add(innerNew)
    }
    keep(old.suffix(after))
  }

  private mutating func keep(_ lines: Range<Int>) { changes += lines.map { .same(old[$0]) } }
  private mutating func remove(_ lines: Range<Int>) { changes += lines.map { .removed(old[$0]) } }
  private mutating func add(_ lines: Range<Int>) { changes += lines.map { .added(new[$0]) } }

  private mutating func takeShortest(_ oldRange: Range<Int>, _ newRange: Range<Int>) {
    let difference = new[newRange].difference(from: old[oldRange])
    let removals = Set(difference.removals.map { $0.offset + oldRange.lowerBound })
    let insertions = Set(difference.insertions.map { $0.offset + newRange.lowerBound })
    var (i, j) = (oldRange.lowerBound, newRange.lowerBound)
    while i < oldRange.upperBound || j < newRange.upperBound {
      if i < oldRange.upperBound, removals.contains(i) {
        remove(i..<i + 1)
        i += 1
      } else if j < newRange.upperBound, insertions.contains(j) {
        add(j..<j + 1)
        j += 1
      } else {
        keep(i..<i + 1)
        i += 1
        j += 1
      }
    }
  }

  /// Cuts both at the longest row of lines that each has once, and compares what lies between.
  private mutating func cut(_ oldRange: Range<Int>, _ newRange: Range<Int>) throws {
    let places = try Self.unique(old, oldRange)
    let others = try Self.unique(new, newRange)
    let pairs = try newRange.compactMap { place -> (old: Int, new: Int)? in
      try Cancellation.check()
      guard others[new[place]] == place, let partner = places[new[place]] else { return nil }
      return (partner, place)
    }
    var (i, j) = (oldRange.lowerBound, newRange.lowerBound)
    for pair in try Self.longestRise(pairs) {
      try compare(i..<pair.old, j..<pair.new, mayCut: false)
      keep(pair.old..<pair.old + 1)
      (i, j) = (pair.old + 1, pair.new + 1)
    }
    try compare(i..<oldRange.upperBound, j..<newRange.upperBound, mayCut: false)
  }

  /// Where each line stands that is there once.
  private static func unique(_ lines: [String], _ range: Range<Int>) throws -> [String: Int] {
    var places: [String: Int?] = [:]
    for place in range {
      try Cancellation.check()
      places.updateValue(places[lines[place]] == nil ? place : nil, forKey: lines[place])
    }
    return places.compactMapValues { $0 }
  }

  /// The longest part of pairs, sorted by their new places, whose old places grow, too.
  private static func longestRise(
    _ pairs: [(old: Int, new: Int)]
  ) throws -> [(old: Int, new: Int)] {
    // For each length the index of the pair with the smallest old place that ends such a row.
    var ends: [Int] = []
    var previous = [Int?](repeating: nil, count: pairs.count)
    for (index, pair) in pairs.enumerated() {
      try Cancellation.check()
      var (low, high) = (0, ends.count)
      while low < high {
        let middle = (low + high) / 2
        if pairs[ends[middle]].old < pair.old { low = middle + 1 } else { high = middle }
      }
      previous[index] = low > 0 ? ends[low - 1] : nil
      if low == ends.count { ends.append(index) } else { ends[low] = index }
    }
    var row: [(old: Int, new: Int)] = []
    var index = ends.last
    while let place = index {
      row.append(pairs[place])
      index = previous[place]
    }
    return row.reversed()
  }
}

extension CollectionDifference.Change {
  fileprivate var offset: Int {
    switch self {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }
}
