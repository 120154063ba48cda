import Foundation
import TestSupport
import Testing

@testable import Notebook

/// Sessions as documents.
struct ExportTests {
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

  private static func replayed(_ text: String, keepsGoing: Bool = false) throws -> ReplayedFile {
    try ReplayedFile(
      SessionFile(text: text, path: "x.dpu"), path: "x.dpu", files: .everything,
      keepsGoing: keepsGoing)
  }

  private static func session(_ name: String) throws -> (text: String, replayed: ReplayedFile) {
    let path = Fixture.package.appending(path: "sessions/\(name)").path
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return (
      text,
      try ReplayedFile(
        SessionFile(text: text, path: path), path: path,
        files: FileAccess(reading: .everything, writing: .folders([]), folder: nil))
    )
  }

  private static let sessions = made {
    try FileManager.default
      .contentsOfDirectory(atPath: Fixture.package.appending(path: "sessions").path)
      .filter { $0.hasSuffix(SessionFile.suffix) }.sorted()
  }

  @Test func whatASessionSaysIsNoMarkup() throws {
    let file = try Self.replayed(Self.hostile, keepsGoing: true)
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

  /// Prose with Markdown's marks is set as they say, in all three documents.
  @Test func marksInProseAreRead() throws {
    let file = try Self.replayed(
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

  /// Every line that a session file records stands in both documents, in tables as cells; a page
  /// draws what consists of dots and shades.
  @Test(arguments: sessions)
  func everythingRecordedIsThere(name: String) throws {
    let (text, file) = try Self.session(name)
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
    let file = try Self.replayed(
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

  /// The programs themselves are run by PyTorch: ``PythonProgramTests``.
  @Test func aProgramHasTheProseAndTheCellsInForce() throws {
    let file = try Self.replayed(
      """
      # dpu session 1
      # First a layer,
      # \u{1b}[2Jas it is.

      conv 1 2 3 as m
      # Then a mask that is taken back.
      mask 0.5
      undo
      m.weight.shape
      why
      mask 7
      #! mask: the rate must be at least 0 and below 1, not 7
      # The end.
      """, keepsGoing: true)
    let text = try PythonExport().text(of: file)
    #expect(
      text.hasSuffix(
        """
        torch.manual_seed(0)

        # First a layer,
        # ^[[2Jas it is.
        m = Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1))
        print(m)

        # Then a mask that is taken back.
        # in dpu alone: mask 0.5
        # in dpu alone: undo
        print(m.weight.shape)
        # in dpu alone: why
        # in dpu alone: mask 7

        # The end.

        """))
  }

  /// What nbformat 4.5 demands, and what a session shows.
  @Test(arguments: sessions)
  func aNotebookIsOne(name: String) throws {
    let (text, file) = try Self.session(name)
    let notebook = try JSONDecoder().decode(
      Ipynb.self, from: Data(IpynbExport().text(of: file).utf8))
    #expect(notebook.nbformat == 4 && notebook.nbformat_minor == 5)
    #expect(notebook.metadata.kernelspec.name == "python3")
    let ids = notebook.cells.map(\.id)
    #expect(
      Set(ids).count == ids.count && ids.allSatisfy { $0.wholeMatch(of: /[\w-]{1,64}/) != nil })
    let code = notebook.cells.filter { $0.cell_type == "code" }
    #expect(code.compactMap(\.execution_count) == Array(1...code.count))
    #expect(code.first?.source.joined().hasPrefix("import torch\n") == true)
    // Every recorded line is an output or, where dpu alone shows it, prose.
    let said = notebook.cells.map { cell in
      cell.source.joined()
        + (cell.outputs ?? []).map {
          ($0.data.map { Array($0.values.joined()) } ?? $0.text ?? []).joined()
        }.joined()
    }.joined(separator: "\n").filter { $0 != "\\" }
    for line in text.split(separator: "\n") where line.hasPrefix("#>") {
      for word in line.dropFirst(2).split(separator: " ") {
        #expect(
          said.contains(word) || said.contains(word.replacing("<", with: "&lt;")), "\(line)")
      }
    }
    for cell in code {
      for output in cell.outputs ?? [] {
        // Jupyter shows nothing for None, so that print does.
        let isPrinted = output.text == ["None\n"]
        #expect(output.output_type == (isPrinted ? "stream" : "execute_result"))
        #expect(output.execution_count == (isPrinted ? nil : cell.execution_count))
        #expect(cell.source.last?.hasPrefix("print(") == isPrinted)
      }
    }
  }

  /// Jupyter shows the value of a cell's last line where no semicolon follows it.
  @Test func whatASessionHidesANotebookHides() throws {
    let file = try Self.replayed(
      "conv 1 2 3 as m;\nzero_grad\nprune 0.5;\nm.weight_mask\nm.weight_orig.grad")
    let cells = try JSONDecoder().decode(
      Ipynb.self, from: Data(IpynbExport().text(of: file).utf8)
    ).cells.dropFirst()
    #expect(
      cells.map { $0.source.last } == [
        "torch.manual_seed(0);", "m = Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1))",
        "m.zero_grad();", "prune.ln_structured(m, \"weight\", amount=0.5, n=1, dim=0);",
        "m.weight_mask", "print(m.weight_orig.grad)",
      ])
    #expect(cells.map { $0.outputs?.count } == [0, 0, 0, 0, 1, 1])
    #expect(cells.last?.outputs?.first?.text == ["None\n"])
  }

  private struct Ipynb: Decodable {
    struct Output: Decodable {
      let output_type: String
      let execution_count: Int?
      let data: [String: [String]]?
      let text: [String]?
    }

    struct Cell: Decodable {
      let id: String
      let cell_type: String
      let source: [String]
      let execution_count: Int?
      let outputs: [Output]?
    }

    struct Metadata: Decodable {
      struct Kernel: Decodable { let name: String }
      let kernelspec: Kernel
    }

    let nbformat: Int
    let nbformat_minor: Int
    let metadata: Metadata
    let cells: [Cell]
  }

  @Test func aCellThatFailsUnrecordedStopsIt() throws {
    let text = "# dpu session 1\ntensor [1]\n\nmask 7\n"
    let failure = #expect(throws: ReplayFailure.self) { try Self.replayed(text) }
    #expect(failure?.line == 4 && failure?.number == 2)
    #expect(failure?.failure.message.contains("mask") == true)
    let page = try HTMLExport().text(of: Self.replayed(text, keepsGoing: true))
    #expect(page.contains("<pre class=\"failure\">mask: "))
  }

  @Test func aFileWithoutATitleIsCalledByItsName() throws {
    let file = try ReplayedFile(
      SessionFile(text: "tensor [1]", path: "a/my lesson.dpu"), path: "a/my lesson.dpu",
      files: .everything)
    #expect(try HTMLExport().text(of: file).contains("<h1>my lesson</h1>"))
    #expect(try MarkdownExport().text(of: file).hasPrefix("# my lesson\n"))
    let folder = try TemporaryFolder()
    var notebook = Notebook.after(["tensor [1]", "export \(folder.path)/notes.md"])
    #expect(try folder.read("notes.md").hasPrefix("# notes\n"))
    #expect(notebook.run("export \(folder.path)/.md").failure == nil)
    #expect(try folder.read(".md").hasPrefix("# .md\n"))
  }

  /// What was saved is not saved again, and needs no rights for that.
  @Test func anExportWritesNothingElse() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/w.npy"
    var notebook = Notebook.after([
      "w = tensor([1.]);", "save \(path) w", "w = tensor([2.]);", "save \(path) w overwrite=true",
    ])
    let bytes = try Data(contentsOf: URL(filePath: path))
    #expect(notebook.run("export \(folder.path)/s.md").failure == nil)
    #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
    #expect(try folder.read("s.md").contains("float32 [1]"))
    let file = try SessionFile(text: "w = 1;\nsave \(folder.path)/none.npy w", path: "x.dpu")
    _ = try ReplayedFile(file, path: "x.dpu", files: .nothing)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/none.npy"))
  }

