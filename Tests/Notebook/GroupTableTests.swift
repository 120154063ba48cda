import TestSupport
import Testing

@testable import Notebook

/// `filters` and `groups`.
struct GroupTableTests {
  private static let layer =
    "conv 1 3 1 bias=false; weight [[[[2]]], [[[-0.5]]], [[[-3]]]]; input [[[[1, -2]]]]"

  private static func table(_ cells: String...) -> String? {
    var notebook = Notebook()
    _ = notebook.run(layer)
    for cell in cells { _ = notebook.run(cell) }
    return notebook.run("filters").text
  }

  @Test func beforeBackwardNothingIsComputed() {
    let expected = """
      filter  mask  L1 norm  largest |grad|  zero grads
           0     -   2.0000    not computed           -
           1     -   0.5000    not computed           -
           2     -   3.0000    not computed           -
      0 masked; 3 kept; gradients not computed
      """
    #expect(TextDifference(Self.table() ?? "", expected) == nil)
  }

  /// The unit lets the masked filter learn: its output is the constant, so ReLU passes both places.
  @Test func theUnitLetsTheMaskedFilterLearn() {
    let expected = """
      filter  mask  L1 norm  largest |grad|  zero grads
           0     1   2.0000              1.      0 of 1
           1     0   0.5000              1.      0 of 1
           2     1   3.0000              2.      0 of 1
      1 masked: |grad| up to 1., 0 of 1 zero; 2 kept: up to 2., 0 of 2 zero
      """
    let table = Self.table("mask 0.4", "forward; relu; backward")
    #expect(TextDifference(table ?? "", expected) == nil)
  }

  @Test func pruningStopsIt() {
    let expected = """
      filter  mask  L1 norm  largest |grad|  zero grads
           0     1   2.0000              1.      0 of 1
           1     0   0.5000              0.      1 of 1
           2     1   3.0000              2.      0 of 1
      1 masked: |grad| up to 0., 1 of 1 zero; 2 kept: up to 2., 0 of 2 zero
      """
    let table = Self.table("prune 0.4", "forward; relu; backward")
    #expect(TextDifference(table ?? "", expected) == nil)
  }

  // MARK: Groups of other structures

  private static let kernels = """
    conv 2 2 2 bias=false as m
    weight [[[[1, 2], [3, 4]], [[5, 6], [7, 8]]], [[[8, 7], [6, 5]], [[4, 3], [2, 1]]]]
    mask 0.5 structure=kernel
    input ones 1 2 2 2
    forward; relu; backward
    """

  private static func notebook(_ cells: String) -> Notebook {
    var notebook = Notebook()
    for cell in cells.split(separator: "\n") {
      #expect(notebook.run(String(cell)).failure == nil, "\(cell)")
    }
    return notebook
  }

  /// The groups are those of the mask; the unit passes 1 to each weight.
  @Test func groupsAreThoseOfTheMask() {
    var notebook = Self.notebook(Self.kernels)
    let expected = """
      kernel  mask  L1 norm  largest |grad|  zero grads
      [0, 0]     0      10.              1.      0 of 4
      [0, 1]     1      26.              1.      0 of 4
      [1, 0]     1      26.              1.      0 of 4
      [1, 1]     0      10.              1.      0 of 4
      2 masked: |grad| up to 1., 0 of 8 zero; 2 kept: up to 1., 0 of 8 zero
      """
    #expect(TextDifference(notebook.shown("groups") ?? "", expected) == nil)
    #expect(TextDifference(notebook.shown("groups m") ?? "", expected) == nil)
    _ = notebook.run("mask off")
    #expect(notebook.shown("groups") == notebook.shown("filters"))
    #expect(notebook.shown("groups structure=kernel")?.contains("[1, 1]     -") == true)
  }

