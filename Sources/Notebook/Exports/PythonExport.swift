import Running

/// A program that does with PyTorch what the session does, and prints what it shows.
struct PythonExport: Export {
  let name = "python"
  let suffix = ".py"
  let summary = "a PyTorch program that prints the same"

  func text(of file: ReplayedFile) throws -> String {
    let program = try file.program
    var blocks: [String] = []
    var lines: [String] = []
    func close() {
      if !lines.isEmpty { blocks.append(lines.joined(separator: "\n")) }
      lines = []
    }
    for (page, cell) in zip(file.pages, program.cells) {
      if !page.prose.isEmpty {
        close()
        lines = page.prose.asComments
      }
      lines += page.questions.map { "# \($0.text)" }
      lines += cell.lines(comment: "# in dpu alone: ")
    }
    close()
    if !file.epilogue.isEmpty { blocks.append(file.epilogue.asComments.joined(separator: "\n")) }
    return ([program.preamble] + blocks).joined(separator: "\n\n") + "\n"
  }
}

extension ReplayedFile {
  /// The cells in force as a program.
  ///
  /// - Throws: `Cancelled`.
  var program: PythonProgram {
    get throws {
      try PythonProgram(cells: pages.map(\.source), files: files) { pages[$0].isInForce }
    }
  }
}

extension [String] {
  /// Prose as comments of a program.
  fileprivate var asComments: [String] {
    map { line in
      let text = Prose.text(of: line)
      return text.isEmpty ? "#" : "# \(text)"
    }
  }
}
