import Reports
import Testing

@testable import Notebook

/// Which lines of a shown value belong to masked filters.
struct MaskedLinesTests {
  /// Two layers of one shape, filter 0 of `a` masked, filter 1 of `b`, which is the layer.
  private static func layers() -> Notebook {
    var notebook = Notebook()
    _ = notebook.run("conv 1 2 1 bias=false as a; weight [[[[1]]], [[[2]]]]; mask 0.5")
    _ = notebook.run("conv 1 2 1 bias=false as b; weight [[[[2]]], [[[1]]]]; mask 0.5")
    return notebook
  }

  private static func lines(_ cell: String, in notebook: inout Notebook) throws -> [Int] {
    let result = notebook.run(cell)
    #expect(result.failure == nil)
    let lines = try result.report?.lines() ?? []
    #expect(lines.map(\.text).joined(separator: "\n") == result.text)
    return lines.indices.filter { lines[$0].mark == .masked }
  }

  @Test func areThoseOfTheLayerShown() throws {
    var notebook = Self.layers()
    #expect(try Self.lines("filters", in: &notebook) == [2])
    #expect(try Self.lines("filters a", in: &notebook) == [1])
    // The block of filter 1 follows two blank lines.
    #expect(try Self.lines("pruned", in: &notebook) == [3])
    #expect(try Self.lines("a.pruned", in: &notebook) == [0])
    #expect(try Self.lines("a.weight", in: &notebook) == [1])
    #expect(try Self.lines("_", in: &notebook) == [1])
    _ = notebook.run("forward a; backward")
    #expect(try Self.lines("a.grad", in: &notebook) == [0])
    #expect(try Self.lines("b.weight", in: &notebook) == [4])
    #expect(try Self.lines("use b; tensor [[[[1]]], [[[2]]]]", in: &notebook).isEmpty)
  }

  @Test func aNetworksTablesAreMarkedEach() throws {
    var notebook = Notebook()
    _ = notebook.run("net conv(1,2,1) conv(2,2,1) as n")
    _ = notebook.run("use n.conv1; weight [[[[1]]], [[[2]]]]; mask 0.5")
    _ = notebook.run("use n.conv2; weight [[[[2]], [[2]]], [[[1]], [[1]]]]; mask 0.5; use n")
    let text = notebook.shown("filters") ?? ""
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let marked = try Self.lines("filters", in: &notebook)
    #expect(marked == [2, 9])
    #expect(marked.map { lines[$0].split(separator: " ").prefix(2) } == [["0", "0"], ["1", "0"]])
  }

  /// Each row of a linear layer's weight is a filter; `compare` marks what both prunings remove.
  @Test func rowsAreMarkedWhereverFiltersAre() throws {
    var notebook = Notebook()
    _ = notebook.run("linear 2 3 bias=false as l; weight [[3, 3], [1, 1], [2, 2]]; mask 0.4")
    #expect(try Self.lines("weight", in: &notebook) == [2])
    #expect(try Self.lines("weight[0]", in: &notebook).isEmpty)
    _ = notebook.run("conv 1 2 1 bias=false as c; weight [[[[1]]], [[[2]]]]")
    #expect(try Self.lines("compare 0.5", in: &notebook) == [2])
  }

  /// The mask of a new layer does not mark what an earlier one of its name has made.
  @Test func aReboundNameMarksNothing() throws {
    var notebook = Self.layers()
    _ = notebook.run("weight as old; forward as y; view output as picture")
    let picture = notebook.shown("picture")
    _ = notebook.run("conv 1 2 1 bias=false as b; weight [[[[1]]], [[[2]]]]; mask 0.5")
    #expect(try Self.lines("old", in: &notebook).isEmpty)
    #expect(notebook.shown("view output") == picture)
    #expect(picture?.contains("[0, 1] masked") == true)
  }
}