  /// Rows of kernels are masked with them: rows 0 and 1 of kernel [0, 0] and of [1, 1]. A filter takes
  /// part while anything of it does, and `filters` says how much as `groups` does.
  @Test func aMaskIsSeenByOtherGroups() {
    var notebook = Self.notebook(Self.kernels)
    let filters = """
      filter    mask  L1 norm  largest |grad|  zero grads
           0  4 of 8      36.              1.      0 of 8
           1  4 of 8      36.              1.      0 of 8
      0 masked; 2 kept: |grad| up to 1., 0 of 16 zero; 2 of the kept in part
      """
    #expect(TextDifference(notebook.shown("groups structure=filter") ?? "", filters) == nil)
    #expect(notebook.shown("filters") == filters)
    let rows = (notebook.shown("groups structure=kernel_row") ?? "").split(separator: "\n")
    #expect(rows.count == 10)
    #expect(rows.dropFirst().prefix(2).allSatisfy { $0.split(separator: " ")[3] == "0" })
    #expect(rows[3].hasPrefix(" [0, 1, 0]     1      11."))
  }

  /// 2 · 3 · 4 · 4 = 96 connections: a row for each filter, 48 weights each.
  @Test func manyGroupsAreSummedUp() {
    var notebook = Self.notebook("conv 3 2 4 bias=false; mask 0.25 structure=connection")
    let mask = (notebook.shown("(mask == 0).sum(dim=(1, 2, 3))") ?? "")
    let counts = mask.split { !$0.isNumber }.compactMap { Int($0) }
    #expect(counts.reduce(0, +) == 24)
    let norms = (notebook.shown("weight.abs().sum(dim=(1, 2, 3)).detach()") ?? "")
      .split { !$0.isNumber && $0 != "." }.map(String.init)
    let expected = """
        connection    masked  L1 norm  largest |grad|  zero grads
      [0, :, :, :]  \(counts[0]) of 48   \(norms[0])    not computed           -
      [1, :, :, :]  \(counts[1]) of 48   \(norms[1])    not computed           -
      24 masked; 72 kept; gradients not computed
      """
    #expect(TextDifference(notebook.shown("groups") ?? "", expected) == nil)
    // As many rows as fit a person, each group its own.
    _ = notebook.run("conv 8 8 1; mask 0.5 structure=kernel")
    #expect(notebook.shown("groups")?.split(separator: "\n").count == 66)
  }

  /// What ordinary pruning removes is seen by groups, too; a mask and pruning act together.
  @Test func pruningIsSeenByGroups() {
    var notebook = Self.notebook(
      "conv 2 2 1 bias=false; weight [[[[1]], [[2]]], [[[3]], [[4]]]]; prune l1_unstructured 1")
    #expect(notebook.shown("groups")?.contains("     0  1 of 2") == true)
    #expect(notebook.shown("groups structure=kernel")?.contains("[0, 0]     0") == true)
    _ = notebook.run("mask 0.5")
    #expect(notebook.shown("groups")?.contains("     0     0") == true)
    #expect(notebook.shown("groups structure=channel")?.contains("      0  1 of 2") == true)
  }

  @Test func aNetworkHasATableForEachLayer() {
    var notebook = Self.notebook(
      "net conv(1,2,3) relu conv(2,4,2) flatten linear(4,3) relu linear(3,2) as n")
    let text = (notebook.shown("groups structure=channel") ?? "")
    #expect(text.hasPrefix("conv1\nchannel  mask"))
    #expect(text.contains("\n\nconv2\nchannel  mask") && !text.contains("linear"))
    #expect(notebook.shown("groups structure=channel layers=all")?.contains("linear1\n") == true)
    #expect(notebook.shown("groups structure=filter n.linear2")?.contains("2 kept") == true)
    // Kernels of 1 × 1 neighbours: conv1 has one channel, which no pair divides.
    let result = notebook.run("groups keep=1:2")
    #expect(result.text?.hasPrefix("conv2\n      weight  mask") == true)
    #expect(result.notes == [.leftOut(["n.conv1"], structure: "keep=1:2")])
    #expect(result.notes.first?.text == "n.conv1 has no groups of keep=1:2")
  }

  @Test func everythingFits80Columns() throws {
    var notebook = Self.notebook(
      """
      conv 64 96 3 as big; mask 0.5 structure=connection
      input 1 64 8 8;
      forward; relu; backward
      """)
    for cell in ["groups", "groups structure=kernel_row", "compare", "compare 0.5", "ablate"] {
      let text = try #require(notebook.run(cell).text)
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(cell)")
    }
  }
}
