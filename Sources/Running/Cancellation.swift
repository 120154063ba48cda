import Synchronization

/// Thrown by long loops once somebody asked for the running command to stop.
public struct Cancelled: Error, Equatable {
  /// Where in a long command it stopped, in words: `turn 17`.
  public let place: String?

  /// Makes the error.
  public init(at place: String? = nil) { self.place = place }
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

  /// Elements after which a pass over many looks at the flag: some ten microseconds.
  @inlinable public static var piece: Int { 1 << 16 }

  /// Calls `body` for `count` elements in pieces, and looks at the flag between two.
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
    var start = 0
    let length = max(1, piece / max(1, work))
    while start < count {
      let end = min(count, start + length)
      try body(start..<end)
      start = end
      if start < count { try check() }
    }
  }

  /// How many of `count` places fit a condition.
  ///
  /// - Throws: ``Cancelled``.
  @inlinable @inline(__always)
  public static func count(of count: Int, where fits: (Int) -> Bool) throws -> Int {
    var found = 0
    try forEachPiece(of: count) { piece in
      for place in piece where fits(place) { found += 1 }
    }
    return found
  }

  /// Calls `body` for `count` rows of one length, each in pieces, and looks at the flag in between.
  ///
  /// - Parameters:
  ///   - count: how many rows.
  ///   - length: the elements of each.
  ///   - body: a row's number, and a piece of its elements counted from the first row's.
  /// - Throws: ``Cancelled``, and what `body` throws.
  @inlinable @inline(__always)
  public static func forEachRow(
    _ count: Int, length: Int, _ body: (Int, Range<Int>) throws -> Void
  ) throws {
    var passed = 0
    for row in 0..<count {
      try forEachPiece(of: length) { piece in
        let start = row * length
        try body(row, start + piece.lowerBound..<start + piece.upperBound)
      }
      passed += length + 1
      if passed >= piece {
        passed = 0
        try check()
      }
    }
  }
}
