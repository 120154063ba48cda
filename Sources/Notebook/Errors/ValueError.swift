/// Why there is nothing to compute with.
enum ValueError: EvaluationError {
  case noInput
  case noOutput(String)

  var message: String {
    switch self {
    case .noInput: "there is no input yet"
    case .noOutput(let verb): "there is no output to \(verb) yet"
    }
  }

  var remedy: String? {
    switch self {
    case .noInput: "make one: input 1 1 4 4"
    case .noOutput: "run forward first"
    }
  }
}
