// Imports, functions and classes.
extension PythonParser {
  mutating func dotted() throws(Unsayable) -> String {
    var path = ""
    while true {
      guard next.kind == .name else { throw unsayable("an import without a name") }
      path += next.text
      skip()
      guard accept(".") else { return path }
      path += "."
    }
  }

  mutating func imports() throws(Unsayable) -> [(name: String, path: String)] {
    skip()
    var result: [(name: String, path: String)] = []
    repeat {
      let path = try dotted()
      if accept(word: "as") {
        result.append((next.text, path))
        skip()
      } else {
        let first = String(path.prefix { $0 != "." })
        result.append((first, first))
      }
    } while accept(",")
    return result
  }

  mutating func importsFrom() throws(Unsayable) -> [(name: String, path: String)] {
    skip()
    guard next.kind == .name else { throw unsayable("an import of a part of this program") }
    let path = try dotted()
    guard accept(word: "import") else { throw unsayable("'from' without 'import'") }
    if isAt("*") {
      guard path == "__future__" else { throw unsayable("an import of all names") }
    }
    let isInBrackets = accept("(")
    var result: [(name: String, path: String)] = []
    repeat {
      if isInBrackets, isAt(")") { break }
      let word = next.text
      skip()
      if accept(word: "as") {
        result.append((next.text, "\(path).\(word)"))
        skip()
      } else {
        result.append((word, "\(path).\(word)"))
      }
    } while accept(",")
    if isInBrackets { try expect(")") }
    return result
  }

  mutating func decorated() throws(Unsayable) -> PythonStatement.Kind {
    var decorators: [String] = []
    while accept("@") {
      decorators.append(try dotted())
      guard next.kind == .lineEnd else { throw unsayable("a decorator with arguments") }
      skip()
    }
    guard isAt(word: "def") else { throw unsayable("a decorator before a class") }
    return .function(try function(decorators))
  }

  mutating func function(_ decorators: [String]) throws(Unsayable) -> PythonFunction {
    skip()
    let name = next.text
    skip()
    try expect("(")
    var parameters: [(name: String, initial: PythonExpression?)] = []
    while !accept(")") {
      let stars = isAt("*") || isAt("**") ? next.text : ""
      if !stars.isEmpty { skip() }
      if isAt(",") || isAt("/") {
        _ = accept("/")
        guard accept(",") || isAt(")") else { throw unsayable("parameters that go wrong") }
        continue
      }
      let parameter = stars + next.text
      guard next.kind == .name else { throw unsayable("parameters that go wrong") }
      skip()
      if accept(":") { _ = try expression() }
      parameters.append((parameter, accept("=") ? try expression() : nil))
      guard accept(",") || isAt(")") else { throw unsayable("parameters that go wrong") }
    }
    if accept("->") { _ = try expression() }
    return PythonFunction(
      name: name, parameters: parameters, body: try block(), decorators: decorators)
  }

  mutating func type() throws(Unsayable) -> PythonClass {
    skip()
    let name = next.text
    skip()
    var bases: [PythonExpression] = []
    if accept("(") {
      while !accept(")") {
        bases.append(try expression())
        guard accept(",") || isAt(")") else { throw unsayable("the bases of a class go wrong") }
      }
    }
    return PythonClass(name: name, bases: bases, body: try block())
  }
}
