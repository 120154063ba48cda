import Synchronization

/// Independent tasks on all cores.
///
/// What a task computes must not depend on which thread runs it nor on how many there are; then
/// neither do the results.
public enum Parallel {
  private static let requested = Atomic<Int>(0)
  private static let cores = processorCount()

  /// How many threads work at once, at least one; all cores unless set.
  ///
  /// Setting 0 returns to all cores.
  public static var threadCount: Int {
    get {
      let count = requested.load(ordering: .relaxed)
      return count > 0 ? count : cores
    }
    set { requested.store(max(0, newValue), ordering: .relaxed) }
  }

  /// Multiply-adds below which waking a second thread costs more than it saves.
  static let smallestWork = 1_000_000

  /// Runs `body` once for each index below `count`, in any order, and waits for all.
  ///
  /// - Parameters:
  ///   - count: the number of tasks.
  ///   - work: multiply-adds, or as many simple steps, of all tasks together.
  ///   - body: one task; it writes only to memory that no other task touches.
  /// - Throws: ``Cancelled`` when a task did; the other threads stop before their next task.
  static func forEach(
    _ count: Int, work: Int, _ body: @Sendable (Int) throws(Cancelled) -> Void
  ) throws(Cancelled) {
    if work >= smallestWork { Progress.begin(count) }
    let threads = min(threadCount, count)
    guard threads > 1, work >= smallestWork else {
      for index in 0..<count {
        try Cancellation.check()
        try body(index)
        Progress.advance()
      }
      return
    }
    let next = Atomic<Int>(0)
    let stopped = Atomic<Bool>(false)
    // Several at a time where there are many: threads that count together wait for each other.
    let grain = max(1, count / (threads * 16))
    Helpers.run(with: threads - 1) {
      while !stopped.load(ordering: .relaxed) {
        let first = next.wrappingAdd(grain, ordering: .relaxed).oldValue
        guard first < count else { return }
        let last = min(count, first + grain)
        do throws(Cancelled) {
          for index in first..<last {
            try Cancellation.check()
            try body(index)
          }
          Progress.advance(by: last - first)
        } catch {
          stopped.store(true, ordering: .relaxed)
        }
      }
    }
    if stopped.load(ordering: .relaxed) { throw Cancelled() }
  }
}

/// A buffer handed to several threads.
///
/// Unchecked: every task that gets one writes to a part of its own, or only reads.
struct Shared<Pointer>: @unchecked Sendable {
  let pointer: Pointer

  init(_ pointer: Pointer) { self.pointer = pointer }
}
