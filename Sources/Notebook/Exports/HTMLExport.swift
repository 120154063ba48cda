import Reports
import Running

/// One HTML file that reads as a page and steps through a session as `--step` does.
///
/// It asks for nothing from anywhere, and its policy forbids that; without JavaScript it shows
/// everything.
struct HTMLExport: Export {
  let name = "html"
  let suffix = ".html"
  let summary = "a page that steps through the session in a browser"

  func text(of file: ReplayedFile) throws -> String {
    var parts = [head(file)]
    if !file.hasTitle { parts.append("<h1>\(Markup.escaped(file.title))</h1>") }
    for (index, page) in file.pages.enumerated() {
      try Cancellation.check()
      parts.append(try section(page, isFirst: index == 0))
    }
    if !file.epilogue.isEmpty {
      parts.append(
        """
        <section class="page" id="end">
        \(Prose.html(file.epilogue, hasTitle: file.pages.isEmpty))
        </section>
        """)
    }
    if file.pages.contains(where: { !$0.questions.isEmpty }) {
      // What a student hands in is this text with the answers.
      let text = Markup.escaped(file.text.visibleLines)
      parts.append("<template data-name=\"\(Markup.escaped(file.title))\">\(text)</template>")
    }
    return (parts + [foot]).joined(separator: "\n") + "\n"
  }

  private func section(_ page: ReplayedFile.Page, isFirst: Bool) throws -> String {
    let number = page.result.number
    let source = Markup.escaped(page.source.visibleLines)
    var lines = ["<section class=\"page\" id=\"cell-\(number)\">"]
    if !page.prose.isEmpty { lines.append(Prose.html(page.prose, hasTitle: isFirst)) }
    lines += [
      "<div class=\"cell\">",
      "<div class=\"input\"><span class=\"prompt\">In [\(number)]:</span>"
        + "<pre><code>\(source)</code></pre></div>",
    ]
    lines += page.questions.map { question(form: $0, page.result) }
    if let report = page.result.report {
      lines += [
        "<div class=\"result\" id=\"out-\(number)\"><span class=\"prompt\">Out[\(number)]:</span>"
          + "<div class=\"value\">",
        try report.html(options: page.options), "</div></div>",
      ]
    } else if let failure = page.result.failure {
      let message = Markup.escaped(failure.message.visibleLines)
      lines.append(
        "<div class=\"result\" id=\"out-\(number)\"><span class=\"prompt\"></span>"
          + "<div class=\"value\"><pre class=\"failure\">\(message)</pre>"
          + "</div></div>")
    }
    return (lines + ["</div>", "</section>"]).joined(separator: "\n")
  }

  /// A field for what a reader expects, with what the script compares it with.
  private func question(form question: Question, _ result: CellResult) -> String {
    let expectation = question.expectation
    var attributes = "data-name=\"\(Markup.escaped(expectation.name))\""
    attributes += " data-kind=\"\(expectation.kind.rawValue)\""
    if let truth = expectation.truth(in: result.value),
      let text = expectation.truthText(in: result.value)
    {
      attributes += " data-truth=\"\(Markup.escaped(text))\""
      if case .number(let number) = truth {
        attributes += " data-within=\"\(expectation.leastRoom(at: number))\""
        if expectation.tolerance == nil { attributes += " data-rounds" }
      }
    }
    let answer = question.answer.map { " value=\"\(Markup.escaped($0.visible))\"" } ?? ""
    return "<form class=\"expectation\" \(attributes)><label>expect "
      + "\(Markup.escaped(expectation.name.visible)), \(expectation.kind.words): "
      + "<input autocomplete=\"off\"\(answer)></label> <output></output></form>"
  }

  private func head(_ file: ReplayedFile) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
    style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
    <title>\(Markup.escaped(file.title))</title>
    <style>
    \(PageStyle.text)
    \(Report.drawingStyle)
    </style>
    </head>
    <body>
    <main>
    """
  }

  private var foot: String {
    """
    </main>
    <nav hidden><button type="button">Back</button><output></output>\
    <button type="button" class="next">Next</button><button type="button">Show all</button>\
    <button type="button" hidden>Save answers</button></nav>
    <script>
    \(PageScript.text)
    </script>
    </body>
    </html>
    """
  }
}
