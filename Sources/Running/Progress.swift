import Synchronization

/// How far the running loop is, for whoever waits for it.
///
/// Loops that may take long count their tasks here; a command may run several of them in turn.
public enum Progress {
  private static let total = Atomic<Int>(0)
  private static let done = Atomic<Int>(0)
  private static let loops = Atomic<Int>(0)

  /// Whether the tasks of inner loops are counted by the command that runs them.
  private static let isOwned = Atomic<Bool>(false)
  private static let name = Lock("")

  /// The command that runs, in one word; empty where none does. One that counts its own tasks goes by
  /// its own name all the time.
  public static var command: String {
    get { name.withLock { $0 } }
    set { if !isOwned.load(ordering: .relaxed) { name.withLock { $0 = newValue } } }
  }

  /// The share of the running loop's tasks that are done, nil where none are counted.
  public static var fraction: Double? {
    let count = total.load(ordering: .relaxed)
    return count > 0 ? min(1, Double(done.load(ordering: .relaxed)) / Double(count)) : nil
  }

  /// Which loop is running: changes when another one begins.
  public static var loop: Int { loops.load(ordering: .relaxed) }

  /// Begins a loop of so many tasks.
  public static func begin(_ count: Int) {
    guard !isOwned.load(ordering: .relaxed) else { return }
    start(count)
  }

  /// Runs a command that counts its own tasks; the loops within count nothing.
  ///
  /// - Parameters:
  ///   - count: how many tasks it has.
  ///   - body: is given what counts tasks as done.
  /// - Returns: what `body` returns.
  /// - Throws: what `body` throws.
  public static func own<Result>(
    _ count: Int, _ body: ((Int) -> Void) throws -> Result
  ) rethrows -> Result {
    guard !isOwned.exchange(true, ordering: .relaxed) else { return try body { _ in } }
    defer {
      isOwned.store(false, ordering: .relaxed)
      start(0)
    }
    start(count)
    return try body { done.wrappingAdd($0, ordering: .relaxed) }
  }

  private static func start(_ count: Int) {
    done.store(0, ordering: .relaxed)
    total.store(count, ordering: .relaxed)
    loops.wrappingAdd(1, ordering: .relaxed)
  }

  /// Counts tasks as done.
  public static func advance(by count: Int = 1) {
    guard !isOwned.load(ordering: .relaxed) else { return }
    done.wrappingAdd(count, ordering: .relaxed)
  }
}
