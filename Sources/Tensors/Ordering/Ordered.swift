/// An element that PyTorch can put in order: numbers and truth values, NaN the largest of all.
public protocol Ordered: Sendable {
  /// A whole number that is larger for what comes later; equal elements, 0 and −0 too, have one key.
  var orderKey: Int64 { get }
  /// Whether it is NaN.
  var isNaN: Bool { get }
}

extension Float: Ordered {
  @inlinable
  public var orderKey: Int64 {
    // Adding 0 makes −0 the same as 0.
    let bits = Int32(bitPattern: (self + 0).bitPattern)
    return isNaN ? .max : Int64(bits >= 0 ? bits : .min - bits)
  }
}

extension Double: Ordered {
  @inlinable
  public var orderKey: Int64 {
    let bits = Int64(bitPattern: (self + 0).bitPattern)
    return isNaN ? .max : bits >= 0 ? bits : .min &- bits
  }
}

extension Int64: Ordered {
  @inlinable
  public var orderKey: Int64 { self }
  @inlinable
  public var isNaN: Bool { false }
}

extension Bool: Ordered {
  @inlinable
  public var orderKey: Int64 { self ? 1 : 0 }
  @inlinable
  public var isNaN: Bool { false }
}
