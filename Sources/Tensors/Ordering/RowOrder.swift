import Running

/// Which of a row's elements PyTorch picks, ties included, and in which order.
public enum RowOrder {
  /// The places of the `count` largest or smallest elements: `torch.topk`.
  ///
  /// PyTorch takes libstdc++'s `partial_sort` where count · 64 <= n, and `nth_element` elsewhere.
  ///
  /// - Parameters:
  ///   - row: `length` elements.
  ///   - length: how many.
  ///   - count: how many are picked; at most as many.
  ///   - largest: whether the largest are.
  ///   - isSorted: whether they come in order; else in no particular one.
  /// - Returns: the places.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public static func top<Element: Ordered>(
    _ row: UnsafePointer<Element>, length: Int, count: Int, largest: Bool, isSorted: Bool
  ) throws -> [Int] {
    guard count > 0 else { return [] }
    var ranking = try Ranking(row, count: length, descending: largest)
    if count * 64 <= length {
      try ranking.selectHeap(count)
      try ranking.sortHeap(count)
    } else {
      try ranking.select(count - 1)
      // The last one is in its place already.
      if isSorted { try ranking.sort(first: count - 1) }
    }
    return try Memory.array(mapping: count) { ranking[$0] }
  }

  /// The places of all elements in order: `torch.sort`.
  ///
  /// - Parameters:
  ///   - row: `length` elements.
  ///   - length: how many.
  ///   - descending: whether the largest comes first.
  ///   - isStable: whether equal elements keep their order.
  /// - Returns: the places.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public static func sorted<Element: Ordered>(
    _ row: UnsafePointer<Element>, length: Int, descending: Bool, isStable: Bool
  ) throws -> [Int] {
    var ranking = try Ranking(row, count: length, descending: descending)
    if isStable { try ranking.sortStably() } else { try ranking.sort(first: length) }
    return try Memory.array(mapping: length) { ranking[$0] }
  }

  /// The place of the element of a rank from the smallest, 0: `torch.kthvalue`.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public static func ranked<Element: Ordered>(
    _ rank: Int, _ row: UnsafePointer<Element>, length: Int
  ) throws -> Int {
    var ranking = try Ranking(row, count: length)
    try ranking.quickSelect(rank)
    return ranking[rank]
  }

  /// The places of the elements of several ranks from the smallest, 0: `torch.quantile`.
  ///
  /// PyTorch sorts where there are more of them than the square root of the length.
  ///
  /// - Parameters:
  ///   - ranks: the ranks.
  ///   - row: `length` elements.
  ///   - length: how many.
  /// - Returns: a place for each rank.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public static func ranked<Element: Ordered>(
    _ ranks: [Int], _ row: UnsafePointer<Element>, length: Int
  ) throws -> [Int] {
    var ranking = try Ranking(row, count: length)
    if ranks.count > length / max(1, ranks.count) {
      try ranking.sort(first: length)
    } else {
      try ranking.select(Set(ranks).sorted()[...], in: 0..<length)
    }
    return ranks.map { ranking[$0] }
  }

  /// The place of the lower of the two elements in the middle, or of the first NaN: `torch.median`.
  ///
  /// - Parameters:
  ///   - row: `length` elements.
  ///   - length: how many, at least one.
  ///   - inOrder: whether equal elements come in the order in which they stand, as `median(dim)` has
  ///     it; `median()` takes libstdc++'s `nth_element` as it is, which tells 0 from −0.
  /// - Returns: the place.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public static func median<Element: Ordered>(
    _ row: UnsafePointer<Element>, length: Int, inOrder: Bool
  ) throws -> Int {
    let largest = try extreme(row, length: length, isLargest: true)
    if row[largest].isNaN { return largest }
    var ranking = try Ranking(row, count: length)
    let rank = (length - 1) / 2
    try ranking.select(rank)
    guard inOrder else { return ranking[rank] }
    let key = row[ranking[rank]].orderKey
    var before = try Cancellation.count(of: length) { row[$0].orderKey < key }
    for place in 0..<length where row[place].orderKey == key {
      if before == rank { return place }
      before += 1
    }
    return ranking[rank]
  }

  /// The place of the first of the largest or smallest elements, or of the first NaN:
  /// `torch.argmax`.
  ///
  /// - Throws: `Cancelled`.
  @inlinable @inline(__always)
  public static func extreme<Element: Ordered>(
    _ row: UnsafePointer<Element>, length: Int, isLargest: Bool
  ) throws -> Int {
    // Flipped, the smallest element is the largest, and NaN stays it.
    let flip: Int64 = isLargest ? 0 : -1
    func rank(_ element: Element) -> Int64 {
      let key = element.orderKey ^ flip
      return element.isNaN ? .max : key
    }
    // The largest of a block is found in vectors; where it stands, in the one block that has it.
    let block = 512
    var (first, best) = (0, Int64.min)
    try Cancellation.forEachPiece(of: (length + block - 1) / block, work: block) { piece in
      for start in piece {
        let (start, end) = (start * block, min(length, (start + 1) * block))
        var largest = Int64.min
        for index in start..<end { largest = max(largest, rank(row[index])) }
        if largest > best { (first, best) = (start, largest) }
      }
    }
    var place = first
    while place < length, rank(row[place]) != best { place += 1 }
    return place
  }
}
