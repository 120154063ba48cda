import Language
import Layers
import Pruning
import Tensors

/// What decides a mask, as it is written: `0.5 structure=kernel score=l2`, `block=2x3`, `keep=2:4`.
enum MaskArguments {
  /// How many groups go, as a share.
  static let rate = Argument<Double>.rate()
  /// N:M where N is half of M.
  static let pattern = Argument<PatternStructure>(
    "N:M", kind: .number, fits: { PatternStructure.isWritten($0) },
    decode: { value, _ in
      let pattern = try PatternStructure(value)
      guard pattern.kept * 2 == pattern.size else {
        throw MaskArgumentError.bothReadings(kept: pattern.kept, of: pattern.size)
      }
      return pattern
    })

  static let structure = Argument<AxisStructure>(
    "structure", kind: .choice(AxisStructure.all.map(\.name)), fits: { $0.word != nil },
    decode: { value, _ in
      let name = structureName(value)
      if let found = AxisStructure.all.first(where: { $0.name == name }) { return found }
      throw MaskArgumentError.noStructure(value.word ?? value.quoted)
    })
  /// A structure's name as it is written: with a hyphen, or by a word of other tools.
  static func structureName(_ value: ValueSyntax) -> String {
    let word = (value.word ?? "").replacing("-", with: "_")
    return AxisStructure.synonyms[word] ?? word
  }

  static let block = Argument<WrittenPair>.pair("block", from: 1)
  static let vector = Argument<Int>.size("vector")
  static let keep = Argument<PatternStructure>(
    "keep", kind: .number, fits: { PatternStructure.isWritten($0) },
    decode: { value, _ in try PatternStructure(value) })
  static let score = Argument<TensorSyntax>.tensor("score", words: Scores.all.map(\.name))
  static let scope = Argument<String>.choice("scope", ["local", "global"])
  static let normalize = Argument<String>.choice("normalize", ["mean"])
  static let round = Argument<String>.choice(
    "round", Amount.Rounding.allCases.map(\.rawValue)
  ).defaulting(to: Amount.Rounding.int.rawValue)
  static let count = Argument<Int>.count("count")
  static let unit = unit("unit")

  /// The name of a unit.
  static func unit(_ name: String) -> Argument<String> {
    Argument(
      name, kind: .unit, fits: { $0.isText },
      decode: { value, _ in
        if case .string(let text) = value { return text }
        return value.word ?? value.reference?.text ?? value.quoted
      })
  }

  static let layers = Argument<String>.choice("layers", ["all"])
  static let allowEmpty = Argument<Bool>.flag("allow_empty")
  /// The rates of the parts of a mixed mask: `filter=0.25 connection=0.5`.
  static let rates = AxisStructure.all.map { Argument<Double>.rate($0.name) }

  /// What says which structure.
  static let structures: [any AnyArgument] = [structure, block, vector, keep]
  /// The keys of what a mask is that is given.
  static let ofGiven = (structures + [allowEmpty, unit]).map(\.name)

  /// What says which groups go, with a rate.
  static let choosing: [any AnyArgument] =
    [structure, score, scope, block, vector, keep, count, normalize, round, layers] + rates

  /// The keys that go with a pattern.
  static let besidePattern = [score.name, unit.name, layers.name] + rates.map(\.name)

  /// The structure that a call names; nil where it names none.
  ///
  /// - Throws: ``Placed`` where it names two.
  static func structure(of call: Call) throws -> (any SparseStructure)? {
    let given = structures.filter { call.has($0) }
    if given.count > 1 {
      throw call.placed(
        MaskArgumentError.twoStructures(given[0].name, given[1].name), at: given[1])
    }
    if let axes = try call[optional: structure] { return axes }
    if let pair = try call[optional: block]?.pair {
      return BlockStructure(rows: pair.rows, columns: pair.columns)
    }
    if let size = try call[optional: vector] { return VectorStructure(size: size) }
    return try call[optional: keep]
  }
}

extension PatternStructure {
  /// Whether it looks like N:M.
  fileprivate static func isWritten(_ value: ValueSyntax) -> Bool {
    value.word?.contains(":") == true
  }

  /// Reads N:M.
  ///
  /// - Throws: ``MaskArgumentError`` where it is no such thing.
  fileprivate init(_ value: ValueSyntax) throws {
    let text = value.word ?? value.quoted
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let kept = parts[0], let size = parts[1], kept > 0, kept < size else {
      throw MaskArgumentError.noPattern(text)
    }
    self.init(kept: kept, of: size)
  }
}

