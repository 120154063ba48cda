import Language
import Tensors
import Testing

@testable import Notebook

/// Cells of the language with bytes changed at random: whatever comes is read or has a place.
struct ParserFuzzTests {
  private static let corpus = [
    "conv 1 2 3 padding=1 bias=false as m", "tensor [[1, 2.5], [-0., 1e-7]] as t; t[0, -1];",
    "Parameter containing:\ntensor([[1., nan]], requires_grad=True)",
    "tensor([], size=(0, 3), grad_fn=<AbsBackward0>)", "time forward; time relu Out[3].weight[0]",
    "net conv(1,20,5) relu conv(20, 50, 5, padding = 1) linear(800,500) as lenet",
    "save \"a \\\" b.dpu\" overwrite=True # comment [ (", "array([[1, 2], [3, 4]], dtype=int64)",
    "mask?", "x = torch.randn(1, 2)", "weight[0][1].grad.shape",
    "input ones 1 1 4 4 requires-grad=true",
    "for r in 0.25 0.5 { mask r; (mask == 0).sum() } as curve",
    "print(grad, \"größe 層 😀 e\u{301}\")",
  ]

  private static let pieces: [[UInt8]] = [
    "[", "]", "(", ")", "{", "}", "\"", "\\", "#", ";", "=", ",", ".", " ", "\n", "\t", "1", "-",
    "e",
    "?", "as ", "time ", "tensor(", "層", "\u{301}", "\u{0}", "\u{7f}", "Out[", "size=(", "...", "*",
  ].map { Array($0.utf8) }

  private static func mutated(_ generator: inout Generator) -> String {
    func random(_ count: Int) -> Int { Int(generator.next32()) % count }
    var bytes = Array(corpus[random(corpus.count)].utf8)
    for _ in 0..<random(5) {
      let place = random(bytes.count + 1)
      switch random(4) {
      case 0: bytes.insert(contentsOf: pieces[random(pieces.count)], at: place)
      case 1 where place < bytes.count: bytes.remove(at: place)
      case 2 where place < bytes.count: bytes[place] = pieces[random(pieces.count)][0]
      default: bytes.insert(contentsOf: corpus[random(corpus.count)].utf8, at: place)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func aCellIsReadOrHasAPlace() throws {
    var generator = Generator(seed: 2026)
    var (read, refused) = (0, 0)
    for _ in 0..<20_000 {
      let source = Self.mutated(&generator)
      let bytes = Array(source.utf8)
      do {
        let cell = try Parser.parse(source)
        read += 1
        var end = 0
        for statement in cell.statements {
          #expect(statement.range.lowerBound >= end, "\(source)")
          end = statement.range.upperBound
          guard let command = statement.command else { continue }
          #expect(command.verbRange.lowerBound >= statement.range.lowerBound, "\(source)")
          for argument in command.arguments {
            #expect(argument.range.upperBound <= end && !argument.range.isEmpty, "\(source)")
          }
        }
        #expect(end <= bytes.count, "\(source)")
        // What is kept of the cell says the same.
        let kept = cell.withoutTime(source)
        let again = try Parser.parse(kept)
        #expect(again.statements.count == cell.statements.count, "\(source)")
        #expect(again.statements.allSatisfy { $0.time == nil } && again.isQuiet == cell.isQuiet)
        #expect(again.withoutTime(kept) == kept, "\(source)")
      } catch let placed as Placed {
        refused += 1
        #expect(!placed.error.message.isEmpty)
        let range = placed.range
        #expect(range.lowerBound >= 0 && range.upperBound <= bytes.count, "\(source)")
        for place in [range.lowerBound, range.upperBound] where place < bytes.count {
          #expect(!bytes[place].isContinuation, "\(source)")
        }
        #expect((placed.statement ?? 0) <= range.upperBound, "\(source)")
      }
    }
    #expect(read > 3000 && refused > 3000, "\(read) \(refused)")
  }

  /// Errors of whole cells: with advice, carets, and nothing but text.
  @Test func anErrorCanBeShown() {
    var generator = Generator(seed: 2027)
    for _ in 0..<2000 {
      let source = Self.mutated(&generator)
      guard (try? Parser.parse(source)) == nil else { continue }
      var notebook = Notebook()
      guard let failure = notebook.run(source).failure else {
        Issue.record("\(source)")
        continue
      }
      let text = failure.text(source: source, file: "a", firstLine: 1)
      #expect(text.split(separator: "\n").dropFirst().allSatisfy { $0.columns <= 80 }, "\(text)")
    }
  }
}
