import Testing

@testable import Notebook

struct CellAssemblerTests {
  private static func cells(_ lines: String...) -> (cells: [String], isOpen: Bool) {
    var assembler = CellAssembler()
    let cells = lines.compactMap { assembler.feed($0) }
    return (cells, assembler.isOpen)
  }

  @Test func oneLineIsOneCell() {
    #expect(Self.cells("conv 1 2 3", "mask 0.5").cells == ["conv 1 2 3", "mask 0.5"])
    #expect(Self.cells("conv 1 2 3 \\", "relu").cells == ["conv 1 2 3 \\", "relu"])
  }

  @Test func anOpenBracketGoesOn() {
    #expect(
      Self.cells("input [[1, 2],", "       [3, 4]]", "relu").cells
        == ["input [[1, 2],\n       [3, 4]]", "relu"])
    #expect(Self.cells("tensor tensor(", "[1]", ")").cells == ["tensor tensor(\n[1]\n)"])
    #expect(Self.cells("tensor [1,").isOpen)
    #expect(Self.cells("tensor [1,", "", "2]").cells == ["tensor [1,\n\n2]"])
  }

  @Test func bracketsInStringsAndCommentsDoNotCount() {
    #expect(Self.cells(#"save "a[b""#).cells == [#"save "a[b""#])
    #expect(Self.cells(#"save "a\"[b""#).cells == [#"save "a\"[b""#])
    #expect(Self.cells("relu # [ (").cells == ["relu # [ ("])
    #expect(Self.cells("tensor [1, # ]", "2]").cells == ["tensor [1, # ]\n2]"])
    #expect(Self.cells("relu ]", "relu").cells == ["relu ]", "relu"])
  }

  /// PyTorch prints a parameter's tensor below this line.
  @Test func aPastedParameterGoesOn() {
    let pasted = ["weight Parameter containing:", "tensor([1.],", "  requires_grad=True)"]
    #expect(Self.cells(pasted[0], pasted[1], pasted[2]).cells == [pasted.joined(separator: "\n")])
    #expect(
      Self.cells("weight Parameter containing:\r", "tensor([1.])\r").cells
        == ["weight Parameter containing:\r\ntensor([1.])\r"])
  }

  @Test func givesUpWhenTold() {
    var assembler = CellAssembler()
    #expect(assembler.finish() == nil)
    #expect(assembler.feed("tensor [1,") == nil)
    #expect(assembler.pending == "tensor [1,")
    #expect(assembler.finish() == "tensor [1,")
    #expect(!assembler.isOpen)
    #expect(assembler.feed("relu") == "relu")
  }
}
