import Language

extension Vocabulary {
  /// The notebook's commands, and the words that stand for something of the current layer.
  static let notebook = Vocabulary(
    isVerb: { CommandTable.command($0) != nil },
    isReference: { LayerAttribute(rawValue: $0) != nil || $0 == "input" || $0 == "output" })
}

extension Parser {
  /// Reads one cell of the notebook.
  ///
  /// - Throws: `Placed` with the place of the first thing that cannot be read; `Cancelled`.
  public static func parse(_ source: String) throws -> CellSyntax {
    try parse(source, vocabulary: .notebook)
  }
}
