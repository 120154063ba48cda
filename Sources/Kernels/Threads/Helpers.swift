import CProcessor
import Dispatch
import Running
import Synchronization

/// Threads that help one caller at a time, and wait a moment for the next one.
///
/// Waking a thread takes as long as a small layer does. So a helper looks for more work for some
/// hundred microseconds before it goes back to Dispatch, and a caller never waits for one that has
/// not begun.
enum Helpers {
  private struct State {
    /// Whether a caller has the helpers; and until its own share is done, what they can do for it.
    var isTaken = false
    var work: (@Sendable (Int) -> Void)?
    var wanted = 0
  }

  private static let state = Lock(State())
  /// Helpers at work. None begins while the caller looks whether all have ended.
  private static let busy = Atomic<Int>(0)
  /// Helpers that work or look for work, or were called and have not come yet.
  private static let called = Atomic<Int>(0)
  /// Changes with every caller, so that a waiting helper sees without the lock that none has come.
  private static let callers = Atomic<Int>(0)
  /// More than the stack of a thread.
  private static let stackSize = 16 << 20
  /// How often a helper looks; a pause is 20 to 40 ns.
  private static let patience = 8_000

  /// Runs `work` with 0 on this thread and, as soon as they come, with 1 to `count` on others.
  ///
  /// A call of `work` must return when there is nothing left to do. While another caller has the
  /// helpers, this thread works alone.
  static func run(with count: Int, _ work: @Sendable (Int) -> Void) {
    withoutActuallyEscaping(work) { work in
      let isFirst = state.withLock { state in
        guard !state.isTaken else { return false }
        state = State(isTaken: true, work: work, wanted: count)
        return true
      }
      if isFirst {
        callers.wrappingAdd(1, ordering: .releasing)
        let missing = count - called.load(ordering: .relaxed)
        // A thread that cannot have its stack makes Dispatch wait for better times. Counted once: a
        // helper may be gone again before the next one is called.
        if missing > 0, Memory.hasRoom(for: missing * stackSize) {
          called.wrappingAdd(missing, ordering: .relaxed)
          for _ in 0..<missing {
            DispatchQueue.global(qos: .userInitiated).async { lookForWork() }
          }
        }
      }
      work(0)
      guard isFirst else { return }
      state.withLock { $0.work = nil }
      var looks = 0
      while busy.load(ordering: .acquiring) > 0 {
        looks += 1
        // Where there are fewer processors than threads, the others need this one.
        if looks % 1_000 == 0 { dpu_yield() } else { dpu_pause() }
      }
      state.withLock { $0.isTaken = false }
    }
  }

  /// A helper's life: it serves whoever comes, until nobody has come for a while.
  private static func lookForWork() {
    var (seen, looks) = (-1, 0)
    while looks < patience {
      let newest = callers.load(ordering: .acquiring)
      if newest == seen {
        dpu_pause()
        looks += 1
      } else {
        (seen, looks) = (newest, 0)
        if serve() { busy.wrappingSubtract(1, ordering: .releasing) }
      }
    }
    called.wrappingSubtract(1, ordering: .relaxed)
  }

  /// Works for the caller that has the helpers, if any, and tells whether it did.
  ///
  /// A function of its own, so that the caller's closure is released before `busy` falls: the closure
  /// must not outlive the call.
  @inline(never)
  private static func serve() -> Bool {
    let share = state.withLock { state -> (work: @Sendable (Int) -> Void, thread: Int)? in
      guard state.wanted > 0, let work = state.work else { return nil }
      let thread = state.wanted
      state.wanted -= 1
      busy.wrappingAdd(1, ordering: .relaxed)
      return (work, thread)
    }
    guard let share else { return false }
    share.work(share.thread)
    return true
  }
}
