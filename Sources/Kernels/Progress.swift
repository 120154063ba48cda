import Synchronization

/// How far the running loop is, for whoever waits for it.
///
/// Loops that may take long count their tasks here; a command may run several of them in turn.
public enum Progress {
  private static let total = Atomic<Int>(0)
  private static let done = Atomic<Int>(0)
  private static let loops = Atomic<Int>(0)

  /// The share of the running loop's tasks that are done, nil where none are counted.
  public static var fraction: Double? {
    let count = total.load(ordering: .relaxed)
    return count > 0 ? min(1, Double(done.load(ordering: .relaxed)) / Double(count)) : nil
  }

  /// Which loop is running: changes when another one begins.
  public static var loop: Int { loops.load(ordering: .relaxed) }

  /// Begins a loop of so many tasks.
  public static func begin(_ count: Int) {
    done.store(0, ordering: .relaxed)
    total.store(count, ordering: .relaxed)
    loops.wrappingAdd(1, ordering: .relaxed)
  }

  /// Counts tasks as done.
  public static func advance(by count: Int = 1) { done.wrappingAdd(count, ordering: .relaxed) }
}
