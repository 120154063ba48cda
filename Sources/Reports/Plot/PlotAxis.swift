import Tensors

/// From numbers to places along an axis.
struct PlotAxis {
  /// The number at the axis' beginning, or its logarithm.
  private let origin: Double
  private let length: Double
  private let isLogarithmic: Bool

  /// An axis from one number to a larger one.
  ///
  /// - Parameters:
  ///   - lower: the number at its beginning.
  ///   - upper: the number at its end.
  ///   - isLogarithmic: whether equal lengths are equal ratios.
  ///   - margin: what it reaches farther at both ends, in its own measure.
  init(from lower: Double, to upper: Double, isLogarithmic: Bool, margin: Double = 0) {
    self.isLogarithmic = isLogarithmic
    let (first, last) =
      isLogarithmic ? (DoubleMath.log(lower), DoubleMath.log(upper)) : (lower, upper)
    origin = first - margin
    length = last - first + 2 * margin
  }

  /// How far along the axis a number lies: 0 at its beginning, 1 at its end.
  func share(of value: Double) -> Double {
    ((isLogarithmic ? DoubleMath.log(value) : value) - origin) / length
  }

  /// The dot, from 0, of a row of so many in which a number lies: the first dot is the axis'
  /// beginning, the last one its end.
  func dot(of value: Double, among count: Int) -> Int {
    let dot = (share(of: value) * Double(count - 1)).rounded()
    return Int(max(0, min(Double(count - 1), dot)))
  }
}

extension PlotAxis {
  /// What share of the axis a length in its own measure has.
  func lengthShare(of length: Double) -> Double { length / self.length }
}
