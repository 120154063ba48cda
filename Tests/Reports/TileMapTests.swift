import Reports
import Tensors
import Testing

/// Weights as tiles, drawn with characters and with swatches.
struct TileMapTests {
  private static func lines(_ map: TileMap, swatches: HeatMap.Swatches? = nil) -> [String] {
    map.rendered(swatches: swatches).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  /// Every element's own tile in its place: filter, row, channel, column.
  @Test func panelsHaveTheKernelsSideBySide() {
    let tiles: [TileMap.Tile] = (0..<16).map { $0 == 0 || $0 == 7 ? .kept : .blank }
    let map = TileMap([2, 2, 2, 2], tiles: tiles, legend: [(.kept, "stays"), (nil, "note")])
    #expect(
      Self.lines(map) == [
        "filter 0     filter 1", "# .   . .    . .   . .", ". .   . #    . .   . .", "",
        "#  stays", "note",
      ])
    let small = TileMap([2, 2, 2, 2], tiles: tiles, isSmall: true, hasTitles: false)
    #expect(Self.lines(small) == ["#. ..   .. ..", ".. .#   .. .."])
  }

  @Test func aMatrixHasAFilterInEachRow() {
    let tiles: [TileMap.Tile] = (0..<16).map { $0 == 3 ? .marked : .blank }
    let map = TileMap([2, 2, 2, 2], tiles: tiles, layout: .matrix)
    #expect(Self.lines(map) == [". . . o . . . .", ". . . . . . . ."])
    let linear = TileMap([2, 3], tiles: [.kept, .blank, .kept, .kept, .kept, .blank])
    #expect(Self.lines(linear) == ["# . #", "# # ."])
  }

  @Test func captionsStandOnTheLeft() {
    let map = TileMap(
      [1, 2], tiles: [.kept, .blank], captions: (["name", "more"], 6))
    #expect(Self.lines(map) == ["name    # .", "more"])
  }

  @Test func swatchesTakeTheirPlace() {
    let swatches = HeatMap.Swatches(levels: 4) { "<\($1):\($0.count)>" }
    let map = TileMap(
      [1, 3], tiles: [.kept, .blank, .marked], legend: [(.marked, "goes")])
    #expect(Self.lines(map, swatches: swatches) == ["<-4:2><0:2><4:2>", "", "<4:2>  goes"])
  }

  /// What has no room beside each other has a panel for each kernel, and of many the rest is counted.
  @Test func largeOnesAreCut() {
    for shape in [[64, 64, 3, 3], [3, 70, 5, 5], [10, 2880], [300, 3], [1, 1, 1, 1]] as [Shape] {
      let map = TileMap(shape, tiles: [TileMap.Tile](repeating: .kept, count: shape.count))
      let lines = Self.lines(map)
      #expect(lines.count < 80 && lines.allSatisfy { $0.count <= 80 }, "\(shape)")
    }
    #expect(!TileMap.hasRoom(for: [64, 64, 3, 3], .panels))
    #expect(TileMap.hasRoom(for: [20, 1, 5, 5], .panels))
    #expect(!TileMap.hasRoom(for: [10, 2880], .panels))
  }
}
