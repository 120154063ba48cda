import Foundation
import Tensors
import Testing

@testable import Notebook

/// Tensors as pictures.
struct ViewTests {
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
        masked: a filter that mask or prune has switched off
        """)
    #expect(notebook.shown("view input")?.contains("masked") == false)
    #expect(notebook.shown("view output")?.hasPrefix("[0, 0] masked   [0, 1]\n") == true)
    #expect(notebook.shown("view demo.weight")?.contains("filter 0 masked") == true)
    #expect(notebook.shown("view grad.abs()")?.hasPrefix("[0, 0]  ") == true)
    #expect(notebook.shown("i = 0; view grad[i]") == notebook.shown("view grad[0]"))
  }

  private static func shown(_ cells: String...) -> String? {
    var notebook = Notebook()
    for cell in cells.dropLast() { #expect(notebook.run(cell).failure == nil, "\(cell)") }
    return cells.last.flatMap { notebook.shown($0) }
  }

  private static let kernels =
    "conv 2 2 2 bias=false as m; mask [[0, 1], [1, 0]] structure=kernel"

  @Test func aMaskIsDrawnInTheWeightsLayout() {
    let picture = """
      filter 0     filter 1
      . .   # #    # #   . .
      . .   # #    # #   . .

      #  takes part: 2 of 4 kernels, 8 of 16 weights
      .  masked: 2 of 4 kernels, 8 of 16 weights
      """
    #expect(Self.shown(Self.kernels, "view mask") == picture)
    #expect(Self.shown(Self.kernels, "conv 1 1 1", "view m.mask") == picture)
    #expect(
      Self.shown(Self.kernels, "k = (pruned != 0).float(); mask off; prune k", "view weight_mask")
        == picture.replacing("2 of 4 kernels, ", with: ""))
    // A row is a filter; a vector is two of them at one place.
    #expect(
      Self.shown(
        "linear 4 2; weight [[1, 2, 3, 4], [1, 2, 3, 4]]; mask 0.5 vector=2", "view mask")
          == """
          . . # #
          . . # #

          #  takes part: 2 of 4 vectors of 2, 4 of 8 weights
          .  masked: 2 of 4 vectors of 2, 4 of 8 weights
          the matrix OUT × IN·KH·KW: a row is a filter
          """)
  }

  /// What has no room is drawn by its groups.
  @Test func aLargeMaskHasATileForEachGroup() {
    let text = Self.shown("linear 2880 6; mask [0, 1, 1, 0, 1, 1]", "view mask")
    #expect(
      text == """
        . # # . # #

        #  takes part: 4 of 6 filters, 11520 of 17280 weights
        .  masked: 2 of 6 filters, 5760 of 17280 weights
        a tile for each filter: [OUT]
        """)
    for structure in ["kernel", "stripe", "connection", "spatial"] {
      let lines = (Self.shown("conv 64 64 3; mask 0.5 structure=\(structure)", "view mask") ?? "")
        .split(separator: "\n")
      #expect(lines.count < 80 && lines.allSatisfy { $0.count <= 80 })
    }
  }

  /// Whole kernels by their titles, single weights by a star.
  @Test func maskedGroupsOfAnyStructureAreMarked() {
    let kernels = Self.shown(Self.kernels, "view weight") ?? ""
    #expect(kernels.contains("filter 0, channel 0 masked   filter 0, channel 1\n"))
    #expect(kernels.hasSuffix("\nmasked: a kernel that mask or prune has switched off"))
    let rows = Self.shown(
      "conv 1 2 2 bias=false; weight [[[[1, 2], [3, 4]]], [[[1, 2], [3, 4]]]]",
      "mask [[[0, 1]], [[0, 0]]] structure=kernel_row", "view weight")
    #expect(
      rows == """
        filter 0          filter 1 masked
        * ;* x              ;  x
          #  @              #  @

        shade       .       :       ;       o       x       %       #       @
         from  0.0000  0.5000  1.0000  1.5000  2.0000  2.5000  3.0000  3.5000
        largest magnitude 4.0000
        masked: a filter that mask or prune has switched off
        * marks what mask or prune has switched off
        """)
    let linear = Self.shown(
      "linear 2 2 bias=false; weight [[1, 2], [3, 4]]; mask 0.5", "view weight")
    #expect(linear?.hasPrefix("* ;* x\n  #  @\n") == true)
    #expect(linear?.hasSuffix("\n* marks what mask or prune has switched off") == true)
  }
}
