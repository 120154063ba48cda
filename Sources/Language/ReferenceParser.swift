// A bare word as a reference, for a parameter that takes one.

extension Parser {
  /// Reads a bare word as a reference: `m.weight`, `_`.
  ///
  /// - Throws: ``Placed`` with the word's range where it is none.
  package static func reference(_ word: String, range: SourceRange) throws -> ReferenceSyntax {
    // The word ends its argument; a key may stand before it.
    let start = range.upperBound - word.utf8.count
    func fail(_ text: String, _ range: SourceRange) -> Placed {
      Placed(error: SyntaxError.badReference(text), range: range)
    }
    var parts = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let base = parts.removeFirst()
    guard base == "_" || base.isIdentifier else {
      if let place = word.utf8.firstIndex(where: { "+*/%@&|^<>-~".utf8.contains($0) }),
        word.utf8.first?.isLetter == true || word.utf8.first?.isDigit == true
          || word.utf8.first == UInt8(ascii: "_") || place == word.startIndex
      {
        throw Placed(error: SyntaxError.operatorOutside(word), range: range)
      }
      throw fail(word, range)
    }
    var offset = start + base.utf8.count
    let baseRange = start..<offset
    let members = try parts.map { part in
      let place = offset..<offset + 1 + part.utf8.count
      offset = place.upperBound
      // A number is the place of a layer within a network.
      guard part.isIdentifier || !part.isEmpty && part.allSatisfy({ "0"..."9" ~= $0 }) else {
        throw fail(word, range)
      }
      return (member: ReferenceSyntax.Member.attribute(part), range: place)
    }
    return ReferenceSyntax(
      base: base == "_" ? .last : .name(base), members: members, baseRange: baseRange,
      range: range)
  }
}
