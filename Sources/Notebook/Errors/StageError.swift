import Language

/// Why something is no stage of a network.
enum StageError: EvaluationError {
  case noSuchStage(String, nearest: [String])
  case notAStage(String)

  var message: String {
    switch self {
    case .noSuchStage(let word, _): "a network has no stage '\(word.shortened)'"
    case .notAStage(let text): "a stage such as conv(1,20,5) or relu is needed, not \(text)"
    }
  }

  var remedy: String? {
    switch self {
    case .noSuchStage(_, let nearest):
      Spelling.suggestion(nearest)
        ?? "stages are \(CommandTable.stageVerbs.joined(separator: ", "))"
    case .notAStage: "stages are \(CommandTable.stageVerbs.joined(separator: ", "))"
    }
  }
}
