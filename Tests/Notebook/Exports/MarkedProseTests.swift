import Testing

@testable import Notebook

/// Prose with Markdown's marks, in all three documents.
struct MarkedProseTests {
  @Test func marksInProseAreRead() throws {
    let file = try ReplayedFile.replayed(
      """
      # dpu session 1
      # # A *first* `step` <b>
      # text with **weight**, 2**3
      # and [a link](https://a.b/?c&d), [no link](javascript:alert(1))
      # ## Below
      # right under it
      # - an *item*
      # -1. no item
      # ```python
      # x = 1  # **no mark**
      #
      #     y
      # ```
      # unclosed **marks and
      # ```
      # fences
      tensor [1]
      # ### Last
      """)
    #expect(file.title == "A first step <b>")
    let page = try HTMLExport().text(of: file)
    #expect(HTMLTags(page).problem == nil)
    #expect(page.contains("<title>A first step &lt;b&gt;</title>"))
    let link = "<a href=\"https://a.b/?c&amp;d\" rel=\"noopener noreferrer\">a link</a>"
    #expect(
      page.contains(
        """
        <h1>A <em>first</em> <code>step</code> &lt;b&gt;</h1>
        <p>text with <strong>weight</strong>, 2**3<br>
        and \(link), [no link](javascript:alert(1))</p>
        <h2>Below</h2>
        <p>right under it</p>
        <ul>
        <li>an <em>item</em></li>
        </ul>
        <p>-1. no item</p>
        <pre>x = 1  # **no mark**

            y</pre>
        <p>unclosed **marks and<br>
        ```<br>
        fences</p>
        """))
    #expect(page.contains("<h3>Last</h3>"))
    let markdown = """
      # A *first* `step` &lt;b>

      text with **weight**, 2\\*\\*3\u{20}\u{20}
      and [a link](https://a.b/?c&d), \\[no link\\](javascript:alert(1))

      ## Below

      right under it

      - an *item*

      \\-1. no item

      ```text
      x = 1  # **no mark**

          y
      ```

      unclosed \\*\\*marks and\u{20}\u{20}
      \\`\\`\\`\u{20}\u{20}
      fences
      """
    #expect(try MarkdownExport().text(of: file).hasPrefix(markdown + "\n\n```dpu"))
    let notebook = try IpynbExport().text(of: file)
    let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false).map {
      String($0).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }
    #expect(lines.allSatisfy { notebook.contains("\"\($0)") }, "\(notebook)")
  }
}
