// References: names, attributes, `_` and `Out[n]`, with the steps from there.

extension Parser {
  /// The rest of a reference whose first word has just been read.
  mutating func reference(_ word: String, start: Int) throws -> ReferenceSyntax {
    var steps: [(step: ReferenceSyntax.Step, range: SourceRange)] = []
    var base = ReferenceSyntax.Base.name(word)
    var baseRange = start..<position
    if word == "Out", peek == UInt8(ascii: "[") {
      let indexStart = position
      let indices = try indices()
      guard indices.count == 1 else {
        throw fail(.badIndex(rest(from: indexStart)), indexStart..<position)
      }
      base = .out(indices[0])
      baseRange = start..<position
      if peek == UInt8(ascii: ".") {
        let stepStart = position
        guard let path = self.word() else { throw fail(.badReference(word), start..<position) }
        steps = try attributes(path, start: stepStart)
      }
    } else {
      let parts = word.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      base = parts[0] == "_" ? .last : .name(String(parts[0]))
      baseRange = start..<start + parts[0].utf8.count
      guard parts[0] == "_" || String(parts[0]).isIdentifier || parts[0] == "" else {
        if let place = operatorPlace(in: word, start: start) {
          throw fail(.operation(rest(from: place)), place..<place + 1)
        }
        throw fail(.badReference(word), start..<position)
      }
      if parts.count > 1 { steps = try attributes("." + parts[1], start: baseRange.upperBound) }
      guard !parts[0].isEmpty else { throw fail(.badReference(word), start..<position) }
    }
    while peek == UInt8(ascii: "[") {
      let indexStart = position
      steps.append((.index(try indices()), indexStart..<position))
      let stepStart = position
      if peek == UInt8(ascii: "."), let path = self.word() {
        steps += try attributes(path, start: stepStart)
      }
    }
    return ReferenceSyntax(base: base, steps: steps, baseRange: baseRange, range: start..<position)
  }

  /// Steps from `.a.b`.
  private func attributes(
    _ path: String, start: Int
  ) throws -> [(step: ReferenceSyntax.Step, range: SourceRange)] {
    var offset = start
    return try path.dropFirst().split(separator: ".", omittingEmptySubsequences: false).map {
      let range = offset..<offset + 1 + $0.utf8.count
      offset = range.upperBound
      // A number is the place of a layer within a network.
      guard String($0).isIdentifier || !$0.isEmpty && $0.allSatisfy({ "0"..."9" ~= $0 }) else {
        throw fail(.badReference(path), range)
      }
      return (.attribute(String($0)), range)
    }
  }

  private mutating func indices() throws -> [Int] {
    let open = position
    position += 1
    guard let close = bytes[position...].firstIndex(of: UInt8(ascii: "]")) else {
      throw fail(.unclosedBracket("["), open..<open + 1)
    }
    let text = String(decoding: bytes[position..<close], as: UTF8.self)
    position = close + 1
    return try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      let digits = part.filter { $0 != " " && $0 != "\t" }
      guard let index = Int(digits) else {
        throw fail(.badIndex(String(part).trimmingBlanks), open..<position)
      }
      return index
    }
  }

  /// Reads a bare word as a reference, for a parameter that takes one.
  static func reference(_ word: String, range: SourceRange) throws -> ReferenceSyntax {
    var parser = Parser(bytes: Array(word.utf8))
    parser.position = word.utf8.count
    let found: ReferenceSyntax
    do {
      found = try parser.reference(word, start: 0)
    } catch let placed as Placed {
      throw Placed(error: placed.error, range: range)
    }
    // The word ends its argument; a key may stand before it.
    let start = range.upperBound - word.utf8.count
    func shifted(_ inner: SourceRange) -> SourceRange {
      inner.lowerBound + start..<inner.upperBound + start
    }
    return ReferenceSyntax(
      base: found.base, steps: found.steps.map { ($0.step, shifted($0.range)) },
      baseRange: shifted(found.baseRange), range: range)
  }
}
