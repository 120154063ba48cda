import Pruning
import Testing

@testable import Notebook

/// `structures`: each drawn as its definition has it, with the names of other tools.
struct StructuresTests {
  /// Which elements of a 4 × 3 × 3 × 3 weight are drawn, by their indices: the group of
  /// [1, 1, 1, 1].
  private static let groups: [(name: String, contains: @Sendable ([Int]) -> Bool)] = [
    ("filter", { $0[0] == 1 }), ("channel", { $0[1] == 1 }),
    ("kernel", { $0[0] == 1 && $0[1] == 1 }), ("shape", { $0.dropFirst() == [1, 1, 1] }),
    ("stripe", { $0[0] == 1 && $0[2] == 1 && $0[3] == 1 }),
    ("kernel_row", { $0[0] == 1 && $0[1] == 1 && $0[2] == 1 }),
    ("kernel_column", { $0[0] == 1 && $0[1] == 1 && $0[3] == 1 }),
    ("slice_row", { $0[0] == 1 && $0[2] == 1 }), ("slice_column", { $0[0] == 1 && $0[3] == 1 }),
    ("spatial", { $0[2] == 1 && $0[3] == 1 }), ("connection", { $0 == [1, 1, 1, 1] }),
    ("depth", { _ in true }),
    ("block=2x3", { $0[0] < 2 && $0[1] == 1 && $0[2] == 1 }),
    ("vector=2", { $0[0] < 2 && $0.dropFirst() == [1, 1, 1] }),
    ("keep=2:3", { $0[0] == 1 && $0[2] == 1 && $0[3] == 1 && $0[1] == 0 }),
    ("mixed", { $0[0] == 1 || $0[1] == 1 }),
  ]

  private static func lines(_ cell: String) -> [String] {
    var notebook = Notebook()
    return (notebook.shown(cell) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  @Test func eachIsDrawnAsItsDefinitionHasIt() throws {
    let lines = Self.lines("structures")
    #expect(Self.groups.count == SparseStructures.samples.count)
    for (name, contains) in Self.groups {
      let first = try #require(lines.firstIndex { $0.hasPrefix(name + " ") }, "\(name)")
      for y in 0..<3 {
        let cells = lines[first + y].dropFirst(24).filter { $0 != " " }
        #expect(cells.count == 36, "\(name)")
        let expected = (0..<36).map { contains([$0 / 9, $0 / 3 % 3, y, $0 % 3]) }
        #expect(cells.map { $0 == "o" } == expected, "\(name), row \(y)")
      }
    }
    // Of three neighbours along IN two stay.
    #expect(lines.joined().filter { $0 == "#" }.count == 2 + 1)
  }

  @Test func masksNamesAndScoresAreThere() {
    let text = Self.lines("structures").joined(separator: "\n")
    for part in [
      "[OUT, IN, KH] ", "[KH, KW] ", "[OUT/2, IN·KH·KW/3] ", "linear: an input ",
      "torch ln_structured dim=0; NNI out_channel; SSL's row", "fasterai's vertical slice",
      "coremltools block_size", "SR-STE, apex, torchao", "the paper gives no formulas",
      "l1         weight.abs().sum(dim)", "fpgm       torch.cdist",
    ] { #expect(text.contains(part), "\(part)") }
    for score in Scores.all { #expect(text.contains("\n\(score.name) ")) }
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  /// A screen has 24 rows, of which the prompts take some.
  @Test func oneAloneFitsAScreen() {
    for name in Self.groups.map(\.name).map({ String($0.prefix { $0 != "=" }) }) {
      let lines = Self.lines("structures \(name)")
      #expect(lines.count <= 20 && lines.allSatisfy { $0.count <= 80 }, "\(name)")
    }
    #expect(Self.lines("structures unstructured") == Self.lines("structures connection"))
    #expect(Self.lines("structures kernel-row") == Self.lines("structures kernel_row"))
    #expect(
      Self.lines("structures shape").contains(
        "mask         [IN, KH, KW], here [3, 3, 3]: 27 groups of 4 weights"))
    #expect(Self.lines("structures snip") == ["snip: (weight * weight.grad).abs().sum(dim)"])
    // The matrix 4 × 27: channel 1 of all filters.
    let block = Self.lines("structures block=4x9")
    let row =
      String(repeating: ". ", count: 9) + String(repeating: "o ", count: 9)
      + String(repeating: ". ", count: 8) + "."
    #expect(block.filter { $0 == row }.count == 4)
  }

  /// Their masks can be made as they are written below the pictures.
  @Test func whatTheyAdviseWorks() {
    for (name, _) in Self.groups where name != "depth" {
      var notebook = Notebook()
      _ = notebook.run("conv 3 4 3")
      let cell = Self.lines("structures \(name.prefix { $0 != "=" })").last ?? ""
      #expect(cell.hasPrefix("mask "))
      #expect(notebook.run(cell).failure?.message == nil, "\(cell)")
    }
  }

  @Test(arguments: [
    ("structures row", "structures: row can mean two things"),
    ("structures kernl", "structures: there is no structure 'kernl'"),
    ("structures block=3x3", "structures: block=3x3: 3 does not divide OUT = 4"),
    ("structures keep=2:4", "structures: keep=2:4: 4 does not divide IN = 3"),
    ("structures kernel vector=2", "structures: 'structure=' and 'vector=' name two structures"),
  ]) func badInputIsRefused(cell: String, message: String) throws {
    var notebook = Notebook()
    let failure = try #require(notebook.run(cell).failure)
    #expect(failure.message == message)
    #expect(failure.range.lowerBound == 11 || cell.contains("vector"))
    if cell.hasSuffix("kernl") { #expect(failure.remedy == "did you mean 'kernel'?") }
  }
}
