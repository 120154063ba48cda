import Reports
import Running

/// One Markdown document: prose, cells in fences, tables as tables.
struct MarkdownExport: Export {
  let name = "markdown"
  let suffix = ".md"
  let summary = "a document of prose, cells and what they show"

  func text(of file: ReplayedFile) throws -> String {
    var blocks = file.hasTitle ? [] : ["# " + Markdown.escaped(file.title)]
    // Cells that show nothing share a fence with the next one.
    var sources: [String] = []
    func closeFence() {
      if !sources.isEmpty {
        blocks.append(Markdown.fenced(sources.joined(separator: "\n"), as: "dpu"))
      }
      sources = []
    }
    for (index, page) in file.pages.enumerated() {
      try Cancellation.check()
      if !page.prose.isEmpty {
        closeFence()
        blocks.append(Prose.markdown(page.prose, hasTitle: index == 0))
      }
      if !page.questions.isEmpty {
        closeFence()
        blocks += page.questions.map(\.markdown)
      }
      sources.append(page.source.visibleLines)
      if let report = page.result.report {
        closeFence()
        let text = try report.markdown(options: page.options)
        if !text.isEmpty { blocks.append(text) }
      } else if let failure = page.result.failure {
        closeFence()
        blocks.append(Markdown.fenced(failure.message.visibleLines, as: "text"))
      }
    }
    closeFence()
    if !file.epilogue.isEmpty {
      blocks.append(Prose.markdown(file.epilogue, hasTitle: file.pages.isEmpty))
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }
}
