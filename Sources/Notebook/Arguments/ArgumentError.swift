import Language
import Tensors

/// Why an argument does not fit its parameter.
public enum ArgumentError: Error, Equatable, SessionExplained {
  case missing(String, usage: String)
  case surplus(String, usage: String)
  case keyWithoutEquals(String, value: String)
  case blankInFile(String)
  case unknownKey(String, nearest: String?, usage: String)
  case keyNotHere(String, advice: String)
  case keyOfOtherForm(String, usage: String)
  case keyTwice(String)
  case noForm(String, nearest: [String], usage: String)
  case layerComesLast(String, call: [String])
  case noValueToName
  case notANumber(String, String)
  case notWhole(String, String)
  case notAPair(String, String)
  case notPadding(String, String)
  case blankInPair(String, pair: String)
  case outOfRange(String, ClosedRange<Int>, String)
  case noSeed(String)
  case notFinite(String, String)
  case belowMinimum(String, Double, String)
  case badRate(String)
  case notAChoice(String, [String], String)
  case notAFile(String)
  case notAVerb(String)
  case notALesson(String)
  case notAReference(String)
  case notATensor(String)
  case notARule(String, String)

  public var message: String {
    switch self {
    case .missing(let name, _): "\(name) is missing"
    case .keyWithoutEquals(let key, _): "'\(key)' is a key, whose value stands after '='"
    case .surplus(let text, _), .blankInFile(let text), .blankInPair(let text, _):
      "\(text) is one argument too many"
    case .unknownKey(let key, _, _), .keyNotHere(let key, _): "there is no key '\(key.shortened)'"
    case .keyTwice(let key): "'\(key)=' is given twice"
    case .keyOfOtherForm(let key, _): "'\(key)=' does not go with the other arguments"
    case .noForm(let text, _, _): "\(text) does not fit here"
    case .layerComesLast(let layer, _): "\(layer) is a layer, which comes last"
    case .noValueToName: "this command has no value that could be named"
    case .notANumber(let name, let text): "\(name) must be a number, not \(text)"
    case .notWhole(let name, let text):
      "\(name) must be a whole number, not \(text.shortened)"
    case .notAPair(let name, let text):
      "\(name) must be a whole number or a pair of them, not \(text)"
    case .notPadding(let name, let text):
      "\(name) must be a whole number, a pair of them, same or valid, not \(text)"
    case .outOfRange(let name, let range, let text):
      text.hasPrefix("-") || text == "0"
        ? "\(name) must be at least \(range.lowerBound), not \(text.shortened)"
        : "\(name) must be at most \(range.upperBound), not \(text.shortened)"
    case .noSeed(let text): "N must be at least -2^63 and below 2^64, not \(text.shortened)"
    case .notFinite(let name, let text): "\(name) must be finite, not \(text.shortened)"
    case .belowMinimum(let name, let minimum, let text):
      "\(name) must be at least \(minimum == 0 ? "0" : "\(minimum)"), not \(text.shortened)"
    case .badRate(let text): "the rate must be at least 0 and below 1, not \(text.shortened)"
    case .notAChoice(_, let words, let text) where words.count == 1:
      "only '\(words[0])' can stand here, not \(text)"
    case .notAChoice(let name, let words, let text):
      "\(name) must be \(words.dropLast().joined(separator: ", ")) or \(words.last ?? ""), "
        + "not \(text)"
    case .notAFile(let text): "FILE must be a path, not \(text)"
    case .notAVerb(let text): "VERB must be a word, not \(text)"
    case .notALesson(let text): "NAME must be the name of a lesson, not \(text)"
    case .notATensor(let text): "a tensor is needed, such as [[1., 2.]] or a name, not \(text)"
    case .notARule(let name, let text):
      "\(name) must be an expression such as (x * mask), not \(text)"
    case .notAReference(let text): "a name is needed, not \(text)"
    }
  }

  public var remedy: String? {
    switch self {
    case .missing(_, let usage), .surplus(_, let usage), .keyOfOtherForm(_, let usage):
      "usage: \(usage)"
    case .noForm(_, let nearest, let usage): Spelling.suggestion(nearest) ?? "usage: \(usage)"
    case .unknownKey(_, let nearest, let usage):
      nearest.map { "did you mean '\($0)='?" } ?? "usage: \(usage)"
    case .keyNotHere(_, let advice): advice
    case .layerComesLast(_, let call):
      "write: \(call.map { $0.replacing("'", with: "") }.joined(separator: " "))"
    case .noSeed: "a small number is as good a seed, for its low 32 bits count: seed 1"
    case .notWhole(_, let text):
      Double(literal: text).flatMap { Int(exactly: $0) }.map { "write: \($0)" }
        ?? "write digits only, such as 3"
    case .notAPair, .notPadding: "a pair is 3x5 or (3, 5): rows, then columns"
    case .blankInPair(_, let pair): "write: \(pair)"
    case .badRate(let text) where Int(text).map { $0 > 0 } == true:
      "a rate is the share of filters to mask: 0.5 masks half of them; count=\(text) so many"
    case .badRate: "a rate is the share of filters to mask: 0.5 masks half of them"
    case .keyWithoutEquals(let key, let value): "write: \(key)=\(value)"
    case .notANumber(_, let text) where text.hasPrefix("("):
      "blanks stand between arguments, without parentheses"
    case .notANumber(_, let text) where text.contains(","):
      "blanks stand between arguments, and a number has a point"
    case .notAReference: "it is told by its name"
    case .notAFile, .blankInFile: "put a name with blanks or brackets in quotes: \"my file.dpu\""
    default: nil
    }
  }

  func remedy(in session: Session) -> String? {
    guard case .surplus(let quoted, _) = self,
      let name = session.layerNames.map(\.name).first(where: { quoted == "'\($0)'" })
    else { return remedy }
    return "use \(name) makes it the layer that commands work on"
  }
}
