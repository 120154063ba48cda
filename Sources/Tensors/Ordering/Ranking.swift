import Running

/// The places of a row's elements while they are being put in order, smallest first.
///
/// Which of several equal elements comes first follows, in PyTorch on the CPU, from the steps of
/// libstdc++'s `sort`, `nth_element` and `partial_sort`, which it hands (value, index) pairs compared
/// by value alone. These steps are taken here in the same order.
struct Ranking {
  private struct Entry {
    let key: Int64
    let place: Int
  }

  private var entries: [Entry]

  /// Lists the elements of a row in the order in which they stand.
  ///
  /// - Parameters:
  ///   - row: `count` elements.
  ///   - count: how many.
  ///   - descending: whether larger elements come first.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  init<Element: Ordered>(
    _ row: UnsafePointer<Element>, count: Int, descending: Bool = false
  ) throws {
    entries = try Memory.array(mapping: count, work: 4) { place in
      let key = row[place].orderKey
      return Entry(key: descending ? ~key : key, place: place)
    }
  }

  /// The place in the row of what stands at a rank.
  subscript(_ rank: Int) -> Int { entries[rank].place }

  private func precedes(_ a: Entry, _ b: Entry) -> Bool { a.key < b.key }

  // MARK: Whole orders

  /// Equal elements stay in the order in which they stand.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  mutating func sortStably() throws {
    var target = try Memory.array(mapping: entries.count, work: 2) { entries[$0] }
    // Merges runs of doubling length, from short ones that are sorted by insertion.
    let run = 16
    for start in stride(from: 0, to: entries.count, by: run) {
      if start & 0xfff == 0 { try Cancellation.check() }
      insertionSort(start, min(entries.count, start + run))
    }
    var width = run
    while width < entries.count {
      for start in stride(from: 0, to: entries.count, by: 2 * width) {
        let middle = min(entries.count, start + width)
        let end = min(entries.count, middle + width)
        var (left, right) = (start, middle)
        for place in start..<end {
          if place & 0xfff == 0 { try Cancellation.check() }
          if left < middle, right == end || !precedes(entries[right], entries[left]) {
            target[place] = entries[left]
            left += 1
          } else {
            target[place] = entries[right]
            right += 1
          }
        }
      }
      swap(&entries, &target)
      width *= 2
    }
  }

  /// `std::sort` of the first `count` elements: introsort.
  ///
  /// - Throws: `Cancelled`.
  mutating func sort(first count: Int) throws {
    guard count > 1 else { return }
    try introsort(0, count, depth: Self.depth(count))
    insertionSort(0, min(count, Self.threshold))
    if count > Self.threshold {
      for index in Self.threshold..<count {
        if index & 0xfff == 0 { try Cancellation.check() }
        insert(entries[index], from: index)
      }
    }
  }

  private static let threshold = 16

  private static func depth(_ count: Int) -> Int {
    2 * (Int.bitWidth - 1 - count.leadingZeroBitCount)
  }

  private mutating func introsort(_ first: Int, _ last: Int, depth: Int) throws {
    var (last, depth) = (last, depth)
    while last - first > Self.threshold {
      if depth == 0 {
        try heapSelect(first: first, middle: last, last: last)
        try sortHeap(first: first, last: last)
        return
      }
      depth -= 1
      let cut = try partition(first, last)
      try introsort(cut, last, depth: depth)
      last = cut
    }
  }

  // MARK: Parts

  /// Puts the elements of several ranks in their places: the one in the middle of the list first, then
  /// those on its left, then those on its right.
  ///
  /// - Parameters:
  ///   - ranks: the ranks, ascending.
  ///   - range: where they lie.
  /// - Throws: `Cancelled`.
  mutating func select(_ ranks: ArraySlice<Int>, in range: Range<Int>) throws {
    guard !ranks.isEmpty else { return }
    let middle = ranks.startIndex + ranks.count / 2
    let rank = ranks[middle]
    try select(rank, in: range)
    try select(ranks[..<middle], in: range.lowerBound..<rank)
    try select(ranks[(middle + 1)...], in: rank + 1..<range.upperBound)
  }

  /// `std::nth_element`: introselect. What is smaller comes before, what is larger after.
  ///
  /// - Parameters:
  ///   - nth: the rank whose element is put in its place.
  ///   - range: where it lies; all where nil.
  /// - Throws: `Cancelled`.
  mutating func select(_ nth: Int, in range: Range<Int>? = nil) throws {
    var (first, last) = (range?.lowerBound ?? 0, range?.upperBound ?? entries.count)
    guard last > first else { return }
    var depth = Self.depth(last - first)
    while last - first > 3 {
      if depth == 0 {
        try heapSelect(first: first, middle: nth + 1, last: last)
        entries.swapAt(first, nth)
        return
      }
      depth -= 1
      let cut = try partition(first, last)
      if cut <= nth { first = cut } else { last = cut }
    }
    insertionSort(first, last)
  }

  /// `std::partial_sort` without its last step: the first `count` are the smallest, as a heap.
  ///
  /// - Throws: `Cancelled`.
  mutating func selectHeap(_ count: Int) throws {
    try heapSelect(first: 0, middle: count, last: entries.count)
  }

  /// Puts a heap of the first `count` in order.
  ///
  /// - Throws: `Cancelled`.
  mutating func sortHeap(_ count: Int) throws { try sortHeap(first: 0, last: count) }

  /// The quickselect with which PyTorch's `kthvalue` looks for a rank.
  ///
  /// - Throws: `Cancelled`.
  mutating func quickSelect(_ rank: Int) throws {
    var (left, right) = (0, entries.count - 1)
    func follows(_ a: Int, _ b: Int) -> Bool { precedes(entries[b], entries[a]) }
    while right > left {
      try Cancellation.check()
      if right == left + 1 {
        if follows(left, right) { entries.swapAt(left, right) }
        return
      }
      entries.swapAt((left + right) >> 1, left + 1)
      if follows(left + 1, right) { entries.swapAt(left + 1, right) }
      if follows(left, right) { entries.swapAt(left, right) }
      if follows(left + 1, left) { entries.swapAt(left + 1, left) }
      var (low, high) = (left + 1, right)
      let pivot = entries[left]
      while true {
        repeat { low += 1 } while precedes(entries[low], pivot)
        repeat { high -= 1 } while precedes(pivot, entries[high])
        if high < low { break }
        entries.swapAt(low, high)
        if low & 0xffff == 0 { try Cancellation.check() }
      }
      entries.swapAt(left, high)
      if high <= rank { left = low }
      if high >= rank { right = high - 1 }
    }
  }

  // MARK: Steps

  private mutating func partition(_ first: Int, _ last: Int) throws(Cancelled) -> Int {
    try Cancellation.check()
    moveMedian(to: first, first + 1, first + (last - first) / 2, last - 1)
    let pivot = entries[first]
    var (left, right) = (first + 1, last)
    while true {
      while precedes(entries[left], pivot) {
        left += 1
        if left & 0xffff == 0 { try Cancellation.check() }
      }
      right -= 1
      while precedes(pivot, entries[right]) {
        right -= 1
        if right & 0xffff == 0 { try Cancellation.check() }
      }
      if left >= right { return left }
      entries.swapAt(left, right)
      left += 1
      if left & 0xff == 0 { try Cancellation.check() }
    }
  }

  private mutating func moveMedian(to result: Int, _ a: Int, _ b: Int, _ c: Int) {
    let (x, y, z) = (entries[a], entries[b], entries[c])
    if precedes(x, y) {
      entries.swapAt(result, precedes(y, z) ? b : precedes(x, z) ? c : a)
    } else {
      entries.swapAt(result, precedes(x, z) ? a : precedes(y, z) ? c : b)
    }
  }

  private mutating func insertionSort(_ first: Int, _ last: Int) {
    for index in first..<last where index > first {
      let moved = entries[index]
      guard precedes(moved, entries[first]) else {
        insert(moved, from: index)
        continue
      }
      for hole in stride(from: index, to: first, by: -1) { entries[hole] = entries[hole - 1] }
      entries[first] = moved
    }
  }

  /// Moves an element to its place among those before it, of which one is not larger.
  private mutating func insert(_ moved: Entry, from index: Int) {
    var hole = index
    while precedes(moved, entries[hole - 1]) {
      entries[hole] = entries[hole - 1]
      hole -= 1
    }
    entries[hole] = moved
  }

  /// `std::__heap_select`: a heap of the first ones, into which smaller ones are exchanged.
  private mutating func heapSelect(first: Int, middle: Int, last: Int) throws(Cancelled) {
    let length = middle - first
    for parent in stride(from: length / 2 - 1, through: 0, by: -1) {
      if parent & 0xfff == 0 { try Cancellation.check() }
      adjustHeap(first, hole: parent, length: length, moved: entries[first + parent])
    }
    for index in middle..<last {
      if index & 0xfff == 0 { try Cancellation.check() }
      guard precedes(entries[index], entries[first]) else { continue }
      let moved = entries[index]
      entries[index] = entries[first]
      adjustHeap(first, hole: 0, length: length, moved: moved)
    }
  }

  /// `std::__sort_heap`: the largest goes to the end, again and again.
  private mutating func sortHeap(first: Int, last: Int) throws(Cancelled) {
    for end in stride(from: last - 1, to: first, by: -1) {
      if end & 0xfff == 0 { try Cancellation.check() }
      let moved = entries[end]
      entries[end] = entries[first]
      adjustHeap(first, hole: 0, length: end - first, moved: moved)
    }
  }

  /// `std::__adjust_heap`: sinks the hole to a leaf, then lifts the moved one to its place.
  private mutating func adjustHeap(_ first: Int, hole: Int, length: Int, moved: Entry) {
    let top = hole
    var hole = hole
    var child = hole
    while child < (length - 1) / 2 {
      child = 2 * (child + 1)
      if precedes(entries[first + child], entries[first + child - 1]) { child -= 1 }
      entries[first + hole] = entries[first + child]
      hole = child
    }
    if length % 2 == 0, child == (length - 2) / 2 {
      child = 2 * (child + 1)
      entries[first + hole] = entries[first + child - 1]
      hole = child - 1
    }
    var parent = (hole - 1) / 2
    while hole > top, precedes(entries[first + parent], moved) {
      entries[first + hole] = entries[first + parent]
      hole = parent
      parent = (hole - 1) / 2
    }
    entries[first + hole] = moved
  }
}
