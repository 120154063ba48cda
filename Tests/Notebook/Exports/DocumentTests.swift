import Foundation
import TestSupport
import Testing

@testable import Notebook

/// Sessions as pages and as Markdown.
struct DocumentTests {
  /// What no document may take for its own markup.
  private static let hostile = """
    # dpu session 1
    # </script><script>alert("p")</script> & <b>bold</b> `tick` *star* \u{1b}[2J
    # - <img src=x onerror=alert(1)>
    tensor [1] # </code></pre><script>alert("c")</script> ``` \u{1b}[31m
    nothing_like_it "</pre><script>alert('f')</script>"
    #! there is no value, layer or function 'nothing_like_it'
    # ```
    # end
    """

  @Test func whatASessionSaysIsNoMarkup() throws {
    let file = try ReplayedFile.replayed(Self.hostile, keepsGoing: true)
    let page = try HTMLExport().text(of: file)
    #expect(page.ranges(of: "<script").count == 1 && page.ranges(of: "</script").count == 1)
    #expect(!page.contains("<b>") && !page.contains("<img") && !page.contains("\u{1b}"))
    #expect(page.contains("&lt;b&gt;bold&lt;/b&gt;"))
    #expect(HTMLTags(page).problem == nil)
    let document = try MarkdownExport().text(of: file)
    #expect(!document.contains("\u{1b}"))
    let outside = MarkdownLines(document)
    #expect(outside.problem == nil)
    #expect(outside.outside.allSatisfy { !$0.contains("<") && !$0.hasPrefix("```") })
    #expect(outside.outside.contains { $0.contains(" `tick` *star* ") })
  }

  /// Every line that a session file records stands in both documents, in tables as cells; a page
  /// draws what consists of dots and shades.
  @Test(arguments: ReplayedFile.sessions)
  func everythingRecordedIsThere(name: String) throws {
    let (text, file) = try ReplayedFile.session(name)
    let page = try HTMLExport().text(of: file)
    #expect(HTMLTags(page).problem == nil)
    let words = HTMLTags(page).text
    let document = try MarkdownExport().text(of: file)
    #expect(MarkdownLines(document).problem == nil)
    let plain = document.filter { $0 != "\\" }
    // The scale below a heat map of characters, which a page draws too.
    let scale = ["#> shade ", "#>  from ", "#> largest magnitude "]
    for line in text.split(separator: "\n") where line.hasPrefix("#>") || line.hasPrefix("#!") {
      if scale.contains(where: { line.hasPrefix($0) }) { continue }
      for word in line.dropFirst(2).split(separator: " ") {
        #expect(words.contains(word) || Self.isDrawn(word), "\(line)")
        #expect(
          plain.contains(word.replacing("<", with: "&lt;")) || plain.contains(word), "\(line)")
      }
    }
    let count = try SessionFile(text: text, path: name).cells.count
    #expect(page.ranges(of: "In [").count == count && file.pages.count == count)
  }

  private static func isDrawn(_ word: Substring) -> Bool {
    word.unicodeScalars.contains { (0x2500...0x28ff).contains($0.value) }
      || word.count == 1 && word.allSatisfy { ".:;ox%#@".contains($0) }
  }

  @Test func aTableIsATableAndWhatIsMaskedIsMarked() throws {
    let file = try ReplayedFile.replayed(
      """
      # dpu session 1
      # A TITLE & MORE
      # first line
      # second line
      #
      # 1. one
      # 2. two
      #     forward; backward
      conv 1 2 1 bias=false; weight [[[[2]]], [[[3]]]]; mask 0.5
      filters
      weight
      """)
    let page = try HTMLExport().text(of: file)
    #expect(page.contains("<title>A TITLE &amp; MORE</title>"))
    #expect(page.contains("<h1>A TITLE &amp; MORE</h1>\n<p>first line<br>\nsecond line</p>"))
    #expect(page.contains("<ol>\n<li>one</li>\n<li>two</li>\n</ol>\n<pre>forward; backward</pre>"))
    #expect(page.contains("<tr class=\"masked\"><td>0</td>"))
    #expect(page.contains("<span class=\"masked\">tensor([[[[2.]]],</span>"))
    let document = try MarkdownExport().text(of: file)
    #expect(
      document.hasPrefix(
        """
        # A TITLE & MORE

        first line\u{20}\u{20}
        second line

        1. one
        2. two

        ```text
        forward; backward
        ```

        ```dpu
        conv 1 2 1
        """.replacing("&", with: "&amp;")))
    #expect(document.contains("\n| filter | mask | L1 norm |"))
  }

  @Test func aCellThatFailsUnrecordedStopsIt() throws {
    let text = "# dpu session 1\ntensor [1]\n\nmask 7\n"
    let failure = #expect(throws: ReplayFailure.self) { try ReplayedFile.replayed(text) }
    #expect(failure?.line == 4 && failure?.number == 2)
    #expect(failure?.failure.message.contains("mask") == true)
    let page = try HTMLExport().text(of: ReplayedFile.replayed(text, keepsGoing: true))
    #expect(page.contains("<pre class=\"failure\">mask: "))
  }
}
