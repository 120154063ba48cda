import Tensors
import TestSupport
import Testing

@testable import Notebook

/// Random text made of the language's pieces: whatever comes, an error has a place in it.
struct RobustnessTests {
  private static let pieces =
    CommandTable.sessionCommands.map { $0.name }.filter { $0 != "seed" } + [
      "m", "t", "_", "Out", "Out[1]", "as", "as m", "1", "2", "0.5", "-1", "nan", "[", "]", "(",
      ")",
      "[1, 2]", "[[1], [2]]", "=", "stride=2", "bias=false", ";", "#", "\"", "\\", "\"a b\"", ".",
      ",",
      ".weight", ".grad", "[0]", "[-1]", " ", " ", " ", "\n", "\t", "\r\n", "...", "ä", "😀",
      "\u{0}",
      "Parameter containing:", "tensor(", "size=(2, 0)", "requires_grad=True", "off", "ones",
    ]

  private static func text(_ generator: inout Generator) -> String {
    (0..<(1 + generator.next32() % 8)).map { _ in
      let piece = pieces[Int(generator.next32()) % pieces.count]
      return generator.next32() % 2 == 0 ? piece + " " : piece
    }.joined()
  }

  @Test func everyErrorHasItsPlaceInTheCell() {
    var generator = Generator(seed: 77)
    var (failures, successes) = (0, 0)
    // Any word may be a file's name after save.
    var notebook = Notebook(files: .nothing)
    for _ in 0..<4000 {
      let source = Self.text(&generator)
      guard let failure = notebook.run(source).failure else {
        successes += 1
        continue
      }
      failures += 1
      #expect(!failure.message.isEmpty)
      #expect(failure.range.lowerBound >= 0, "\(source)")
      #expect(failure.range.upperBound <= source.utf8.count, "\(source)")
      #expect(!failure.text(source: source, file: "a", firstLine: 1).isEmpty)
    }
    // The pieces fit together often enough to reach the commands, and seldom enough to fail.
    #expect(failures > 1000)
    #expect(successes > 50)
  }

  @Test func anyLinesMakeCellsAndFiles() throws {
    var generator = Generator(seed: 78)
    for _ in 0..<500 {
      let text = (0..<6).map { _ in Self.text(&generator) }.joined(separator: "\n")
      let file = try SessionFile(text: text, path: "a")
      let found = file.items.map { item in
        switch item {
        case .blank: ""
        case .prose(let text): text
        case .cell(let cell): cell.source
        }
      }.joined(separator: "\n")
      // Nothing gets lost but blanks and carriage returns at the ends of lines.
      func squeezed(_ text: String) -> String {
        String(decoding: text.utf8.filter { $0 > 0x20 }, as: UTF8.self)
      }
      #expect(squeezed(found) == squeezed(text))
    }
  }
}
