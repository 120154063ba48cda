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

  /// Elements that a piece has at most where each takes one simple step.
  @inlinable public static var piece: Int { 1 << 15 }

  /// Calls `body` for `count` elements in pieces, on all cores where that pays, and looks at the
  /// cancel flag in between.
  ///
  /// Several threads call `body` at once: it writes only to what belongs to the elements of its
  /// piece, and what it computes for one does not depend on the piece.
  ///
  /// - Parameters:
  ///   - count: how many elements.
  ///   - work: simple steps that each takes.
  ///   - body: one piece; a loop over it is compiled into vectors where it is written.
  /// - Throws: ``Cancelled``, and what `body` throws.
  @inlinable @inline(__always)
  public static func forEachPiece(
    of count: Int, work: Int = 1, _ body: (Range<Int>) throws -> Void
  ) throws {
    let length = max(1, piece / max(1, work))
    if count <= length {
      try body(0..<count)
    } else {
      try forEachPiece(of: count, length: length, work: work, body)
    }
  }

  @usableFromInline
  static func forEachPiece(
    of count: Int, length: Int, work: Int, _ body: (Range<Int>) throws -> Void
  ) throws {
    try withoutActuallyEscaping(body) { body in
      let shared = Shared(body)
      try forEach((count + length - 1) / length, work: count * work * 8) { task in
        try shared.pointer(task * length..<min(count, (task + 1) * length))
      }
    }
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

/// A buffer, or what works on one, handed to several threads.
///
/// Unchecked: every task that gets one writes to a part of its own, or only reads.
struct Shared<Pointer>: @unchecked Sendable {
  let pointer: Pointer

  init(_ pointer: Pointer) { self.pointer = pointer }
}
