import Synchronization

/// How much storage tensors have asked for since the program began.
///
/// What a command added is the difference over its run: an upper bound of what it left behind, since
/// intermediate tensors count too. Undo's memory budget and `time` read it.
public enum TensorMemory {
  private static let bytes = Atomic<Int>(0)

  /// Bytes asked for so far.
  public static var bytesMade: Int { bytes.load(ordering: .relaxed) }

  static func add(elements: Int) {
    bytes.wrappingAdd(elements * MemoryLayout<Float>.stride, ordering: .relaxed)
  }
}
