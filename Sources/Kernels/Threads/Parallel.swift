import Running
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

  /// Tasks for which threads find work however unequal they are; what has fewer is cut in parts.
  static let enoughTasks = 8

  /// Runs `body` once for each index below `count`, in any order, and waits for all.
  ///
  /// - Parameters:
  ///   - count: the number of tasks.
  ///   - work: multiply-adds, or as many simple steps, of all tasks together.
  ///   - body: one task; it writes only to memory that no other task touches.
  /// - Throws: ``Cancelled``, and what a task throws; the other threads stop before their next task.
  static func forEach(
    _ count: Int, work: Int, _ body: @Sendable (Int) throws -> Void
  ) throws {
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
    let queue = TaskQueue(count: count, threads: threads)
    defer { queue.deallocate() }
    let stopped = Atomic<Bool>(false)
    let failure = Lock<(any Error)?>(nil)
    Helpers.run(with: threads - 1) { thread in
      while !stopped.load(ordering: .relaxed), let tasks = queue.take(thread) {
        do {
          for index in tasks {
            try Cancellation.check()
            try body(index)
          }
          Progress.advance(by: tasks.count)
        } catch {
          failure.withLock { $0 = error }
          stopped.store(true, ordering: .relaxed)
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }
}

/// Tasks in as many equal parts as there are threads.
///
/// A thread takes its own part first, then what is left of the others': where there are two, each
/// works on the same part of a layer in one pass after another, and finds it in its core's cache.
///
/// Unchecked: threads share nothing but the counters, which are atomic.
struct TaskQueue: @unchecked Sendable {
  private let count: Int
  private let threads: Int
  /// Several at a time where there are many: threads that count together wait for each other.
  private let grain: Int
  /// Tasks taken of each part, a cache line apart.
  private let taken: UnsafeMutablePointer<Atomic<Int>>
  private static let pitch = 8

  init(count: Int, threads: Int) {
    self.count = count
    self.threads = threads
    grain = max(1, count / (threads * 16))
    taken = .allocate(capacity: threads * Self.pitch)
    for index in 0..<threads * Self.pitch { (taken + index).initialize(to: Atomic(0)) }
  }

  func deallocate() { taken.deallocate() }

  /// The next tasks for a thread, nil when all are taken.
  func take(_ thread: Int) -> Range<Int>? {
    for offset in 0..<threads {
      let part = (thread + offset) % threads
      let (start, end) = (count * part / threads, count * (part + 1) / threads)
      let counter = taken + part * Self.pitch
      // A part that is used up stays so; not to count on keeps its cache line shared.
      guard counter.pointee.load(ordering: .relaxed) < end - start else { continue }
      let first = start + counter.pointee.wrappingAdd(grain, ordering: .relaxed).oldValue
      if first < end { return first..<min(end, first + grain) }
    }
    return nil
  }
}

/// A buffer handed to several threads.
///
/// Unchecked: every task that gets one writes to a part of its own, or only reads.
struct Shared<Pointer>: @unchecked Sendable {
  let pointer: Pointer

  init(_ pointer: Pointer) { self.pointer = pointer }
}
