/// What a command is in Python with PyTorch.
public struct PythonCode {
  /// What is to be run, each a line or an indented block.
  var statements: [String]
  /// What is displayed; nil where nothing is, and where dpu alone can display it.
  var value: PythonValue?

  init(_ statements: [String] = [], value: PythonValue? = nil) {
    (self.statements, self.value) = (statements, value)
  }

  /// A name that is given to an expression's value, which is displayed.
  static func assigning(_ name: String, _ expression: String) -> PythonCode {
    PythonCode(["\(name) = \(expression)"], value: PythonValue(name))
  }
}

/// A Python expression for a value.
struct PythonValue: Equatable {
  /// The expression.
  let text: String
  /// Whether PyTorch goes on changing the tensor that it gives, as it adds to gradients: a name that
  /// is to keep its value needs a copy.
  let changes: Bool

  init(_ text: String, changes: Bool = false) { (self.text, self.changes) = (text, changes) }

  /// The expression for what is to stay as it is.
  var kept: String { changes ? "\(text).clone()" : text }

  /// The expression as a point can follow it.
  var primary: String { changes ? kept : text.contains(" ") ? "(\(text))" : text }
}

/// What Python has no words for: a command of dpu's own, a value that only dpu keeps.
struct NotInPython: Error {}
