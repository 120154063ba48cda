import Running

/// The names that hold something else in a program than in the session, because a command that
/// changed them has no lines in Python: what reads them would print something else.
struct UnwrittenNames {
  private var names: Set<String> = []
  /// Whether the generator is elsewhere.
  private var hasOtherDraws = false

  /// Notes what a statement that is not written has changed.
  ///
  /// - Parameters:
  ///   - before: the session before it.
  ///   - after: the session after it.
  ///   - pythonName: the Python name of what has a name; nil where it has none.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  mutating func add(
    from before: Session, to after: Session, _ pythonName: (String) -> String?
  ) throws {
    for row in try SessionDifference(from: before, to: after).rows {
      let name = String(row.name.prefix { $0 != "." })
      names.insert(pythonName(name) ?? name)
    }
    if before.generator != after.generator { hasOtherDraws = true }
  }

  /// Looks whether lines do what the statement does; what they assign is known again.
  ///
  /// - Parameters:
  ///   - code: the lines.
  ///   - draws: whether the statement takes random numbers.
  /// - Throws: ``NotInPython`` where they read what is not written.
  mutating func check(_ code: PythonCode, draws: Bool) throws {
    if draws, code.statements.contains(where: { $0.contains("torch.manual_seed(") }) {
      hasOtherDraws = false
    }
    guard !draws || !hasOtherDraws else { throw NotInPython() }
    guard !names.isEmpty else { return }
    var known = names
    for statement in code.statements {
      // The first turn of a loop goes through its lines in order.
      for line in statement.split(separator: "\n") {
        let (target, read) = line.drop { $0 == " " }.assignment
        guard !read.reads(known) else { throw NotInPython() }
        if let target { known.remove(target) }
      }
    }
    if let value = code.value?.text, value.reads(known) { throw NotInPython() }
    names = known
  }
}

extension String {
  fileprivate func reads(_ names: Set<String>) -> Bool { self[...].reads(names) }
}

extension Substring {
  /// The name that a line assigns, and what it reads for that.
  fileprivate var assignment: (target: String?, read: Substring) {
    let isLoop = hasPrefix("for ")
    let rest = isLoop ? dropFirst(4) : self
    guard let place = rest.firstRange(of: isLoop ? " in " : " = ") else { return (nil, self) }
    let target = rest[..<place.lowerBound]
    guard target.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else {
      return (nil, self)
    }
    return (String(target), rest[place.upperBound...])
  }

  /// Whether one of these names stands in the text, other than as an attribute.
  fileprivate func reads(_ names: Set<String>) -> Bool {
    var word = ""
    var isAttribute = false
    for character in self {
      if character.isLetter || character.isNumber || character == "_" {
        word.append(character)
        continue
      }
      if !word.isEmpty, !isAttribute, names.contains(word) { return true }
      if !word.isEmpty || character == "." { isAttribute = character == "." }
      word = ""
    }
    return !word.isEmpty && !isAttribute && names.contains(word)
  }
}
