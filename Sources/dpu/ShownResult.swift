import Notebook

extension CellResult {
  /// Shows what came of a cell to a person, who types or reads along.
  ///
  /// - Parameters:
  ///   - notebook: the notebook behind it.
  ///   - label: what the cell is called.
  ///   - file: what an error's place is in, by default the cell itself.
  ///   - line: the line that the cell begins with.
  ///   - remedy: how all lines are seen of a value that does not fit on the screen.
  func show(
    in notebook: Notebook, label: String, file: String? = nil, line: Int = 1,
    remedy: String = "_ shows all"
  ) {
    if case .heatMap(let map)? = value, Console.style.isOn {
      let map = map.rendered(
        options: notebook.session.printOptions, swatches: Console.style.palette.swatches)
      Console.print(NotebookText.output(map, label: label) + "\n")
    } else if let text {
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let masked = maskedLines(in: notebook.session)
      if source.filter({ $0 != " " }) != "_" { lines = Screen.fitting(lines, remedy: remedy) }
      for index in lines.indices where masked.contains(index) {
        lines[index] = Console.style.paint(lines[index], .masked)
      }
      Console.print(NotebookText.output(lines.joined(separator: "\n"), label: label) + "\n")
    }
    for timing in timings { Console.error("time: \(timing.text)") }
    for note in notes {
      let lines = Prose.wrapped(["note: \(note.text)"], width: Screen.size.columns - 1)
      Console.error(Console.errorStyle.paint(lines.joined(separator: "\n"), .note))
    }
    if wasCancelled {
      Console.error(Console.errorStyle.paint("interrupted: the state is as before", .error) + "\n")
    } else if let failure {
      let text = failure.text(source: typed, file: file ?? "In[\(label)]", firstLine: line)
      Console.error(Console.errorStyle.paint(text, .error) + "\n")
    }
  }
}
