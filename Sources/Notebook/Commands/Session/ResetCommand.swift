import Language

/// `reset`: begins the session anew.
enum ResetCommand: Command {
  static let name = "reset"
  static let hasValue = false
  static let standsAlone = true
  static let summary = "begin anew, as dpu begins"
  static let details = """
    Layers, names, input, gradients, the generator, print options and notes are as in a fresh
    session. Cell numbers go on; earlier Out[n] are gone, and _ is empty. save writes what comes
    after the last reset. undo right after it brings everything back; undo reset does so later, as
    one step that redo repeats.
    """
  static let example = """
    seed 7
    input 1 1 1 2 as x
    #> tensor([[[[-0.1468,  0.7861]]]])
    reset
    x
    #! there is no command and no name 'x'
    """

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    evaluation.session = Session()
    return nil
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    PythonCode(["torch.manual_seed(0)", "torch.set_printoptions(profile=\"default\")"])
  }
}

extension CellSyntax {
  /// Whether the cell is a `reset`, which stands alone.
  var isReset: Bool {
    soleCommand?.verb == ResetCommand.name
  }
}
