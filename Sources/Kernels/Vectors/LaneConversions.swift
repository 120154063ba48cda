// Conversions of eight lanes at once. The standard library's generic ones are calls that convert lane
// by lane; written out, they become one or two instructions.

/// Each lane as a double.
@inline(__always)
func doubles(_ x: SIMD8<Float>) -> SIMD8<Double> {
  SIMD8(
    Double(x[0]), Double(x[1]), Double(x[2]), Double(x[3]), Double(x[4]), Double(x[5]),
    Double(x[6]), Double(x[7]))
}

/// Each lane as the nearest float.
@inline(__always)
func floats(_ x: SIMD8<Int32>) -> SIMD8<Float> {
  SIMD8(
    Float(x[0]), Float(x[1]), Float(x[2]), Float(x[3]), Float(x[4]), Float(x[5]), Float(x[6]),
    Float(x[7]))
}

/// Each lane without its fraction; the caller knows that they fit.
@inline(__always)
func wholes(_ x: SIMD8<Float>) -> SIMD8<Int32> {
  SIMD8(
    Int32(x[0]), Int32(x[1]), Int32(x[2]), Int32(x[3]), Int32(x[4]), Int32(x[5]), Int32(x[6]),
    Int32(x[7]))
}

/// The same bits, with a sign.
@inline(__always)
func signed(_ bits: SIMD8<UInt32>) -> SIMD8<Int32> {
  unsafeBitCast(bits, to: SIMD8<Int32>.self)
}

/// The same bits, without a sign.
@inline(__always)
func unsigned(_ bits: SIMD8<Int32>) -> SIMD8<UInt32> {
  unsafeBitCast(bits, to: SIMD8<UInt32>.self)
}
