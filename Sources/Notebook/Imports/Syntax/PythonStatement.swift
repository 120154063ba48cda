/// A statement of Python's, with those within it.
struct PythonStatement {
  indirect enum Kind {
    case expression(PythonExpression)
    case assignment([PythonExpression], PythonExpression)
    /// `target op= value`
    case augmented(PythonExpression, String, PythonExpression)
    /// The names that an import gives, with what they stand for.
    case importing([(name: String, path: String)])
    case with([PythonExpression], [PythonStatement])
    case loop(PythonExpression, PythonExpression, [PythonStatement])
    /// What follows `if`, `elif` or `else` goes from test to test.
    case condition(PythonExpression, [PythonStatement], [PythonStatement])
    case function(PythonFunction)
    case type(PythonClass)
    case returning(PythonExpression?)
    case assertion
    case pass
    /// What no cell says, and why.
    case other(String)
  }

  let kind: Kind
  /// Its first line, from 0.
  let line: Int
  /// All that it consists of.
  let tokens: ArraySlice<PythonToken>
}

/// A function, or a method of a class.
struct PythonFunction {
  let name: String
  /// Its parameters with their defaults; nil stands for none.
  let parameters: [(name: String, initial: PythonExpression?)]
  let body: [PythonStatement]
  let decorators: [String]
}

/// A class.
struct PythonClass {
  let name: String
  let bases: [PythonExpression]
  let body: [PythonStatement]

  /// A method by its name.
  func method(_ name: String) -> PythonFunction? {
    for statement in body {
      if case .function(let function) = statement.kind, function.name == name { return function }
    }
    return nil
  }
}
