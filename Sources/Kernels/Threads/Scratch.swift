import CProcessor
import Running

/// Buffers for the time of one call, kept for the next one.
///
/// Fresh pages from the system cost more than the arithmetic of a small layer. At most
/// ``keptBytes`` are kept; what goes beyond is given back at once.
enum Scratch {
  private static let keptBytes = 64 << 20
  private static let lineBytes = 64
  private static let pageBytes = 4096
  /// A kept buffer of so many bytes is taken however little is wanted.
  private static let alwaysReusedBytes = 1 << 16

  private struct Pool: Sendable {
    // Raw pointers are not Sendable; each of these belongs to the pool alone until it is taken out.
    var free: [(buffer: Shared<UnsafeMutableRawPointer>, bytes: Int)] = []
    var bytes = 0
  }

  private static let pool: Lock<Pool> = {
    Memory.whenShort(giveBackKept)
    return Lock(Pool())
  }()

  /// Calls `body` with room for `count` floats, uninitialized, aligned to a cache line.
  ///
  /// - Throws: ``OutOfMemory``, and what `body` throws.
  static func withFloats<Result>(
    _ count: Int, _ body: (UnsafeMutablePointer<Float>) throws -> Result
  ) throws -> Result {
    // Whole cache lines, and at least a page.
    let bytes = max(pageBytes, (count * 4 + lineBytes - 1) / lineBytes * lineBytes)
    let kept = take(bytes)
    let buffer = try kept?.buffer ?? allocate(bytes)
    defer { give(buffer, bytes: kept?.bytes ?? bytes) }
    return try body(buffer.pointer.bindMemory(to: Float.self, capacity: count))
  }

  /// A new buffer.
  ///
  /// - Throws: ``OutOfMemory``. Unlike an array's storage it may be refused without harm, by the
  ///   allocator itself: several threads ask at once, and a look before would not see the others.
  private static func allocate(_ bytes: Int) throws -> Shared<UnsafeMutableRawPointer> {
    try Memory.borrow(bytes: bytes)
    guard let buffer = dpu_allocate(bytes) else {
      giveBackKept()
      throw OutOfMemory(bytes: bytes, free: 0)
    }
    return Shared(buffer)
  }

  /// Gives the kept buffers back: somebody needs the memory.
  static func giveBackKept() {
    let kept = pool.withLock { pool in
      defer { pool = Pool() }
      return pool.free
    }
    for entry in kept { dpu_free(entry.buffer.pointer) }
  }

  /// The smallest kept buffer that is large enough, unless it is more than twice as large.
  private static func take(_ bytes: Int) -> (buffer: Shared<UnsafeMutableRawPointer>, bytes: Int)? {
    pool.withLock { pool in
      var best: Int?
      for index in pool.free.indices where pool.free[index].bytes >= bytes {
        if pool.free[index].bytes > max(2 * bytes, alwaysReusedBytes) { continue }
        if let found = best, pool.free[found].bytes <= pool.free[index].bytes { continue }
        best = index
      }
      guard let best else { return nil }
      let found = pool.free.remove(at: best)
      pool.bytes -= found.bytes
      return found
    }
  }

  private static func give(_ buffer: Shared<UnsafeMutableRawPointer>, bytes: Int) {
    let isKept = pool.withLock { pool in
      guard pool.bytes + bytes <= keptBytes, pool.free.count < 64 else { return false }
      pool.free.append((buffer, bytes))
      pool.bytes += bytes
      return true
    }
    if !isKept { dpu_free(buffer.pointer) }
  }
}
