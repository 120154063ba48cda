/// `notes on|off`: whether notes are shown.
enum NotesCommand: Command {
  static let name = "notes"
  static let hasValue = false
  static let summary = "switch notes on or off"
  static let details = """
    A note says in one line what would otherwise mislead: an input was drawn, gradients were added to
    earlier ones, output is older than the mask. Notes appear at a terminal only, on standard error,
    and are never recorded.
    """
  static let example = "notes off"

  static let setting = Argument<String>.choice("SETTING", ["on", "off"])
  static let forms = [Form(setting)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    evaluation.session.showsNotes = try call[setting] == "on"
    return nil
  }

  // dpu alone has it.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}
