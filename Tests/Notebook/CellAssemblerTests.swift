import Language
import Tensors
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

  /// Each kind closes its own; what does not match ends the cell, and the parser says where.
  @Test(arguments: [
    ("tensor [1, (2]", 13), ("tensor [1, 2)", 12), ("relu ]", 5), ("repeat 2 { relu )", 16),
    ("net conv(1, [2)", 14),
  ])
  func aBracketThatDoesNotMatchEndsTheCell(line: String, place: Int) throws {
    var assembler = CellAssembler()
    #expect(assembler.feed(line) == line)
    #expect(!assembler.isOpen)
    let failure = try #require(throws: Placed.self) { try Parser.parse(line) }
    #expect(failure.range.lowerBound <= place)
  }

  @Test func bracesGoOnAsOtherBracketsDo() {
    #expect(Self.cells("repeat 2 {", "relu", "}").cells == ["repeat 2 {\nrelu\n}"])
  }

  /// A string ends on its line, right or wrong.
  @Test func aStringThatIsNotClosedEndsTheCell() {
    #expect(Self.cells("net conv(\"a", "relu").cells == ["net conv(\"a", "relu"])
    #expect(Self.cells("save \"a(\\", "relu").cells == ["save \"a(\\", "relu"])
  }

  @Test func aHeadingInACommentIsNone() {
    #expect(Self.cells("relu # Parameter containing:", "relu").cells.count == 2)
    #expect(Self.cells("Parameter containing:").isOpen)
  }

  private static let pieces = [
    "[", "]", "(", ")", "{", "}", "\"", "\\", "#", "a", " ", "Parameter containing:", "[1, 2]",
    "\n",
    "\n", "(\n", "\"b\"", "\\\"", "層", "\r",
  ]

  private static func text(_ generator: inout Generator) -> String {
    (0..<(1 + generator.next32() % 14)).map { _ in
      pieces[Int(generator.next32()) % pieces.count]
    }.joined()
  }

  /// The cells of a text, told from the beginning for each line: the meaning of ``CellAssembler``.
  private static func expected(_ lines: [String]) -> [String] {
    var cells: [String] = []
    var cell: [String] = []
    for line in lines {
      cell.append(line)
      var open: [Character] = []
      var isWrong = false
      var isHeading = false
      for (index, part) in cell.enumerated() {
        var rest = part[...]
        var isComment = false
        while let character = rest.popFirst(), !isWrong {
          if character == "#" {
            isComment = true
            break
          }
          if character == "\"" {
            var isClosed = false
            while let inner = rest.popFirst(), !isClosed {
              if inner == "\\" { _ = rest.popFirst() }
              if inner == "\"" {
                isClosed = true
                break
              }
            }
            isWrong = isWrong || !isClosed
          } else if "([{".contains(character) {
            open.append(character)
          } else if ")]}".contains(character) {
            let pairs: [Character: Character] = [")": "(", "]": "[", "}": "{"]
            if open.popLast() != pairs[character] { isWrong = true }
          }
        }
        if index == cell.count - 1 {
          let trimmed = part.trimmingBlanks
          isHeading = !isComment && trimmed.hasSuffix("Parameter containing:")
        }
      }
      if isWrong || open.isEmpty && !isHeading {
        cells.append(cell.joined(separator: "\n"))
        cell = []
      }
    }
    return cells + (cell.isEmpty ? [] : [cell.joined(separator: "\n")])
  }

  @Test func feedingLineByLineIsFeedingWhole() {
    var generator = Generator(seed: 5)
    var several = 0
    for _ in 0..<5000 {
      let text = Self.text(&generator)
      // By bytes: a carriage return and a line feed together are one character.
      let lines = text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
      var assembler = CellAssembler()
      var cells = lines.compactMap { assembler.feed($0) }
      #expect(CellAssembler().isOpen(behind: text) == assembler.isOpen, "\(text)")
      if let last = assembler.finish() { cells.append(last) }
      #expect(cells.joined(separator: "\n").utf8.elementsEqual(text.utf8), "\(text)")
      #expect(cells == Self.expected(lines), "\(text)")
      if cells.contains(where: { $0.utf8.contains(0x0a) }) { several += 1 }
    }
    #expect(several > 300)
  }
}
