import Notebook
import Testing

struct TextLinesTests {
  @Test(arguments: [
    ("", [""]), ("a", ["a"]), ("a\nb", ["a", "b"]), ("\n\na\n", ["", "", "a", ""]),
    ("a\r\nb", ["a\r", "b"]), ("é\n\u{301}b", ["é", "\u{301}b"]),
  ])
  func endAtLineFeeds(text: String, lines: [String]) {
    #expect(text.lines == lines)
    #expect(text.eachLine.map(String.init) == lines)
  }
}
