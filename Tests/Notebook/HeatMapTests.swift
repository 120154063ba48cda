import Tensors
import Testing

@testable import Notebook

/// Tensors as pictures.
struct HeatMapTests {
  @Test func aMaskedFilterIsMarked() {
    var notebook = PublishedSetup.notebook("mask 0.5", "forward; relu; backward")
    #expect(
      notebook.shown("view grad")
        == """
        filter 0 masked   filter 1
          :  x  #           :  % -;
          o  %  @           :  @ -.
          x  @  @          -: -;  ;

        shade       .       :       ;       o       x       %       #       @
         from  0.0000  0.6440  1.2880  1.9320  2.5759  3.2199  3.8639  4.5079
        largest magnitude 5.1519; - marks negative values
        """)
    #expect(notebook.shown("view output")?.hasPrefix("[0, 0] masked   [0, 1]\n") == true)
    #expect(notebook.shown("view demo.weight")?.contains("filter 0 masked") == true)
    #expect(notebook.shown("view input")?.contains("masked") == false)
  }

  private static let map = HeatMap(
    Tensor([-1, 0, 0.5, 1, .nan, .infinity], shape: [2, 3]), title: { _ in "" })

  @Test func shadesFollowTheMagnitude() {
    let rows = Self.map.rendered(palette: .characters).split(separator: "\n")
    #expect(rows.prefix(2) == [" -@  .  x", "  @  ?  @"])
  }

  @Test func coloursAreBlueWhiteAndRed() {
    let rows = Self.map.rendered(palette: .trueColor).split(separator: "\n")
    #expect(
      rows[0]
        == " \u{1B}[48;2;0;0;255m  \u{1B}[0m \u{1B}[48;2;255;255;255m  \u{1B}[0m"
        + " \u{1B}[48;2;255;128;128m  \u{1B}[0m")
    #expect(Self.map.rendered(palette: .indexed256).contains("\u{1B}[48;5;21m  "))
    #expect(Self.map.rendered(palette: .basic16).contains("\u{1B}[44m  "))
  }

  /// Each line switches its colours off, and looks the same size with every palette.
  @Test(arguments: HeatMap.Palette.allCases)
  func everyPaletteTakesTheSameRoom(palette: HeatMap.Palette) {
    let map = HeatMap(
      Tensor((0..<600).map { Float($0) - 300 }, shape: [10, 1, 6, 10]), title: { "\($0.start)" })
    for line in map.rendered(palette: palette).split(separator: "\n") {
      let plain = line.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
      #expect(plain.count <= 80)
      #expect(line.count == plain.count || line.contains("\u{1B}[0m"))
    }
  }

  @Test func oddShapesAreShown() throws {
    for shape in [[], [0], [5], [1, 200], [2, 0, 3], [1, 1, 1, 1, 1, 2, 2, 2]] as [Shape] {
      let map = HeatMap(try Tensor(repeating: 1e-7, shape: shape), title: { _ in "" })
      let rows = map.rendered(palette: .characters).split(separator: "\n")
      #expect(rows.allSatisfy { $0.count <= 80 })
    }
  }
}
