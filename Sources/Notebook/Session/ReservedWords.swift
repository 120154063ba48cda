import Language

/// The words that no value and no layer can be named with.
///
/// Functions, methods and what stands only after a dot are free: `norm`, `shape`.
enum ReservedWords {
  /// Words of the language's own, in all their spellings.
  private static let language: Set<String> = [
    "as", "for", "in", "repeat", "Out", "torch", "F", "true", "True", "false", "False", "none",
    "None", "nan", "NaN", "inf", "Inf",
  ]

  /// Verbs kept for commands to come, so that a session written now can still be read then.
  private static let kept: Set<String> = [
    "cause", "data", "dropout", "edit", "evaluate", "export", "fit", "forecast", "race", "reset",
    "timeline",
  ]

  /// What a reserved word is, in words; nil for any other.
  static func meaning(of word: String) -> String? {
    if CommandTable.verbs.contains(word) { return "a command" }
    if LayerAttribute(rawValue: word) != nil { return "an attribute" }
    if language.contains(word) || word == "_" { return "a word of the language" }
    return kept.contains(word) ? "a reserved word" : nil
  }

  /// A name like a reserved word that is free in a session: `data1`.
  static func free(like word: String, in session: Session) -> String {
    let stem = word.isIdentifier ? word : "x"
    var number = 1
    while meaning(of: "\(stem)\(number)") != nil || session.names["\(stem)\(number)"] != nil {
      number += 1
    }
    return "\(stem)\(number)"
  }
}
