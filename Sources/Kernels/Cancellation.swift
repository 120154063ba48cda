import Synchronization

/// Thrown by long loops once somebody asked for the running command to stop.
public struct Cancelled: Error, Equatable {
  /// Makes the error.
  public init() {}
}

/// The one flag that asks the running command to stop.
///
/// A signal handler sets it and nothing else does; whoever starts a command clears it first. Long
/// loops look at it at least every ten milliseconds and unwind by throwing ``Cancelled``.
public enum Cancellation {
  private static let flag = Atomic<Bool>(false)

  /// Whether a stop was asked for since the last ``clear()``.
  public static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// Asks the running command to stop. Safe in a signal handler once ``clear()`` has run.
  public static func request() { flag.store(true, ordering: .relaxed) }

  /// Forgets an earlier request, before a new command starts.
  public static func clear() { flag.store(false, ordering: .relaxed) }

  /// Throws when a stop was asked for.
  ///
  /// - Throws: ``Cancelled``.
  @inlinable
  public static func check() throws(Cancelled) {
    if isRequested { throw Cancelled() }
  }
}
