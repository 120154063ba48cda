import Tensors
import Testing

@testable import Reports

/// Planes side by side, and what of a large one is left out.
struct PanelsTests {
  private static func lines(_ shape: Shape, cellWidth: Int = 3) -> [String] {
    let columns = shape[shape.rank - 1]
    return Panels(shape).text(
      cellWidth: cellWidth, title: { $0.indices.isEmpty ? "" : "\($0.indices)" },
      cell: {
        let text = "\($0 % columns)"
        return String(repeating: " ", count: max(0, cellWidth - text.count))
          + text.suffix(cellWidth)
      }
    ).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test func aPlaneThatFitsIsDrawnAsItIs() {
    #expect(Self.lines([2, 26]).count == 2)
    #expect(Self.lines([2, 26]).allSatisfy { $0.count <= 80 })
  }

  /// 28 columns, as a digit of MNIST has: all of them, in bands that say which they are.
  @Test func aWiderPlaneIsDrawnInLabelledBands() {
    let lines = Self.lines([2, 28])
    #expect(lines[0] == "columns 0 to 25" && lines[4] == "columns 26 to 27")
    #expect(lines[5] == " 26 27" && lines.count == 7)
  }

  /// What gave 1,200 lines without a label.
  @Test func ofAVeryWidePlaneTheMiddleIsLeftOut() {
    let lines = Self.lines([10, 2880])
    #expect(lines.count < 30)
    #expect(lines[0] == "columns 0 to 25")
    #expect(lines.contains("... 2828 columns") && lines.contains("columns 2854 to 2879"))
    #expect(lines.allSatisfy { $0.count <= 80 })
  }

  @Test func ofAVeryHighPlaneTheMiddleIsLeftOut() {
    let lines = Self.lines([2880, 10])
    #expect(lines.count == 49 && lines[24] == "... 2832 rows")
    #expect(Self.lines([48, 10]).count == 48)
  }

  @Test func manyPlanesAreCounted() {
    let lines = Self.lines([100_000, 3, 3])
    #expect(lines.count < 80)
    #expect(lines.last?.hasSuffix("more panels") == true)
  }

  /// Of a thousand panels alike the three that differ are what is looked for.
  @Test func whereNotAllHaveRoomTheWorthwhileAreDrawn() {
    func lines(_ worthwhile: Set<Int>, of count: Int = 1000) -> [String] {
      Panels([count, 2, 2]).text(
        cellWidth: 2, title: { $0.title },
        choice: ({ worthwhile.contains($0.indices[0]) }, "dull"), cell: { " \($0 / 4 % 10)" }
      ).components(separatedBy: "\n")
    }
    #expect(
      lines([7, 500, 999]) == [
        "[7]     [500]   [999]", " 7 7     0 0     9 9", " 7 7     0 0     9 9",
        "... 997 more panels, all dull",
      ])
    // Those that all look alike are drawn in order.
    let dull = lines([])
    #expect(dull[0].hasPrefix("[0]") && dull.last?.hasSuffix("more panels") == true)
    #expect(lines(Set(0..<1000)).last == dull.last)
    // Where all have room nothing is left out.
    #expect(lines([2], of: 5)[0].hasPrefix("[0]"))
    #expect(lines(Set(0..<900)).last?.hasSuffix("more panels, 100 of them dull") == true)
  }
}