  @Test func theCommandWritesWhatTheSessionShows() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/s.html"
    var notebook = Notebook.after(["conv 1 2 3", "mask 0.5"])
    #expect(notebook.run("nonsense").failure != nil)
    notebook.expectRefused(
      "export «\(folder.path)/s.doc»", "names no format: one of", "export lecture.html")
    #expect(notebook.run("export \(path)").failure == nil)
    let first = try folder.read("s.html")
    #expect(first.contains("mask 0.5") && !first.contains("nonsense"))
    #expect(notebook.run("weight;").failure == nil)
    #expect(notebook.run("export \(path)").failure == nil, "what was exported may be replaced")
    _ = try folder.write("mine", to: "s.html")
    #expect(
      notebook.run("export \(path)").failure?.remedy == "overwrite=true after the name replaces it")
    #expect(try folder.read("s.html") == "mine")
    #expect(notebook.run("export \(path) overwrite=true").failure == nil)
    #expect(try folder.read("s.html").contains("weight;"))
    var inner = notebook.entering(folder.path + "/s.dpu")
    #expect(inner.run("export \(path) overwrite=true").failure?.isRefusal == true)
  }
}

/// The tags of a page, each closed in its order.
private struct HTMLTags {
  private(set) var problem: String?
  /// The text between them, entities resolved.
  private(set) var text = ""

  init(_ page: String) {
    var open: [Substring] = []
    var rest = page[...]
    while let start = rest.firstIndex(of: "<") {
      text += rest[..<start]
      guard let end = rest[start...].firstIndex(of: ">") else {
        problem = "a tag without an end"
        return
      }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }
      if tag.hasPrefix("/") {
        guard open.popLast() == name else {
          problem = problem ?? "</\(name)>"
          return
        }
      } else if !["meta", "br", "input"].contains(name), !tag.hasPrefix("!"), !tag.hasSuffix("/") {
        open.append(name)
        if name == "script" || name == "style" {
          guard let close = rest.firstRange(of: "</\(name)>") else {
            problem = "\(name) without an end"
            return
          }
          rest = rest[close.lowerBound...]
        }
      }
    }
    if !open.isEmpty { problem = "<\(open[0])> stays open" }
    for (entity, character) in [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
    ] {
      text = text.replacing(entity, with: character)
    }
  }
}

/// The lines of a Markdown document outside its fences.
private struct MarkdownLines {
  private(set) var problem: String?
  private(set) var outside: [Substring] = []

  init(_ document: String) {
    var fence: Substring?
    for line in document.split(separator: "\n", omittingEmptySubsequences: false) {
      let ticks = line.prefix { $0 == "`" }
      if let open = fence {
        if ticks.count >= open.count, ticks.count == line.count { fence = nil }
      } else if ticks.count >= 3 {
        fence = ticks
      } else {
        outside.append(line)
      }
    }
    if fence != nil { problem = "a fence stays open" }
  }
}
