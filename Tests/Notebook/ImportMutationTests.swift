import Foundation
import TestSupport
import Testing

@testable import Notebook

/// Damaged notebooks and programs: what is made of them replays as it says, whatever they hold.
struct ImportMutationTests {
  private struct Dice {
    var state: UInt64
    mutating func roll(_ sides: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(max(1, sides)))
    }
  }

  private static let pieces = [
    "(", ")", "[", "]", "{", "}", "'", "\"", "\"\"\"", "\\", "\n", "    ", "\t", ":", ";", ",", ".",
    "=", "+=", "**", "@", "lambda x: ", "for i in range(1000000000):\n", "while True:\n",
    "def f(x):\n return f(x)\n", "class A(torch.nn.Module):\n", "not ", " is ", "-1",
    "9223372036854775807", "1e999", "0x1f", "None", "self", "super()", "*", "f\"{x}\"", "f\"{",
    "\u{0}", "\u{1b}[2J", "é", "\u{202e}", "print(", "x = ", ".backward()", "[0] = 0", ".weight",
    ".grad", "%time ", "torch.", "\r\n", "\u{feff}", "nan", "@staticmethod\n", "#", "# %%\n",
    "[:, None]", "if i % 2 == 0:\n", " if y else z", "[i for i in x]", "range(5)", "{\"a\": 1}",
    String(repeating: "(", count: 400), String(repeating: "x + ", count: 400),
    String(repeating: "-", count: 400), String(repeating: ".T", count: 400),
    String(repeating: "if x:\n ", count: 100), "x = x + x\n",
  ]

  private static func mutated(_ text: String, _ dice: inout Dice) -> String {
    var bytes = Array(text.utf8)
    for _ in 0...dice.roll(3) {
      let place = dice.roll(bytes.count + 1)
      let end = min(bytes.count, place + 1 + dice.roll(80))
      switch dice.roll(5) {
      case 0, 1: bytes.insert(contentsOf: pieces[dice.roll(pieces.count)].utf8, at: place)
      case 2: bytes.removeSubrange(place..<end)
      case 3:
        let part = bytes[place..<end]
        for _ in 0...dice.roll(20) { bytes.insert(contentsOf: part, at: place) }
      default: bytes.removeSubrange(min(bytes.count, place + bytes.count / 2)...)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(arguments: [
    "a-first-convolution", "own-units", "epsilon-and-relu", "pruning-tutorial", "tensors-tour",
    "masked-training",
  ])
  func nothingTrapsAndWhatIsMadeReplays(name: String) throws {
    var dice = Dice(state: name.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
    for suffix in ["py", "ipynb"] {
      let text = try Fixture.text("imports/\(name).\(suffix)")
      for turn in 0..<25 {
        let damaged = Self.mutated(text, &dice)
        do {
          let session = try ImportedSession.of(damaged, "a.\(suffix)")
          #expect(try session.disagreements() == [], "turn \(turn) of \(suffix)")
          #expect(session.text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
        } catch is ImportError {
          // It is told what is wrong.
        }
      }
    }
  }
}
