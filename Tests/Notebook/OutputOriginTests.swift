import Testing

@testable import Notebook

/// A note says that the output is older than what it came from, and only then.
struct OutputOriginTests {
  private static func notes(_ cells: String..., then last: String) -> [Note] {
    var notebook = Notebook()
    for cell in cells { _ = notebook.run(cell) }
    return notebook.run(last).notes
  }

  @Test func changesOfTheLayerMakeItOlder() {
    #expect(
      Self.notes("conv 1 2 3 as m;", "forward;", "mask 0.5;", then: "relu;")
        == [.outputIsOlder(than: "the mask of m")])
    #expect(
      Self.notes("conv 1 2 3 as m;", "forward;", "relu;", "epsilon off;", then: "backward;")
        == [.outputIsOlder(than: "the epsilon of m")])
    #expect(
      Self.notes("conv 1 2 3 as m;", "mask 0.5;", "forward;", then: "backward;").isEmpty)
    #expect(
      Self.notes("conv 1 2 3 as m;", "forward;", "input 1 1 4 4;", then: "relu;")
        == [.outputIsOlder(than: "the input")])
  }

  @Test func anotherLayerUnderTheNameIsAnother() {
    #expect(
      Self.notes("conv 1 2 3 as m;", "forward;", "conv 1 2 3 as m;", "mask 0.5;", then: "relu;")
        == [.outputIsOlder(than: "the layer m")])
  }

  @Test func undoTakesTheChangeBack() {
    #expect(
      Self.notes("conv 1 2 3 as m;", "forward;", "mask 0.5;", "undo", then: "relu;").isEmpty)
  }

  @Test func everyLayerOnTheWayCounts() {
    #expect(
      Self.notes(
        "linear 2 2 as a;", "forward;", "linear 2 2 as b;", "forward;", "use a",
        "weight [[1, 2], [3, 4]];", then: "mean;") == [.outputIsOlder(than: "the weight of a")])
  }
}
