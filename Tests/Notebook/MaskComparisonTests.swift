import TestSupport
import Testing

@testable import Notebook

/// `compare A.mask B.mask`, and masks as values: by hand, from expressions, in copies.
struct MaskComparisonTests {
  private static func notebook() -> Notebook {
    var notebook = Notebook()
    for cell in [
      "conv 2 2 1 bias=false as m", "mask [[0, 1], [1, 0]] structure=kernel", "copy m as q",
      "mask [[1, 1], [0, 0]] structure=kernel",
    ] { #expect(notebook.run(cell).failure == nil, "\(cell)") }
    return notebook
  }

  @Test func groupsAreToldApart() {
    var notebook = Self.notebook()
    let expected = """
      m.mask and q.mask: 4 kernels
      kept in both    1  [0, 1]
      only in m.mask  1  [1, 0]
      only in q.mask  1  [0, 0]
      in none         1  [1, 1]
      """
    #expect(TextDifference(notebook.shown("compare m.mask q.mask") ?? "", expected) == nil)
    #expect(
      notebook.shown("compare m.mask mask")
        == expected.replacing("q.mask", with: "mask")
        .replacing("mask  1  [0, 0]", with: "mask    1  [0, 0]"))
    let same = notebook.shown("compare m.mask m.mask") ?? ""
    #expect(same.contains("in none         2  [0, 0], [1, 1]"))
  }

  @Test func ofManyADozenIsNamed() throws {
    var notebook = Notebook()
    for cell in ["conv 3 4 3 as m", "mask 0.5 structure=connection", "mask (1 - m.mask) as k"] {
      _ = notebook.run(cell)
    }
    let text = try #require(notebook.run("compare m.mask (m.mask == 2)").text)
    #expect(text.hasPrefix("m.mask and the second: 108 connections\n"))
    #expect(text.contains("only in m.mask      54  ["))
    // The label of a place has four numbers: twelve labels, and dots.
    let part = text.split(separator: "only in m.mask")[1].prefix { $0 != "o" }
    #expect(part.filter { $0 == "[" }.count == 12 && part.contains("…"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test(arguments: [
    ("compare m.mask «weight»", "compare: a mask has zeros and ones, not 0.5"),
    (
      "compare m.mask «[1, 0]»",
      "compare: a mask of shape [2] cannot be compared with one of [2, 2]"
    ),
    ("compare m.mask «q»", "compare: 'q' is a layer, and two masks are compared"),
    (
      "compare m.mask «c.mask»",
      "compare: a mask of filters cannot be compared with one of channels"
    ),
    ("compare m.mask q«.mesk»", "compare: a layer has no attribute 'mesk'"),
    (
      "compare m.mask q.mask «structure=kernel»", "compare: 'structure=' does not go with this form"
    ),
    ("compare m.mask«»", "compare: B.mask is missing"),
  ]) func whatCannotBeComparedIsRefused(cell: String, message: String) throws {
    var notebook = Self.notebook()
    for cell in [
      "weight [[[[0.5]], [[1]]], [[[1]], [[1]]]]", "copy q as c", "mask 0.5",
    ] { _ = notebook.run(cell) }
    if cell.contains("c.mask") { _ = notebook.run("use m; mask 0.5 structure=channel") }
    let marked = Marked(cell)
    let failure = try #require(notebook.run(marked.source).failure)
    #expect(failure.range == marked.range)
    if !cell.contains("mesk"), !cell.contains("structure=") { #expect(failure.message == message) }
  }

  /// A rate that a name holds is one still, as a number and as a tensor without dimensions.
  @Test(arguments: ["r = 0.5", "r = tensor(0.5)"]) func aNamedRateIsStillARate(cell: String) {
    var notebook = PublishedSetup.notebook(cell)
    #expect(notebook.shown("compare r") == notebook.shown("compare 0.5"))
    #expect(notebook.shown("compare r demo") == notebook.shown("compare 0.5"))
  }

  /// By hand, from expressions, combined, inherited.
  @Test func masksAreValues() {
    var notebook = Self.notebook()
    #expect(notebook.shown("m.mask") == "tensor([[0., 1.],\n        [1., 0.]])")
    #expect(
      notebook.shown("copy m as k; mask (m.mask * q.mask) structure=kernel")
        == "tensor([[0., 1.],\n        [0., 0.]])")
    #expect(notebook.shown("compare mask q.mask")?.contains("only in q.mask  1  [0, 0]") == true)
    _ = notebook.run("copy q as p")
    #expect(
      notebook.shown("compare q.mask p.mask")?.contains("kept in both    2  [0, 0], [0, 1]") == true
    )
    #expect(notebook.shown("groups p") == notebook.shown("groups q"))
    _ = notebook.run("weight [[[[1]], [[2]]], [[[3]], [[4]]]]")
    #expect(notebook.shown("mask (scores structure=filter > 3)")?.isEmpty == false)
    #expect(notebook.shown("mask (weight.abs().sum(dim=(1, 2, 3)) > 3)") == "tensor([0., 1.])")
    #expect(notebook.shown("mask (weight > 2.5)")?.hasPrefix("tensor([[[[0.]],") == true)
    // A mask of kernels that is given without its structure is told which one it is.
    #expect(
      notebook.run("mask (m.mask * 1)").failure?.remedy
        == "structure=kernel takes one number for each kernel")
  }
}
