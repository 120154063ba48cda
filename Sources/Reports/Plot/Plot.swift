import Running
import Tensors

/// Series of numbers as lines or bars over an axis: what is known of them, whatever draws them.
///
/// Drawing is a pure function, ``lines(on:)``, of the plot and of the room and the colours that
/// there are.
public struct Plot: Sendable {
  /// The most series: more cannot be told apart.
  public static let seriesLimit = 8

  /// What stands for a value.
  public enum Kind: Sendable {
    /// A point, joined to its neighbours.
    case lines
    /// A bar from zero.
    case bars
  }

  /// One series: a column of a tensor.
  public struct Series: Sendable {
    /// What the legend calls it; nothing where there is no better name than none.
    public let name: String
    let tensor: Tensor
    let column: Int
    let columns: Int

    /// Makes a series of a column, from 0, of so many.
    public init(_ name: String, _ tensor: Tensor, column: Int = 0, of columns: Int = 1) {
      (self.name, self.tensor, self.column, self.columns) = (name, tensor, column, columns)
    }

    /// How many values it has.
    public var count: Int { tensor.count / columns }

    /// The same under another name.
    public func called(_ name: String) -> Series {
      Series(name, tensor, column: column, of: columns)
    }
  }

  /// Where the values of all series stand.
  public enum Places: Sendable {
    /// At 0, 1, 2, …
    case counted
    /// At these numbers, as many as a series has values.
    case numbers(Tensor)
    /// At 0, 1, 2, …, which these words stand for.
    case words([String])
  }

  /// The scales.
  public struct Scales: OptionSet, Sendable {
    public let rawValue: Int
    /// Places on a logarithmic axis.
    public static let logarithmicPlaces = Scales(rawValue: 1)
    /// Values on a logarithmic axis.
    public static let logarithmicValues = Scales(rawValue: 2)

    public init(rawValue: Int) { self.rawValue = rawValue }
  }

  /// The values that cannot be drawn, apart from NaN, which is a gap.
  struct LeftOut: Equatable {
    var infinite = 0
    /// Not above zero, where the axis is logarithmic.
    var notPositive = 0
  }

  /// The series, in the order of the legend.
  public let series: [Series]
  let places: Places
  /// What the places are: a loop's variable.
  let placeName: String?
  let kind: Kind
  let scales: Scales
  let title: String?
  /// From where to where the places of what is drawn go.
  let horizontal: Extent
  /// From where to where the values go.
  let vertical: Extent
  let leftOut: LeftOut

  /// Makes a plot.
  ///
  /// - Parameters:
  ///   - series: up to ``seriesLimit`` series with the same number of values.
  ///   - places: where these stand.
  ///   - placeName: what the places are.
  ///   - kind: what stands for a value.
  ///   - scales: which axes are logarithmic.
  ///   - title: a line above.
  /// - Throws: `Cancelled`.
  public init(
    _ series: [Series], at places: Places = .counted, called placeName: String? = nil,
    kind: Kind = .lines, scales: Scales = [], title: String? = nil
  ) throws {
    (self.series, self.places, self.placeName) = (series, places, placeName)
    (self.kind, self.scales, self.title) = (kind, scales, title)
    var (horizontal, vertical, leftOut) = (Extent(), Extent(), LeftOut())
    for series in series {
      try Self.forEachPoint(of: series, at: places, scales) { point in
        switch point {
        case .gap: break
        case .infinite: leftOut.infinite += 1
        case .notPositive: leftOut.notPositive += 1
        case .drawn(let place, let value):
          horizontal.include(place)
          vertical.include(value)
        }
      }
    }
    (self.horizontal, self.vertical, self.leftOut) = (horizontal, vertical, leftOut)
  }

  /// Whether there is nothing that can be drawn.
  public var isEmpty: Bool { vertical.isEmpty }

  /// Whether something would be drawn if the axes were not logarithmic.
  public var hasNothingPositive: Bool { isEmpty && leftOut.notPositive > 0 }
}

// MARK: Points

extension Plot {
  /// What is to be done with a value.
  enum Point {
    case gap
    case infinite
    case notPositive
    case drawn(place: Double, value: Double)
  }

  /// Calls `body` for the values of a series in order.
  ///
  /// - Throws: `Cancelled`.
  @inline(__always)
  func forEachPoint(of series: Series, _ body: (Point) -> Void) throws {
    try Self.forEachPoint(of: series, at: places, scales, body)
  }

  @inline(__always)
  private static func forEachPoint(
    of series: Series, at places: Places, _ scales: Scales, _ body: (Point) -> Void
  ) throws {
    let (column, columns) = (series.column, series.columns)
    try series.tensor.withPointer { values in
      if case .numbers(let numbers) = places {
        try numbers.withPointer { numbers in
          // Each may be followed by a line across the whole picture.
          try Cancellation.forEachPiece(of: series.count, work: 16) { piece in
            for index in piece {
              body(
                point(Double(numbers[index]), Double(values[index * columns + column]), scales))
            }
          }
        }
      } else {
        try Cancellation.forEachPiece(of: series.count, work: 16) { piece in
          for index in piece {
            body(point(Double(index), Double(values[index * columns + column]), scales))
          }
        }
      }
    }
  }

  @inline(__always)
  private static func point(_ place: Double, _ value: Double, _ scales: Scales) -> Point {
    if value.isNaN || place.isNaN { return .gap }
    if value.isInfinite || place.isInfinite { return .infinite }
    if scales.contains(.logarithmicValues), value <= 0 { return .notPositive }
    if scales.contains(.logarithmicPlaces), place <= 0 { return .notPositive }
    return .drawn(place: place, value: value)
  }
}

/// From the smallest to the largest of some numbers.
struct Extent: Equatable {
  var lower = Double.infinity
  var upper = -Double.infinity
  /// Whether all of them are whole.
  var isWhole = true

  var isEmpty: Bool { lower > upper }

  mutating func include(_ value: Double) {
    if value < lower { lower = value }
    if value > upper { upper = value }
    if isWhole, value != value.rounded() { isWhole = false }
  }

  /// Whether it is a single number, as far as float32 tells numbers apart.
  var isFlat: Bool { upper - lower <= max(lower.magnitude, upper.magnitude) * 1e-9 }

  /// The same with some room around a single number: an axis needs a length.
  func widened(isLogarithmic: Bool) -> Extent {
    guard isFlat else { return self }
    var wide = self
    if isLogarithmic {
      (wide.lower, wide.upper) = (lower / 2, upper * 2)
    } else {
      let room = isWhole && lower.magnitude < 1e6 ? 0.5 : lower == 0 ? 1 : lower.magnitude / 2
      (wide.lower, wide.upper) = (lower - room, upper + room)
    }
    return wide
  }
}
