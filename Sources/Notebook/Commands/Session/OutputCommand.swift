/// `output`: the last result.
enum OutputCommand: Command {
  static let name = "output"
  static let summary = "show the last value of forward or an activation"
  static let details = """
    What forward, an activation, a pooling or a loss computed last; backward differentiates its sum.
    """
  static let example = """
    relu [[-1, 2]];
    output
    #> tensor([[0., 2.]])
    """

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    guard let output = evaluation.session.output else { throw ValueError.noOutput("show") }
    if let note = evaluation.session.staleness { evaluation.notes.append(note) }
    return .tensor(output)
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    PythonCode(value: PythonValue("output"))
  }
}
