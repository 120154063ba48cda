import Language

/// What a transcript has brought into a cell: no cell begins so, and a script is read as a transcript
/// only where that is so from its first cell on.
struct TranscriptMark {
  private let mark: String
  /// What may be typed instead; nil where nothing is.
  private let cell: String?

  /// The mark in a cell that cannot be read; nil where there is none.
  init?(in source: String) {
    let lines = source.lines
    if let first = lines.first, let (mark, rest) = PasteFilter.mark(of: first) {
      self.mark = mark
      let isOutput = PasteFilter.isOutput(first)
      cell = isOutput || rest.isEmpty || lines.count > 1 ? nil : rest
    } else if lines.count > 1,
      let (mark, _) = lines.lazy.dropFirst().compactMap({ line in
        // Dots alone stand for what a printed array leaves out.
        PasteFilter.mark(of: line).flatMap { $0.rest.isEmpty ? nil : $0 }
      }).first
    {
      (self.mark, cell) = (mark, nil)
    } else {
      return nil
    }
  }

  /// What to do about it.
  var remedy: String {
    cell.map { "'\(mark)' comes from a transcript\nwrite: \($0)" }
      ?? "'\(mark)' comes from a transcript: leave it out"
  }
}
