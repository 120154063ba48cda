import Foundation
import Testing
import TestSupport

/// Damaged session files: every command ends with a status that says what is wrong, in time, and
/// nothing but what is recorded is written.
@Suite struct MutatedFileTests {
  /// A small generator of its own, so that the files are the same on every run.
  private struct Dice {
    var state: UInt64
    mutating func roll(_ sides: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(max(1, sides)))
    }
    mutating func choose(_ texts: [String]) -> [UInt8] { Array(texts[roll(texts.count)].utf8) }
  }

  private static let headers = [
    "# dpu session 2", "# dpu session", "", " # dpu session 1", "#!x\n# dpu session 1",
    "\u{feff}# dpu session 1", "\u{feff}\u{feff}# dpu session 1",
    "# dpu session 999999999999999999",
  ]
  private static let pieces = [
    "\u{1b}[2J", "\u{202e}", "\0", "9223372036854775807", "-1", "1e999", "#>", "#!", "[", "(", "\"",
    "Out[1]", "rerun 1-9", "undo 5", "quit", "save x.dpu", "replay x.dpu", "\r", "\u{feff}",
    "conv 1 2 3 stride=2147483648", "lesson first-steps", "repeat 3 {", "for x in range(2) {", "}",
    "; undo }", " as x", "weight[0] = ", "mask = ", "(x * 2)", ".sum()", "**", "-", ", dim=7",
    "x.grad",
    "zeros(99999, 99999, 99999)", "weight.view(-1, 2, -1)", "[None]",
  ]
  private static let numbers = [
    "2147483648", "0", "-3", "9223372036854775808", "1e30", "1:0", "[]",
  ]

  private static func mutated(_ bytes: [UInt8], _ dice: inout Dice) -> [UInt8] {
    var lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false).map(Array.init)
    let place = dice.roll(lines.count)
    switch dice.roll(9) {
    case 0:
      var bytes = bytes
      guard !bytes.isEmpty else { return bytes }
      bytes[dice.roll(bytes.count)] ^= 1 << UInt8(dice.roll(8))
      return bytes
    case 1: lines.remove(at: place)
    case 2: lines.insert(lines[place], at: place)
    case 3: lines.swapAt(place, dice.roll(lines.count))
    case 4: lines[0] = dice.choose(headers)
    case 5:
      var bytes = bytes
      bytes.insert(contentsOf: dice.choose(pieces), at: dice.roll(bytes.count + 1))
      return bytes
    case 6:
      let digits = bytes.indices.filter { (0x30...0x39).contains(bytes[$0]) }
      guard !digits.isEmpty else { return bytes }
      var bytes = bytes
      let digit = digits[dice.roll(digits.count)]
      bytes.replaceSubrange(digit...digit, with: dice.choose(numbers))
      return bytes
    case 7: return Array(bytes.prefix(dice.roll(bytes.count + 1)))
    default: lines.insert(dice.choose(pieces), at: place)
    }
    return Array(lines.joined(separator: [0x0a]))
  }

  /// `DPU_LONG=1` tries a thousand.
  @Test func damagedFilesAreSaidToBeSo() throws {
    let sessions = Program.packageFolder + "/sessions"
    let names = try FileManager.default.contentsOfDirectory(atPath: sessions)
      .filter { $0.hasSuffix(".dpu") }.sorted()
    let isLong = ProcessInfo.processInfo.environment["DPU_LONG"] == "1"
    var dice = Dice(state: 20_261_126)
    for round in 0..<(isLong ? 1000 : 12) {
      let name = sessions + "/" + names[dice.roll(names.count)]
      var bytes = Array(try Data(contentsOf: URL(filePath: name)))
      for _ in 0...dice.roll(6) { bytes = Self.mutated(bytes, &dice) }
      let folder = try TemporaryFolder()
      let file = URL(filePath: folder.path + "/m.dpu")
      try Data(bytes).write(to: file)
      for arguments in [["replay"], ["check"], ["record", "--yes"]] {
        let run = try Program.run(arguments + ["m.dpu"], directory: folder.path)
        #expect([0, 1, 3, 4, 5].contains(run.status), "round \(round), \(arguments)")
        #expect(!(run.output + run.errors).utf8.contains(0x1b), "round \(round), \(arguments)")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(left == ["m.dpu"], "round \(round), \(arguments)")
        if arguments[0] != "record" || run.status >= 4 {
          #expect(Array(try Data(contentsOf: file)) == bytes, "round \(round), \(arguments)")
        }
      }
    }
  }
}
