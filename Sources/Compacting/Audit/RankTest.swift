/// How two groups of numbers are ordered: Mann and Whitney's U.
struct RankTest {
  /// Pairs of one of the first and one of the second, and in how many the first is smaller; equal
  /// ones count half.
  let pairs: Double
  let smaller: Double
  /// Whether as many or more come about less often than once in a million, were the groups chosen at
  /// random: counted for few numbers, by the normal distribution for many.
  let isBeyondChance: Bool

  /// A chance below this one is none.
  private static let chance = 1e-6
  /// The normal distribution is beyond so many standard deviations with that chance.
  private static let deviations = 4.7534
  /// Products of sizes up to this one are counted exactly.
  private static let exactLimit = 20_000

  /// Compares two groups; what is NaN has no place among numbers and is left out.
  init(_ first: [Float], below second: [Float]) {
    let (first, second) = (first.filter { !$0.isNaN }, second.filter { !$0.isNaN })
    let all = (first.map { ($0, true) } + second.map { ($0, false) }).sorted { $0.0 < $1.0 }
    var (index, secondSeen, below, ties) = (0, 0.0, 0.0, 0.0)
    // From the smallest: each of the first is below all of the second that have not been seen.
    while index < all.count {
      var end = index + 1
      while end < all.count, all[end].0 == all[index].0 { end += 1 }
      let own = Double(all[index..<end].count { $0.1 })
      let others = Double(end - index) - own
      below += own * (Double(second.count) - secondSeen - others) + own * others / 2
      let size = Double(end - index)
      ties += size * size * size - size
      secondSeen += others
      index = end
    }
    pairs = Double(first.count * second.count)
    smaller = below
    isBeyondChance =
      first.count * second.count <= Self.exactLimit
      ? Self.exact(first.count, second.count, atLeast: below) < Self.chance
      : Self.deviations(Double(first.count), Double(second.count), ties: ties, atLeast: below)
        > Self.deviations
  }

  /// The share of the orders of m and n numbers whose U is at least this: the coefficients of the
  /// Gaussian binomial, by the recurrence of Mann and Whitney (1947).
  private static func exact(_ m: Int, _ n: Int, atLeast value: Double) -> Double {
    guard m > 0, n > 0 else { return 1 }
    // shares[u] for i and n numbers; each step adds one more of the first.
    var shares = [Double](repeating: 0, count: m * n + 1)
    shares[0] = 1
    for i in 1...m {
      // Multiply by (1 − q^(n+i)) and divide by (1 − q^i).
      if n + i <= m * n {
        for u in stride(from: m * n, through: n + i, by: -1) { shares[u] -= shares[u - n - i] }
      }
      if i <= m * n { for u in i...(m * n) { shares[u] += shares[u - i] } }
      let scale = Double(i) / Double(n + i)
      for u in shares.indices { shares[u] *= scale }
    }
    let first = max(0, Int(value.rounded(.down)))
    return min(1, max(0, shares[min(first, m * n)...].reduce(0, +)))
  }

  /// How many standard deviations U is above its mean.
  private static func deviations(
    _ m: Double, _ n: Double, ties: Double, atLeast value: Double
  ) -> Double {
    let total = m + n
    let variance = m * n / 12 * (total + 1 - ties / (total * (total - 1)))
    return variance > 0 ? (value - 0.5 - m * n / 2) / variance.squareRoot() : 0
  }
}
