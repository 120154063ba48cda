import Reports
import Running

/// A Jupyter notebook (nbformat 4.5) in PyTorch, with what the session shows as its outputs.
struct IpynbExport: Export {
  let name = "ipynb"
  let suffix = ".ipynb"
  let summary = "a Jupyter notebook in PyTorch"

  func text(of file: ReplayedFile) throws -> String {
    let program = try file.program
    var cells = NotebookCells()
    if !file.hasTitle { cells.add(markdown: "# " + Markdown.escaped(file.title)) }
    var isStarted = false
    for (index, (page, cell)) in zip(file.pages, program.cells).enumerated() {
      try Cancellation.check()
      if !page.prose.isEmpty {
        cells.add(markdown: Prose.markdown(page.prose, hasTitle: index == 0))
      }
      for question in page.questions { cells.add(markdown: question.markdown) }
      if !isStarted {
        cells.add(code: program.preamble.silent)
        isStarted = true
      }
      let code = cell.statements.joined(separator: "\n")
      if let value = cell.value, page.showsNone {
        // Jupyter shows nothing for None.
        cells.add(
          code: (code.isEmpty ? "" : code + "\n") + "print(\(value))", output: page.result.text,
          isPrinted: true)
      } else if let value = cell.value {
        cells.add(
          code: code.isEmpty ? value : "\(code)\n\(value)", output: page.result.text)
      } else if !code.isEmpty {
        cells.add(code: code.silent)
      }
      if !cell.isWhole { cells.add(markdown: try Self.markdown(of: page)) }
    }
    if !file.epilogue.isEmpty {
      cells.add(markdown: Prose.markdown(file.epilogue, hasTitle: file.pages.isEmpty))
    }
    return cells.text
  }

  /// A cell that is dpu's own, and what it shows there.
  private static func markdown(of page: ReplayedFile.Page) throws -> String {
    let source = page.source.visibleLines
    var blocks = ["In dpu alone:", Markdown.fenced(source, as: "text")]
    if let report = page.result.report {
      blocks.append(try report.markdown(options: page.options))
    } else if let failure = page.result.failure {
      blocks.append(Markdown.fenced(failure.message.visibleLines, as: "text"))
    }
    return blocks.joined(separator: "\n\n")
  }
}

extension ReplayedFile.Page {
  fileprivate var showsNone: Bool {
    if case .nothing? = result.value { true } else { false }
  }
}

extension String {
  /// Code whose last line shows nothing: a semicolon tells IPython not to show what a call gives.
  fileprivate var silent: String {
    let last = split(separator: "\n").last ?? ""
    let isCall = last.first?.isWhitespace == false && last.hasSuffix(")")
    let isAssignment = last.prefix { $0 != "(" }.contains(" = ")
    return isCall && !isAssignment ? self + ";" : self
  }
}
