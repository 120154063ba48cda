import Synchronization

/// A value that one thread at a time gets at: a mutex that the thread sanitizer can follow.
///
/// Swift's Mutex takes its lock in a library that is not compiled for the sanitizer, which sees no
/// order between two holders. The atomic says the same once more, in code that it sees: who comes
/// later reads what who came before has written. On x86-64 both are plain moves.
public struct Lock<Value: Sendable>: ~Copyable, Sendable {
  @usableFromInline let mutex: Mutex<Value>
  @usableFromInline let turn = Atomic<Int>(0)

  /// Makes a lock with the value that it guards.
  @inlinable
  public init(_ value: Value) { mutex = Mutex(value) }

  /// Calls `body` with the value while no other thread has it.
  @inlinable
  public func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
    mutex.withLock { value in
      let earlier = turn.load(ordering: .acquiring)
      defer { turn.store(earlier &+ 1, ordering: .releasing) }
      return body(&value)
    }
  }
}
