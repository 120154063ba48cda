import TestSupport
import Testing

@testable import Notebook

struct DifferenceTests {
  private static func differences(_ text: String) throws -> [Difference] {
    let file = try SessionFile(text: "# dpu session 1\n" + text, path: "a.dpu")
    var notebook = Notebook()
    return try file.cells.compactMap { try Difference($0, notebook.run($0.source)) }
  }

  @Test func showsWhatWasRecordedAndWhatWasFound() throws {
    let found = try Self.differences(
      """
      conv 1 1 1 bias=false;
      weight [[[[2]]]]
      #> Parameter containing:
      #> tensor([[[[3.]]]], requires_grad=True)
      """)
    #expect(found.count == 1)
    let expected = """
      a.dpu:3: In [2]: weight [[[[2]]]]
          #> Parameter containing:
        - #> tensor([[[[3.]]]], requires_grad=True)
        + #> tensor([[[[2.]]]], requires_grad=True)
      """
    #expect(TextDifference(try found[0].text(file: "a.dpu"), expected) == nil)
  }

  @Test func anUnrecordedValueOrFailureIsADifference() throws {
    #expect(try Self.differences("tensor [1]").count == 1)
    #expect(try Self.differences("oops").count == 1)
    #expect(try Self.differences("tensor [1];").isEmpty)
    #expect(try Self.differences("seed 1").isEmpty)
    #expect(try Self.differences("seed 1\n#> x").count == 1)
  }

  @Test func aFailureThatIsRecordedIsNone() throws {
    #expect(
      try Self.differences("oops\n#! there is no command and no name 'oops'").isEmpty)
    #expect(
      try Self.differences("oops\n#> there is no command and no name 'oops'").count == 1)
    #expect(try Self.differences("tensor [1]\n#! tensor([1.])").count == 1)
  }
}
