import Foundation
import Tensors
import TestSupport
import Testing

@testable import Reports

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Pictures as SVG.
struct SVGTests {
  /// The elements of a document, in order, by an XML parser.
  private final class Elements: NSObject, XMLParserDelegate {
    private(set) var found: [(name: String, attributes: [String: String], text: String)] = []
    private var open: [Int] = []

    init(_ svg: String) throws {
      super.init()
      let parser = XMLParser(data: Data(svg.utf8))
      parser.delegate = self
      guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
    }

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      open.append(found.count)
      found.append((name, attributes, ""))
    }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
      qualifiedName: String?
    ) { open.removeLast() }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
      if let last = open.last { found[last].text += text }
    }

    func classed(_ style: String) -> [[String: String]] {
      found.filter { $0.attributes["class"] == style }.map(\.attributes)
    }

    var texts: [String] { found.filter { $0.name == "text" }.map(\.text) }
  }

  private static func elements(_ block: Report.Block) throws -> Elements {
    try Elements(Report([block]).svg())
  }

  @Test func aHeatMapHasASquareForEachElement() throws {
    let tensor = Tensor([1, -0.4, 0, .nan, 0.25, -1], shape: [2, 1, 1, 3])
    let mask = Tensor([1, 1, 1, 1, 0, 1], shape: [2, 1, 1, 3])
    let map = try HeatMap(
      tensor, title: { "filter \($0.indices[0]) <&>" },
      mark: { $0.indices[0] == 0 ? .masked : nil }, mask: mask)
    let found = try Self.elements(.heatMap(map))
    // Eight more of each sign and one for zero are the scale.
    let (below, above) = (found.classed("below"), found.classed("above"))
    #expect(below.count == 2 + 8 && above.count == 2 + 8 && found.classed("zero").count == 2 + 1)
    // 0.15 + 0.85 · |x| / largest.
    #expect(above.prefix(2).map { $0["fill-opacity"] } == ["1", "0.36"])
    #expect(below.prefix(2).map { $0["fill-opacity"] } == ["0.49", "1"])
    #expect(found.texts.contains("filter 0 <&> masked") && found.texts.contains("?"))
    #expect(found.classed("cross").count == 1)
    #expect(found.texts.contains("masked: a filter that mask or prune has switched off"))
    let titles = found.found.filter { $0.name == "title" }.map(\.text)
    #expect(titles.prefix(2) == ["[0, 0, 0, 0] 1.0000", "[0, 0, 0, 1] -0.4000"])
  }

  @Test func whatIsLeftOutOfALargePictureIsSaid() throws {
    let large = made { try Tensor(repeating: 1, shape: [3, 200, 200]) }
    let found = try Self.elements(.heatMap(HeatMap(large, title: \.title)))
    #expect(found.classed("above").count == 128 * 128 + 8)
    #expect(found.texts.contains("the first 128 x 128 of 200 x 200 elements"))
    #expect(found.texts.contains("... 2 more panels"))
  }

  @Test func aTileMapSaysWhatItsTilesAre() throws {
    let map = TileMap(
      [2, 1, 1, 2], tiles: [.kept, .blank, .marked, .kept],
      legend: [(.kept, "takes part"), (nil, "note")])
    let found = try Self.elements(.tiles(map))
    #expect(found.classed("kept").count == 3 && found.classed("blank").count == 1)
    #expect(found.classed("marked").count == 1)
    #expect(found.texts.suffix(2) == ["takes part", "note"])
  }

  @Test func aCurveGoesThroughItsPoints() throws {
    let values = Tensor([0, 1, .nan, 2, 4, .nan, 3], shape: [7])
    let found = try Self.elements(
      .plot(Plot([Plot.Series("loss", values)], called: "step", title: "Loss & more")))
    let curves = found.found.filter { $0.attributes["class"] == "curve curve0" }
    // The first one is the legend's.
    let steps = curves.last?.attributes["d"] ?? ""
    let points = steps.matches(of: /([ML])([0-9.]+) ([0-9.]+)/)
    #expect(points.map(\.output.1) == ["M", "L", "M", "L", "M", "L"])
    let places = points.compactMap { match -> (Double, Double)? in
      guard let x = Double(match.output.2), let y = Double(match.output.3) else { return nil }
      return (x, y)
    }
    try #require(places.count == 6)
    // 560 by 260 from place 0 to 6 and value 0 to 4; the last point stands alone.
    #expect(abs(places[5].0 - places[0].0 - 560) < 0.02)
    #expect(abs(places[0].1 - places[3].1 - 260) < 0.02)
    #expect(abs(places[3].0 - places[0].0 - 560 * 4 / 6) < 0.02 && places[4] == places[5])
    #expect(found.texts.contains("loss") && found.texts.contains("Loss & more"))
    #expect(found.texts.contains("step"))
  }

  @Test func aMillionPointsAreFewStrokes() throws {
    let values = Tensor((0..<1_000_000).map { Float($0 % 1000) }, shape: [1_000_000])
    let svg = try Report([.plot(Plot([Plot.Series("", values)]))]).svg()
    #expect(svg.utf8.count < 200_000)
    _ = try Elements(svg)
  }

  @Test func barsStandOnZero() throws {
    let values = Tensor([2, -1, 0], shape: [3])
    let found = try Self.elements(
      .plot(Plot([Plot.Series("a", values), Plot.Series("b", values)], kind: .bars)))
    let bars = found.classed("bar0").dropFirst()
    let heights = bars.compactMap { $0["height"].flatMap(Double.init) }
    #expect(heights.count == 2 && abs(heights[0] - 2 * heights[1]) < 0.02)
    let (top, other) = (
      bars.first.flatMap { Double($0["y"] ?? "") } ?? 0,
      bars.last.flatMap { Double($0["y"] ?? "") } ?? 0
    )
    #expect(abs(top + heights[0] - other) < 0.02, "one ends where the other begins")
    #expect(found.classed("bar1").count == 3)
  }

  @Test func textsAndTablesStandAsTheyPrint() throws {
    let report = Report([.text("a < b\nsecond"), .table(Table([["x", "yy"], ["10", "2"]]))])
    let found = try Elements(report.svg())
    #expect(found.texts == ["a < b", "second", " x  yy", "10   2"])
  }

  @Test(arguments: [
    (0, "0"), (1.005, "1"), (1.25, "1.25"), (-0.5, "-0.5"), (-0.001, "0"), (12.0349, "12.03"),
    (.nan, "0"),
  ])
  func numbersAreShort(value: Double, text: String) {
    #expect(SVGDrawing.number(value) == text)
  }
}
