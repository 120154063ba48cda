import HashTreeCollections

/// A set of nodes' serials.
///
/// Kept in blocks of 64: the nodes of one backward pass lie close together, so that a pass adds one
/// or two entries however long its graph is, and states kept for undo share the others.
struct SerialSet {
  private static let blockSize: UInt64 = 64

  /// For each block that holds any, by its number, a bit for each serial.
  private var blocks: TreeDictionary<UInt64, UInt64> = [:]

  /// How many serials there are.
  private(set) var count = 0

  /// Whether a serial is one of them.
  func contains(_ serial: UInt64) -> Bool {
    (blocks[serial / Self.blockSize] ?? 0) & Self.bit(of: serial) != 0
  }

  /// Adds serials; fastest where neighbours come one after another.
  mutating func formUnion(_ serials: some Sequence<UInt64>) {
    var (block, bits): (UInt64, UInt64) = (0, 0)
    for serial in serials {
      if serial / Self.blockSize != block {
        insert(bits, into: block)
        (block, bits) = (serial / Self.blockSize, 0)
      }
      bits |= Self.bit(of: serial)
    }
    insert(bits, into: block)
  }

  /// The serials that fit a condition.
  func filter(_ isKept: (UInt64) -> Bool) -> SerialSet {
    var kept = SerialSet()
    for (block, bits) in blocks {
      let first = block * Self.blockSize
      for serial in first...first + (Self.blockSize - 1) where bits & Self.bit(of: serial) != 0 {
        if isKept(serial) { kept.formUnion(CollectionOfOne(serial)) }
      }
    }
    return kept
  }

  private mutating func insert(_ bits: UInt64, into block: UInt64) {
    guard bits != 0 else { return }
    let old = blocks[block] ?? 0
    blocks[block] = old | bits
    count += (bits & ~old).nonzeroBitCount
  }

  private static func bit(of serial: UInt64) -> UInt64 { 1 << (serial % blockSize) }
}
