import Synchronization

/// Counts the multiply-adds that products of matrices and convolutions make of their sums: in debug
/// builds, for tests. A release build has no trace of it.
///
/// Counted is where the loops run, in the terms of the direct sums: what falls on padding counts, as
/// what papers print, and Winograd's way counts for the nine products of each output that it stands
/// for.
public enum MultiplyAdds {
  #if COUNTING
    final class Counter: Sendable {
      let total = Atomic<Int>(0)
    }

    @TaskLocal static var counter: Counter?
  #endif

  /// The multiply-adds of forward passes within `body`; nil in a build that does not count.
  public static func counted(_ body: () throws -> Void) rethrows -> Int? {
    #if COUNTING
      let counter = Counter()
      try $counter.withValue(counter, operation: body)
      return counter.total.load(ordering: .relaxed)
    #else
      try body()
      return nil
    #endif
  }
}

/// Where a kernel counts: made on the thread that calls it, added to on those that help.
struct MultiplyAddCount: Sendable {
  #if COUNTING
    private let counter = MultiplyAdds.counter
  #endif

  @inline(__always)
  func add(_ count: @autoclosure () -> Int) {
    #if COUNTING
      counter?.total.add(count(), ordering: .relaxed)
    #endif
  }
}
