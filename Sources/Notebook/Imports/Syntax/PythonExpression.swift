/// An expression of Python's, as far as cells can say it.
struct PythonExpression {
  indirect enum Kind {
    case name(String)
    case number(String)
    case text(String)
    /// The content of an f-string.
    case formatted(String)
    case ellipsis
    case attribute(PythonExpression, String)
    case call(PythonExpression, [PythonArgument])
    case index(PythonExpression, [PythonIndex])
    case unary(String, PythonExpression)
    case binary(String, PythonExpression, PythonExpression)
    /// One comparison; a chain of them is not said in cells.
    case comparison(String, PythonExpression, PythonExpression)
    case tuple([PythonExpression])
    case list([PythonExpression])
    /// `first if test else second`
    case choice(test: PythonExpression, first: PythonExpression, second: PythonExpression)
    /// What no cell says, and why, with its parts.
    case other(String, [PythonExpression])
    /// `[element for target in items]`
    case comprehension(PythonExpression, target: PythonExpression, items: PythonExpression)
  }

  let kind: Kind
  /// Its line, from 0.
  let line: Int

  /// A name.
  static func named(_ name: String) -> PythonExpression {
    PythonExpression(kind: .name(name), line: 0)
  }

  /// The name that it is, where it is one.
  var name: String? { if case .name(let name) = kind { name } else { nil } }

  /// `torch.nn.functional.relu` as its words; nil for anything but names and points.
  var path: [String]? {
    switch kind {
    case .name(let name): [name]
    case .attribute(let owner, let name): owner.path.map { $0 + [name] }
    default: nil
    }
  }

  /// The expressions that it is made of, in the order in which Python evaluates them.
  var parts: [PythonExpression] {
    switch kind {
    case .name, .number, .text, .formatted, .ellipsis: []
    case .attribute(let owner, _): [owner]
    case .call(let callee, let arguments): [callee] + arguments.map(\.value)
    case .index(let owner, let indices): [owner] + indices.flatMap(\.parts)
    case .unary(_, let operand): [operand]
    case .binary(_, let left, let right), .comparison(_, let left, let right): [left, right]
    case .tuple(let items), .list(let items), .other(_, let items): items
    case .choice(let test, let first, let second): [test, first, second]
    case .comprehension(let element, let target, let items): [items, target, element]
    }
  }

  /// Whether it or a part of it, however deep, is so.
  func contains(_ predicate: (PythonExpression) -> Bool) -> Bool {
    predicate(self) || parts.contains { $0.contains(predicate) }
  }
}

/// An argument of a call.
struct PythonArgument {
  let key: String?
  let value: PythonExpression
  /// `*` or `**` before it.
  var stars = ""
}

/// What stands between the brackets of an index.
enum PythonIndex {
  case value(PythonExpression)
  case slice(PythonExpression?, PythonExpression?, PythonExpression?)

  var parts: [PythonExpression] {
    switch self {
    case .value(let value): [value]
    case .slice(let first, let second, let third): [first, second, third].compactMap(\.self)
    }
  }
}
