import Notebook
import Reports
import Running
import Tensors

extension CellResult {
  /// Whether ``show(in:label:file:line:remedy:)`` shows anything.
  var isShown: Bool { text != nil || failure != nil || !timings.isEmpty || !notes.isEmpty }

  /// Shows what came of a cell to a person, who types or reads along; a blank line ends each part.
  ///
  /// - Parameters:
  ///   - notebook: the notebook the cell ran in.
  ///   - label: what the cell is called.
  ///   - file: what an error's place is in, by default the cell itself.
  ///   - line: the line that the cell begins with.
  ///   - remedy: how the rest is seen of a value that does not fit on the screen.
  func show(
    in notebook: Notebook, label: String, file: String? = nil, line: Int = 1,
    remedy: String = "more shows them"
  ) {
    if let report {
      do {
        let lines = Screen.cut(
          try lines(of: report, options: notebook.session.printOptions), remedy: remedy)
        Console.print(NotebookText.output(lines.joined(separator: "\n"), label: label) + "\n")
      } catch {
        // The cell itself is done.
        let reason = (error as? OutOfMemory)?.message ?? CellResult.interrupted
        Console.error(
          Console.errorStyle.paint("Out[\(label)] is not shown: \(reason)", .error) + "\n")
      }
    }
    var remarks = notes.map { note in
      let lines = Prose.wrapped(["note: \(note.text)"], width: Screen.size.columns - 1)
      return Console.errorStyle.paint(lines.joined(separator: "\n"), .note)
    }
    remarks.insert(contentsOf: timings.map { "time: \($0.text)" }, at: 0)
    if !remarks.isEmpty { Console.error(remarks.joined(separator: "\n") + "\n") }
    if wasCancelled {
      let text = "\(failure?.message ?? CellResult.interrupted): the state is as before"
      Console.error(Console.errorStyle.paint(text, .error) + "\n")
    } else if let failure {
      let text = failure.text(
        source: typed, file: file ?? "In[\(label)]", firstLine: line, width: Console.errorWidth)
      Console.error(Console.errorStyle.paint(text, .error) + "\n")
    }
  }

  /// The value's lines, coloured where the terminal has colours.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  private func lines(of report: Report, options: PrintOptions) throws -> [String] {
    let style = Console.style
    let palette = style.isOn ? style.palette : nil
    let medium = Plot.Medium.terminal(
      columns: Screen.size.columns - 1, rows: Screen.room, ink: palette?.ink)
    return try report.lines(options: options, swatches: palette?.swatches, medium: medium)
      .map { line in
        try Cancellation.check()
        return line.mark == .masked ? style.paint(line.text, .masked) : line.text
      }
  }
}
