/// PyTorch's random generator for the CPU, bit for bit: a 32-bit Mersenne Twister and, as part of
/// its state, the second value of a normal pair that is kept for the next draw.
public struct Generator: Sendable, Equatable {
  private static let length = 624

  private var words: [UInt32]
  private var position: Int
  private var keptNormal: Double?

  /// Seeds as `torch.manual_seed`: the low 32 bits count.
  public init(seed: UInt64 = 0) {
    var words = [UInt32](repeating: UInt32(truncatingIfNeeded: seed), count: Self.length)
    for index in 1..<Self.length {
      let last = words[index - 1]
      words[index] = 1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(index)
    }
    self.words = words
    position = Self.length
  }

  /// The next 32 random bits (MT19937).
  public mutating func next32() -> UInt32 {
    if position == Self.length { twist() }
    var word = words[position]
    position += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9d2c_5680
    word ^= (word << 15) & 0xefc6_0000
    return word ^ (word >> 18)
  }

  /// The next 64 random bits: two draws, the first one high.
  public mutating func next64() -> UInt64 {
    let high = UInt64(next32())
    return high << 32 | UInt64(next32())
  }

  /// A float32 uniform in [low, high), as `uniform_`: 24 bits scaled in double by a float32 width.
  public mutating func uniform(low: Float, high: Float) -> Float {
    let unit = Double(next32() & 0xff_ffff) * 0x1p-24
    return Float(unit * Double(high - low) + Double(low))
  }

  /// A whole number from `low` and below `high`, which is larger: 32 bits modulo the range, 64 bits
  /// where it has 2²⁸ numbers or more.
  public mutating func integer(low: Int64, below high: Int64) -> Int64 {
    let range = UInt64(bitPattern: high &- low)
    guard range >= 1 << 28 else { return low &+ Int64(next32() % UInt32(range)) }
    return low &+ Int64(bitPattern: next64() % range)
  }

  /// A standard normal value of the pairwise path, which `randn` takes below 16 elements.
  ///
  /// Box and Muller in double; the sine is kept for the next call.
  public mutating func pairwiseNormal() -> Double {
    if let kept = keptNormal {
      keptNormal = nil
      return kept
    }
    let first = Double(next64() & ((1 << 53) - 1)) * 0x1p-53
    let second = Double(next64() & ((1 << 53) - 1)) * 0x1p-53
    // log1p(-u) is log(1 - u) here: u is a multiple of 2^-53, so 1 - u is exact.
    let radius = (-2 * DoubleMath.log(1 - second)).squareRoot()
    let (sine, cosine) = DoubleMath.sineAndCosine(ofTurn: 2 * Double.pi * first)
    keptNormal = radius * sine
    return radius * cosine
  }

  private mutating func twist() {
    func mix(_ upper: UInt32, _ lower: UInt32, _ far: UInt32) -> UInt32 {
      let bits = (upper & 0x8000_0000) | (lower & 0x7fff_ffff)
      return far ^ (bits >> 1) ^ (lower & 1 == 0 ? 0 : 0x9908_b0df)
    }
    words.withUnsafeMutableBufferPointer { words in
      for index in 0..<227 {
        words[index] = mix(words[index], words[index + 1], words[index + 397])
      }
      for index in 227..<623 {
        words[index] = mix(words[index], words[index + 1], words[index - 227])
      }
      words[623] = mix(words[623], words[0], words[396])
    }
    position = 0
  }
}
