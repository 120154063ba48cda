import CProcessor
import Synchronization

/// More memory than there is was asked for.
public struct OutOfMemory: Error, Equatable {
  /// The bytes that were asked for.
  public let bytes: Int
  /// The bytes that are free.
  public let free: Int

  /// Makes the error.
  public init(bytes: Int, free: Int) { (self.bytes, self.free) = (bytes, free) }

  /// What is wrong, in words.
  public var message: String {
    "it takes \(Self.text(bytes)) of memory more, and \(Self.text(free)) are free"
  }

  /// Bytes as people say them: `3.6 GB`, `58 MB`.
  public static func text(_ bytes: Int) -> String {
    let megabytes = bytes / 1_000_000 + (bytes % 1_000_000 >= 500_000 ? 1 : 0)
    guard megabytes >= 100 else { return "\(megabytes) MB" }
    let tenths = (megabytes + 50) / 100
    return "\(tenths / 10).\(tenths % 10) GB"
  }
}

/// The one place that looks whether there is memory before it is asked for.
///
/// An allocation that is refused ends the program, and one that is granted and not there lets the
/// system end it; so what grows with a tensor is claimed here first. A claim is a counter's step. From
/// ``stretch`` to ``stretch`` bytes the allocator is asked whether it has that many and
/// ``reserve`` more; from ``wideStretch`` to ``wideStretch``, and for as much at once, so is the
/// system.
public enum Memory {
  /// Bytes that are left to what nobody claims: texts, tables, threads.
  private static let reserve = 32 << 20
  private static let stretch = 8 << 20
  private static let wideStretch = 64 << 20

  private static let claimed = Atomic<Int>(0)
  /// The part of it that was for the time of one call.
  private static let borrowed = Atomic<Int>(0)
  private static let nextLook = Atomic<Int>(stretch)
  private static let nextWideLook = Atomic<Int>(wideStretch)
  /// What gives back memory that is kept for later.
  private static let givers = Lock<[@Sendable () -> Void]>([])

  /// The bytes claimed so far, what was borrowed left out: an upper bound of what is held.
  ///
  /// What a command added is the difference over its run. Undo's memory budget and `time` read it.
  public static var bytesClaimed: Int {
    claimed.load(ordering: .relaxed) - borrowed.load(ordering: .relaxed)
  }

  /// Claims memory that is about to be allocated.
  ///
  /// - Throws: ``OutOfMemory``.
  public static func claim(bytes: Int) throws(OutOfMemory) {
    // What no machine has must not overflow the counter.
    guard bytes < 1 << 46 else { throw OutOfMemory(bytes: bytes, free: FreeMemory.bytes ?? 0) }
    let total = claimed.wrappingAdd(bytes, ordering: .relaxed).newValue
    if total >= nextLook.load(ordering: .relaxed) { try look(for: bytes, total: total) }
  }

  /// Claims memory for the time of one call.
  ///
  /// - Throws: ``OutOfMemory``.
  public static func borrow(bytes: Int) throws(OutOfMemory) {
    try claim(bytes: bytes)
    borrowed.wrappingAdd(bytes, ordering: .relaxed)
  }

  /// Counts memory that is allocated already.
  public static func count(bytes: Int) { claimed.wrappingAdd(bytes, ordering: .relaxed) }

  /// Looks whether there is memory to go on with, where what grows has not been claimed.
  ///
  /// - Throws: ``OutOfMemory``.
  public static func check() throws(OutOfMemory) {
    guard !hasRoom(for: 0) else { return }
    throw OutOfMemory(bytes: reserve, free: 0)
  }

  /// Has this called whenever memory is short: it frees what is kept for later.
  ///
  /// Call it once for each place that keeps memory.
  public static func whenShort(_ giveBack: @escaping @Sendable () -> Void) {
    givers.withLock { $0.append(giveBack) }
  }

  /// Whether so many bytes, and the reserve, can be allocated: for what can do without.
  public static func hasRoom(for bytes: Int) -> Bool {
    if dpu_has_memory(bytes, reserve) != 0 { return true }
    for giveBack in givers.withLock({ $0 }) { giveBack() }
    return dpu_has_memory(bytes, reserve) != 0
  }

  /// An array whose storage `body` fills, claimed before it is allocated; every element must be
  /// written.
  ///
  /// - Throws: ``OutOfMemory``, ``Cancelled``, and what `body` throws.
  @inlinable
  public static func array<Element>(
    _ count: Int, filledBy body: (UnsafeMutablePointer<Element>) throws -> Void
  ) throws -> [Element] {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    try claim(bytes: overflow ? .max : bytes)
    return try array(claimed: count, filledBy: body)
  }

  /// An array whose storage, claimed already, `body` fills; every element must be written.
  ///
  /// - Throws: ``Cancelled``, and what `body` throws.
  @inlinable
  public static func array<Element>(
    claimed count: Int, filledBy body: (UnsafeMutablePointer<Element>) throws -> Void
  ) throws -> [Element] {
    try Cancellation.check()
    // The standard library would write into the storage that all empty arrays share.
    guard count > 0 else { return [] }
    return try [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let base = buffer.baseAddress else { return }
      preferLargePages(base, bytes: count * MemoryLayout<Element>.stride)
      try body(base)
      initialized = count
    }
  }

  @usableFromInline
  static func preferLargePages(_ block: UnsafeMutableRawPointer, bytes: Int) {
    dpu_prefer_large_pages(block, bytes)
  }

  /// Appends to an array, for whose growth memory is claimed before it grows.
  ///
  /// - Throws: ``OutOfMemory``; the array is then as it was.
  @inlinable
  public static func append<Element>(
    _ element: Element, to array: inout [Element]
  ) throws(OutOfMemory) {
    if array.count == array.capacity {
      try borrow(bytes: 2 * max(64, array.capacity) * MemoryLayout<Element>.stride)
    }
    array.append(element)
  }

  /// An array of which each element is computed from its place, in some `work` simple steps.
  ///
  /// - Throws: ``OutOfMemory``, ``Cancelled``.
  @inlinable @inline(__always)
  public static func array<Element>(
    mapping count: Int, work: Int = 1, _ element: (Int) -> Element
  ) throws -> [Element] {
    try array(count) { target in
      try Cancellation.forEachPiece(of: count, work: work) { piece in
        for index in piece { (target + index).initialize(to: element(index)) }
      }
    }
  }

  /// So many zeros.
  ///
  /// - Throws: ``OutOfMemory``, ``Cancelled``.
  public static func zeros(_ count: Int) throws -> [Float] { try array(mapping: count) { _ in 0 } }

  private static func look(for bytes: Int, total: Int) throws(OutOfMemory) {
    guard hasRoom(for: bytes) else {
      throw OutOfMemory(bytes: bytes, free: max(0, (FreeMemory.bytes ?? 0) - reserve))
    }
    if bytes >= wideStretch || total >= nextWideLook.load(ordering: .relaxed) {
      if let free = FreeMemory.bytes, bytes > free { throw OutOfMemory(bytes: bytes, free: free) }
      nextWideLook.store(total + wideStretch, ordering: .relaxed)
    }
    nextLook.store(total + stretch, ordering: .relaxed)
  }
}
