import CVectors
import Synchronization

/// How wide the vectors are that the largest loops work with. No bit of a result depends on it.
///
/// A build for 128-bit vectors, and one for another processor than x86-64, has no wider ones.
public enum VectorWidth {
  /// The widths that this processor has and this build knows, in bits.
  public static let supported: [Int] = {
    #if arch(x86_64) && !NARROW_VECTORS
      return dpu_has_wide_vectors() ? [256, 512] : [256]
    #else
      return [128]
    #endif
  }()

  private static let requested = Atomic<Int>(0)

  /// The width in use, in bits: the widest that is supported unless set.
  ///
  /// Setting 0 returns to that; anything else must be supported.
  public static var bits: Int {
    get {
      let bits = requested.load(ordering: .relaxed)
      return bits > 0 ? bits : supported[supported.count - 1]
    }
    set {
      precondition(newValue == 0 || supported.contains(newValue), "a width that is not supported")
      requested.store(newValue, ordering: .relaxed)
    }
  }

  /// Whether the loops of CVectors run instead of those in Swift.
  static var isWide: Bool { bits == 512 }
}
