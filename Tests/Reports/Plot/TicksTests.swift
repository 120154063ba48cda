import Testing

@testable import Reports

/// The numbers at an axis, worked out by hand.
struct TicksTests {
  @Test(
    arguments: [
      (0, 0.97, 6, "0.0 0.2 0.4 0.6 0.8 1.0"), (-3, 12, 5, "-5 0 5 10 15"),
      (0.00012, 0.00031, 5, "1e-4 2e-4 3e-4 4e-4"), (2e6, 9.5e6, 6, "2e6 4e6 6e6 8e6 1e7"),
      (1200, 4800, 5, "1000 2000 3000 4000 5000"), (-0.02, 0.02, 5, "-0.02 -0.01 0.00 0.01 0.02"),
      (0.1, 0.7, 3, "0.0 0.5 1.0"), (-1.5e-7, 1.5e-7, 3, "-2e-7 0 2e-7"), (0, 1, 9, "0 1"),
      (0, 3, 9, "0 1 2 3"), (-7.5e9, 1, 3, "-1e10 -5e9 0"), (99.5, 100.25, 4, "99.5 100.0 100.5"),
    ] as [(Double, Double, Int, String)])
  func ticksEncloseTheValues(lower: Double, upper: Double, most: Int, labels: String) {
    let ticks = Ticks.linear(Self.extent(lower, upper), outward: true) { $0.count <= most }
    #expect(ticks.map(\.label).joined(separator: " ") == labels)
    for tick in ticks { #expect(Double(tick.label) == tick.value) }
  }

  @Test(
    arguments: [
      (0, 49, 6, "0 10 20 30 40"), (0.25, 0.75, 6, "0.3 0.4 0.5 0.6 0.7"),
      (Double(Float(0.1)), Double(Float(0.9)), 9, "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9"),
      (0, 1e7, 6, "0 2e6 4e6 6e6 8e6 1e7"), (1950, 2026, 4, "1960 1980 2000 2020"),
    ] as [(Double, Double, Int, String)])
  func ticksLieWithin(lower: Double, upper: Double, most: Int, labels: String) {
    let ticks = Ticks.linear(Self.extent(lower, upper)) { $0.count <= most }
    #expect(ticks.map(\.label).joined(separator: " ") == labels)
  }

  @Test(
    arguments: [
      (0.003, 2, 6, "0.01 0.1 1"), (1e-7, 1000, 6, "1e-6 1e-4 1e-2 1e0 1e2"),
      (2, 60, 6, "2 5 10 20 50"), (0.31, 0.39, 6, "0.32 0.34 0.36 0.38"),
      (1, 1000, 6, "1 10 100 1000"), (1, 1e6, 9, "1e0 1e1 1e2 1e3 1e4 1e5 1e6"),
      (2e-5, 6e-5, 6, "2e-5 5e-5"), (1e-40, 1e38, 5, "1e-40 1e-20 1e0 1e20"),
    ] as [(Double, Double, Int, String)])
  func aLogarithmicAxisHasPowersOfTen(lower: Double, upper: Double, most: Int, labels: String) {
    let ticks = Ticks.logarithmic(Self.extent(lower, upper)) { $0.count <= most }
    #expect(ticks.map(\.label).joined(separator: " ") == labels)
  }

  @Test(arguments: [
    (0.03, 0.02, 0.05), (1, 1, 1), (700, 500, 1000), (0.2, 0.2, 0.2), (9e-12, 5e-12, 1e-11),
  ])
  func aLogarithmicAxisEndsWithARoundNumber(value: Double, below: Double, above: Double) {
    #expect(Ticks.logarithmicFloor(value) == below)
    #expect(Ticks.logarithmicCeiling(value) == above)
    #expect(Ticks.logarithmicFloor(value, isStrict: true) < value)
  }

  private static func extent(_ lower: Double, _ upper: Double) -> Extent {
    var extent = Extent()
    extent.include(lower)
    extent.include(upper)
    return extent
  }
}