/// Why what a mask is asked for cannot be read.
enum MaskArgumentError: Explained, Equatable {
  case noStructure(String)
  case noScore(String)
  case noPattern(String)
  case bothReadings(kept: Int, of: Int)
  case twoStructures(String, String)
  case rateWithPattern
  case rateWithCount
  case rateBesideParts(String)
  case countTooLarge(Int, String)
  case noAmount
  case emptyMask(layer: String?, group: String)
  case keyOfChoice(String)
  case oneScoreForOneLayer
  case randomScores
  case nothingToRound

  var message: String {
    switch self {
    case .noStructure("row"): "row can mean two things"
    case .noStructure("column"): "column can mean two things"
    case .noStructure(let word): "there is no structure '\(word.shortened)'"
    case .noScore(let word): "there is no score '\(word.shortened)'"
    case .noPattern(let text):
      "keep needs N:M with 0 < N < M, such as 2:4, not \(text.shortened)"
    case .bothReadings(let kept, let size):
      "\(kept):\(size) can mean \(kept) kept or \(kept) removed of \(size)"
    case .twoStructures(let first, let second):
      "'\(first)=' and '\(second)=' name two structures"
    case .rateWithPattern: "keep=N:M takes no rate: it says how many are kept"
    case .rateBesideParts(let part):
      "'\(part)=' is a part of a mixed mask, whose rates are all told by structure"
    case .countTooLarge(let count, let groups): "count=\(count) is more than there are: \(groups)"
    case .rateWithCount: "a rate and count= both say how many go"
    case .noAmount: "how many are to go is missing"
    case .emptyMask(let layer, let group):
      "the mask would remove every \(group)" + (layer.map { " of \($0)" } ?? "")
    case .keyOfChoice(let key): "'\(key)=' is for masks that are chosen, and this one is given"
    case .oneScoreForOneLayer: "scores that are given are those of one layer"
    case .nothingToRound: "'round=' is for rates, and this mask is told by numbers"
    case .randomScores: "the mask's scores were random numbers, which are gone"
    }
  }

  var remedy: String? {
    switch self {
    case .noStructure("row"):
      "kernel_row is a kernel's row; a row of the OUT × IN·KH·KW matrix (SSL) is a filter"
    case .noStructure("column"):
      "kernel_column is a kernel's column; one of the OUT × IN·KH·KW matrix (SSL) is a shape"
    case .noStructure("block"): "its size is its name: block=2x3"
    case .noStructure("vector"): "its size is its name: vector=2"
    case .noStructure("keep"): "it is told by numbers: keep=2:4"
    case .noStructure("mixed"): "a mixed mask has rates: mask filter=0.25 connection=0.5"
    case .noStructure(let word):
      Self.nearest(to: word, among: AxisStructure.all.map(\.name) + ["block", "vector", "keep"])
        ?? "structures lists them"
    case .noScore(let word):
      Self.nearest(to: word, among: Scores.all.map(\.name))
        ?? "the scores are " + Scores.all.map(\.name).joined(separator: ", ")
    case .noPattern: nil
    case .bothReadings(let kept, let size):
      "write keep=\(kept):\(size) or keep=\(size - kept):\(size)"
    case .twoStructures: "a mixed mask has rates: mask filter=0.25 connection=0.5"
    case .rateWithPattern: "leave the rate out"
    case .rateBesideParts: "such as mask filter=0.5 connection=0.25"
    case .countTooLarge: nil
    case .rateWithCount: "leave one of them out"
    case .noAmount: "0.5 removes half of the groups, count=3 three of them"
    case .emptyMask(layer: _?, group: _):
      "allow_empty=true masks all of it; scope=local and normalize=mean spread the mask"
    case .emptyMask: "allow_empty=true masks all of it"
    case .nothingToRound: "leave round= out"
    case .keyOfChoice(let key): "leave \(key)= out"
    case .oneScoreForOneLayer: "name the layer: mask 0.5 score=s n.conv1"
    case .randomScores: "scores score=random draws new ones, scores score=l1 shows the norms"
    }
  }

  private static func nearest(to word: String, among words: [String]) -> String? {
    Spelling.nearest(to: word.lowercased(), among: words).first.map { "did you mean '\($0)'?" }
  }
}

extension StructureError: Explained {}

extension ScoreError: Explained {}
