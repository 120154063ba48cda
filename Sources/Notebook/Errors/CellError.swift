import Language

/// Why a command cannot stand where it does.
enum CellError: EvaluationError {
  case mustStandAlone(String)
  case noSuchTopic(String, nearest: [String])
  case replayInsideFile

  var message: String {
    switch self {
    case .mustStandAlone(let verb): "\(verb) must stand alone in its cell"
    case .replayInsideFile: "a session file cannot replay another one"
    case .noSuchTopic(let name, _): "there is no command '\(name.shortened)'"
    }
  }

  var remedy: String? {
    switch self {
    case .noSuchTopic(_, let nearest):
      Spelling.suggestion(nearest) ?? "help lists the commands"
    case .mustStandAlone: "give it a line of its own"
    case .replayInsideFile: "replay them one after the other: dpu replay FILE FILE"
    }
  }
}
