import Testing

@testable import Notebook

/// Nothing invisible reaches a terminal, and nothing visible is touched.
struct VisibleTextTests {
  @Test(arguments: [
    0x80...0x9f, 0xad...0xad, 0x34f...0x34f, 0x61c...0x61c, 0x115f...0x1160, 0x17b4...0x17b5,
    0x180b...0x180e, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x2064, 0x2066...0x206f,
    0x3164...0x3164, 0xfe00...0xfe0f, 0xfeff...0xfeff, 0xffa0...0xffa0, 0xfff9...0xfffb,
    0x1bca0...0x1bca3, 0x1d173...0x1d17a, 0xe0000...0xe0fff,
  ])
  func invisibleCharactersAreReplaced(_ range: ClosedRange<UInt32>) {
    for scalar in range.compactMap(Unicode.Scalar.init) {
      #expect("a\(String(scalar))b".unicodeScalars.count == 3)
      let visible = Array("a\(String(scalar))b".visible.unicodeScalars)
      #expect(visible == ["a", "\u{fffd}", "b"], "U+\(String(scalar.value, radix: 16))")
    }
  }

  @Test func controlCharactersAreNamed() {
    #expect("\u{1b}[31m\t\n\0\u{7f}".visible == "^[[31m ^J^@^?")
    #expect("a\u{1b}\nb\n\u{9b}c".visibleLines == "a^[\nb\n\u{fffd}c")
  }

  @Test(arguments: [
    "", "tensor([1.])", "caf\u{e9} cafe\u{301}", "日本語 עברית", "⚠\u{fe0f} 😀 ✔\u{fe0e}",
  ])
  func visibleTextStays(_ text: String) { #expect(text.visible == text) }

  /// A digit is one of Unicode's emoji, too; a name must not hide anything after it.
  @Test func nothingHidesAfterADigit() { #expect("a1\u{fe0f}".visible == "a1\u{fffd}") }
}
