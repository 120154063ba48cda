/// Why a gradient is zero. The order is that in which one is named first where there are several.
public enum ZeroReason: String, Hashable, Sendable, CaseIterable {
  /// A mask multiplies it by 0.
  case masked
  /// A rectifier's input is exactly 0.
  case atZero
  /// A rectifier's input is below 0.
  case closed
  /// Another element was the largest of its window.
  case notLargest
  /// A sigmoid or tanh so close to its bound that its slope is 0.
  case saturated
  /// A function that is flat between its jumps.
  case flat
  /// An element beyond a limit, or at one.
  case clamped
  /// Another value was chosen in its place.
  case notChosen
  /// A factor happens to be 0.
  case zeroFactor
  /// The factor is the zero that padding added.
  case padding
  /// Nothing that was differentiated depends on it.
  case nothingUpstream
  /// Its terms are not zero, their sum is.
  case cancels
  /// The product is too small for a float32.
  case underflow

  /// The reason that an operation gives for a factor of 0.
  public init(_ block: GradientBlock) {
    // Both go by the same names; a test holds them together.
    self = ZeroReason(rawValue: block.rawValue) ?? .zeroFactor
  }
}

/// Reasons that hold together: all of them must go before a gradient can flow.
public struct ZeroReasons: OptionSet, Hashable, Sendable {
  public let rawValue: UInt16

  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// One reason alone.
  public init(_ reason: ZeroReason) {
    let position = ZeroReason.allCases.firstIndex(of: reason) ?? 0
    self.init(rawValue: 1 << UInt16(position))
  }

  /// The reasons, the one to be named first in front.
  public var list: [ZeroReason] { ZeroReason.allCases.filter { contains(ZeroReasons($0)) } }
}

/// The ways in which a zero gradient could come to life, each a set of reasons that would have to
/// go; the empty set where nothing is in the way.
public struct ZeroExplanation: Hashable, Sendable {
  /// The sets of which none contains another.
  public private(set) var ways: Set<ZeroReasons> = []

  init() {}

  init(_ reason: ZeroReason) { ways = [ZeroReasons(reason)] }

  static let open: ZeroExplanation = {
    var explanation = ZeroExplanation()
    explanation.ways = [[]]
    return explanation
  }()

  /// Whether the gradient is not zero.
  public var isOpen: Bool { ways.contains([]) }

  /// The way that takes least: the fewest reasons, then the one that is named first.
  public var simplest: ZeroReasons {
    ways.min { ($0.list.count, $0.rawValue) < ($1.list.count, $1.rawValue) } ?? []
  }

  /// The reasons that would each do alone, or else those of the simplest way together.
  public var reasons: [ZeroReason] {
    let single = ways.filter { $0.list.count == 1 }
    let union = single.reduce(into: ZeroReasons()) { $0.formUnion($1) }
    return union.isEmpty ? simplest.list : union.list
  }

  /// The same with one more reason in every way.
  func adding(_ reason: ZeroReason?) -> ZeroExplanation {
    guard let reason else { return self }
    var result = ZeroExplanation()
    for way in ways { result.insert(way.union(ZeroReasons(reason))) }
    return result
  }

  mutating func formUnion(_ other: ZeroExplanation) {
    for way in other.ways { insert(way) }
  }

  private mutating func insert(_ way: ZeroReasons) {
    guard !ways.contains(where: { $0.isSubset(of: way) }) else { return }
    ways = ways.filter { !way.isSubset(of: $0) }
    ways.insert(way)
  }
}
