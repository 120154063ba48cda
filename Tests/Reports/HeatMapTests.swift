import Foundation
import Reports
import Tensors
import Testing

/// The cells and the legend of a picture, drawn with characters and with swatches.
struct HeatMapTests {
  private static func map() throws -> HeatMap {
    try HeatMap(Tensor([-1, 0, 0.5, 1, .nan, .infinity], shape: [2, 3]), title: { _ in "" })
  }

  @Test func shadesFollowTheMagnitude() throws {
    let rows = try Self.map().rendered().split(separator: "\n")
    #expect(rows.prefix(2) == [" -@  .  x", "  @  ?  @"])
  }

  /// Swatches that show which shade was asked for, as wide as the text that they stand for.
  private static let swatches = HeatMap.Swatches(levels: 4) { text, level in
    String("\(level)".suffix(text.count)).padding(toLength: text.count, withPad: "·", startingAt: 0)
  }

  @Test func whatIsNotZeroNeverLooksLikeZero() throws {
    let map = try HeatMap(
      Tensor([0, 1e-30, -1e-30, 0.25, 0.26, 1, -0.76, .nan, -.infinity], shape: [1, 9]),
      title: { _ in "" })
    #expect(
      try map.rendered(swatches: Self.swatches)
        == """
         0· 1· -1 1· 2· 4· -4 ?? -4

        -1. -4·-3·-2·-1·0··1··2··3··4·· 1.
        in the middle: exactly 0; each of the others: a quarter of the scale
        """)
  }

  @Test func theLegendHasEveryShadeThatIsUsed() throws {
    let map = try HeatMap(
      Tensor((0..<600).map { Float($0) }, shape: [10, 1, 6, 10]), title: { "\($0.start)" },
      mark: { $0.start == 0 ? .masked : nil })
    let rows = try map.rendered(swatches: Self.swatches).split(separator: "\n").suffix(3)
    #expect(
      rows == [
        "0. 0··1··2··3··4·· 599.",
        "on the left: exactly 0; each of the others: a quarter of the scale",
        "masked: a filter that mask or prune has switched off",
      ])
    #expect(
      try map.rendered(swatches: Self.swatches).split(separator: "\n").allSatisfy { $0.count <= 80 }
    )
  }

  @Test func oddShapesAreShown() throws {
    for shape in [[], [0], [5], [1, 200], [2, 0, 3], [1, 1, 1, 1, 1, 2, 2, 2]] as [Shape] {
      let map = try HeatMap(Tensor(repeating: 1e-7, shape: shape), title: { _ in "" })
      let rows = try map.rendered().split(separator: "\n")
      #expect(rows.allSatisfy { $0.count <= 80 })
    }
  }
}
