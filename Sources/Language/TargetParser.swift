// What stands before `=`.

extension Parser {
  /// The words that name a part of a layer, or the input, to which a value can be given.
  private static let parts: Set<String> = ["weight", "bias", "mask", "input"]

  /// Reads `NAME =` or `m.weight[0] =`; nil, and nothing is read, where the statement has no target.
  mutating func target() throws -> TargetSyntax? {
    let start = position
    guard let byte = peek, byte.isLetter, var reference = try? pathReference() else {
      position = start
      return nil
    }
    var indices: [IndexSyntax]?
    if peek == UInt8(ascii: "[") {
      let bracket = position
      indices = try? indexList()
      // What is wrong in it is said where the expression is read.
      if indices == nil { position = bracket }
    }
    let end = position
    try skipBlanks()
    guard peek == UInt8(ascii: "="),
      position + 1 >= bytes.count || bytes[position + 1] != UInt8(ascii: "=")
    else {
      position = start
      return nil
    }
    let equals = position
    // A key stands directly before its `=`, after the verb of its command.
    position += 1
    try skipBlanks()
    if isAtEnd { throw fail(.missingTargetValue, start..<equals + 1) }
    reference.range = start..<(indices == nil ? end : reference.range.upperBound)
    if let name = reference.name, indices == nil, !Self.parts.contains(name) {
      return .name(NameSyntax(text: name, range: reference.range))
    }
    let last: String =
      switch reference.members.last?.member {
      case .attribute(let name): name
      case .index: ""
      case nil: reference.name ?? ""
      }
    let isPart =
      reference.members.isEmpty
      ? Self.parts.contains(last) : Self.parts.contains(last) && last != "input"
    guard isPart else {
      throw fail(.badTarget(String(decoding: bytes[start..<end], as: UTF8.self)), start..<end)
    }
    return .part(reference, indices: indices)
  }

  /// Reads a name with the attributes that follow it, without indices.
  mutating func pathReference() throws -> ReferenceSyntax {
    let start = position
    let name = identifier()
    guard !name.isEmpty else { throw fail(.badReference(""), start..<start + 1) }
    var reference = ReferenceSyntax(
      base: .name(name), baseRange: start..<position, range: start..<position)
    while peek == UInt8(ascii: "."), position + 1 < bytes.count,
      bytes[position + 1].isLetter || bytes[position + 1].isDigit
    {
      let point = position
      position += 1
      reference.members.append((.attribute(pathPart()), point..<position))
    }
    return reference
  }

  /// The errors for assignments that Python has and the language has not.
  func refuseAssignment(to expression: Expression) throws {
    guard let byte = peek else { return }
    let next = position + 1 < bytes.count ? bytes[position + 1] : 0
    if byte == UInt8(ascii: "="), next != UInt8(ascii: "=") {
      throw fail(
        .badTarget(String(decoding: bytes[expression.range], as: UTF8.self)), expression.range)
    }
  }
}
