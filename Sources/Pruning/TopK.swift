import Running
import Tensors

/// Which elements `torch.topk` chooses on the CPU, ties included.
///
/// PyTorch hands (value, index) pairs, compared by value alone with NaN as the largest, to
/// libstdc++'s `nth_element`, or to `partial_sort` where k · 64 <= n. Which of several equal values
/// are chosen follows from the steps of these algorithms, so they are taken here in the same order.
enum TopK {
  /// The indices of the `count` largest or smallest values, in no particular order.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  static func indices(of values: [Float], count: Int, largest: Bool) throws -> [Int] {
    guard count > 0 else { return [] }
    var selection = try PartialOrder(values: values, largest: largest)
    if count * 64 <= values.count {
      try selection.heapSelect(first: 0, middle: count, last: values.count)
    } else {
      try selection.selectNth(count - 1)
    }
    return try Memory.array(mapping: count) { selection.order[$0] }
  }
}

/// A permutation of indices that is being partitioned by value.
private struct PartialOrder {
  let values: [Float]
  let largest: Bool
  var order: [Int]

  init(values: [Float], largest: Bool) throws {
    self.values = values
    self.largest = largest
    order = try Memory.array(mapping: values.count) { $0 }
  }

  /// Whether index `a` comes before index `b`: NaN counts as the largest value.
  private func precedes(_ a: Int, _ b: Int) -> Bool {
    let (x, y) = (values[a], values[b])
    return largest ? (x.isNaN && !y.isNaN) || x > y : (!x.isNaN && y.isNaN) || x < y
  }

  /// `std::nth_element`: introselect.
  mutating func selectNth(_ nth: Int) throws {
    var (first, last) = (0, order.count)
    var depth = 2 * (Int.bitWidth - 1 - last.leadingZeroBitCount)
    while last - first > 3 {
      if depth == 0 {
        try heapSelect(first: first, middle: nth + 1, last: last)
        order.swapAt(first, nth)
        return
      }
      depth -= 1
      try Cancellation.check()
      let cut = try partition(first, last)
      if cut <= nth { first = cut } else { last = cut }
    }
    insertionSort(first, last)
  }

  private mutating func partition(_ first: Int, _ last: Int) throws(Cancelled) -> Int {
    moveMedian(to: first, first + 1, first + (last - first) / 2, last - 1)
    let pivot = order[first]
    var (left, right) = (first + 1, last)
    while true {
      while precedes(order[left], pivot) {
        left += 1
        if left & 0xffff == 0 { try Cancellation.check() }
      }
      right -= 1
      while precedes(pivot, order[right]) {
        right -= 1
        if right & 0xffff == 0 { try Cancellation.check() }
      }
      if left >= right { return left }
      order.swapAt(left, right)
      left += 1
      if left & 0xff == 0 { try Cancellation.check() }
    }
  }

  private mutating func moveMedian(to result: Int, _ a: Int, _ b: Int, _ c: Int) {
    let (x, y, z) = (order[a], order[b], order[c])
    if precedes(x, y) {
      order.swapAt(result, precedes(y, z) ? b : precedes(x, z) ? c : a)
    } else {
      order.swapAt(result, precedes(x, z) ? a : precedes(y, z) ? c : b)
    }
  }

  private mutating func insertionSort(_ first: Int, _ last: Int) {
    for index in first..<last where index > first {
      let moved = order[index]
      var hole = index
      if precedes(moved, order[first]) {
        while hole > first {
          order[hole] = order[hole - 1]
          hole -= 1
        }
      } else {
        while precedes(moved, order[hole - 1]) {
          order[hole] = order[hole - 1]
          hole -= 1
        }
      }
      order[hole] = moved
    }
  }

  /// `std::__heap_select`: a heap of the first ones, into which smaller ones are exchanged.
  mutating func heapSelect(first: Int, middle: Int, last: Int) throws {
    let length = middle - first
    for parent in stride(from: length / 2 - 1, through: 0, by: -1) {
      if parent & 0xfff == 0 { try Cancellation.check() }
      adjustHeap(first, hole: parent, length: length, moved: order[first + parent])
    }
    for index in middle..<last {
      if index & 0xfff == 0 { try Cancellation.check() }
      guard precedes(order[index], order[first]) else { continue }
      let moved = order[index]
      order[index] = order[first]
      adjustHeap(first, hole: 0, length: length, moved: moved)
    }
  }

  /// `std::__adjust_heap`: sinks the hole to a leaf, then lifts the moved one to its place.
  private mutating func adjustHeap(_ first: Int, hole: Int, length: Int, moved: Int) {
    let top = hole
    var hole = hole
    var child = hole
    while child < (length - 1) / 2 {
      child = 2 * (child + 1)
      if precedes(order[first + child], order[first + child - 1]) { child -= 1 }
      order[first + hole] = order[first + child]
      hole = child
    }
    if length % 2 == 0, child == (length - 2) / 2 {
      child = 2 * (child + 1)
      order[first + hole] = order[first + child - 1]
      hole = child - 1
    }
    var parent = (hole - 1) / 2
    while hole > top, precedes(order[first + parent], moved) {
      order[first + hole] = order[first + parent]
      hole = parent
      parent = (hole - 1) / 2
    }
    order[first + hole] = moved
  }
}
