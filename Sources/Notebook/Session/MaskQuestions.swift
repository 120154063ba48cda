import Functions
import Gradients
import Language
import Layers
import Pruning
import Tensors

// What a mask is asked for, read from a command's arguments.

extension Evaluation {
  /// The question that a call asks; nil where it asks none.
  ///
  /// - Parameters:
  ///   - call: the call.
  ///   - rate: the share that was given without a key.
  ///   - pattern: the pattern that was given without a key.
  ///   - earlier: an earlier question, whose structure and score are taken where none is named.
  /// - Returns: the question.
  /// - Throws: ``Placed`` where its parts do not fit each other.
  func maskQuestion(
    _ call: Call, rate: Double?, pattern: PatternStructure? = nil, like earlier: MaskQuestion? = nil
  ) throws -> MaskQuestion? {
    let rounding = Amount.Rounding(rawValue: try call[MaskArguments.round]) ?? .int
    let structure: (any SparseStructure)? =
      if let pattern { pattern } else { try MaskArguments.structure(of: call) }
    let count = try call[optional: MaskArguments.count]
    if rate != nil, count != nil {
      throw call.placed(MaskArgumentError.rateWithCount, at: MaskArguments.count)
    }
    let amount = rate.map { Amount.share($0, rounding) } ?? count.map { .count($0) }
    var parts: [MaskQuestion.Part] = []
    // A mixed mask has a rate for each part, and no other.
    if let part = MaskArguments.rates.first(where: { call.has($0) }),
      amount != nil || call.has(MaskArguments.structure)
    {
      throw call.placed(MaskArgumentError.rateBesideParts(part.name), at: part)
    }
    if let pattern = try pattern ?? call[optional: MaskArguments.keep] {
      if amount != nil {
        throw call.placed(MaskArgumentError.rateWithPattern, at: MaskArguments.keep)
      }
      parts.append(MaskQuestion.Part(pattern))
    } else if let amount {
      let usual = earlier?.structure.takesRate == true ? earlier?.structure : nil
      parts.append(
        MaskQuestion.Part(structure ?? usual ?? AxisStructure.filter, removing: amount))
    } else if let key = MaskArguments.structures.first(where: { call.has($0) }) {
      throw call.placed(MaskArgumentError.noAmount, at: key)
    }
    for (axes, argument) in zip(AxisStructure.all, MaskArguments.rates) {
      guard let rate = try call[optional: argument] else { continue }
      parts.append(MaskQuestion.Part(axes, removing: .share(rate, rounding)))
    }
    guard !parts.isEmpty else {
      let choosing: [any AnyArgument] = [
        MaskArguments.score, MaskArguments.scope, MaskArguments.normalize, MaskArguments.round,
      ]
      if let key = choosing.first(where: { call.has($0) }) {
        throw call.placed(MaskArgumentError.noAmount, at: key)
      }
      return nil
    }
    let hasShare = parts.contains { if case .share = $0.amount { true } else { false } }
    if call.has(MaskArguments.round), !hasShare {
      throw call.placed(MaskArgumentError.nothingToRound, at: MaskArguments.round)
    }
    // Another structure is another question, for which the earlier score may be none.
    let usual = structure == nil ? earlier?.score : nil
    var question = MaskQuestion(parts, by: try score(of: call) ?? usual ?? NormScore.l1)
    question.isGlobal =
      try call[optional: MaskArguments.scope] == "global"
      || parts.contains { $0.structure.isOfWholeLayers }
    question.normalizes = call.has(MaskArguments.normalize)
    return question
  }

  /// The score that a call names; nil where it names none.
  ///
  /// - Throws: ``Placed`` where there is no such score.
  func score(of call: Call) throws -> (any Score)? {
    guard let source = try call[optional: MaskArguments.score] else { return nil }
    if case .reference(let reference) = source, let word = reference.name {
      // A word of the command wins over a name.
      var held = word
      if case .value(let value)? = session.names[word], case .text(let text)? = value.datum {
        held = text
      }
      if let score = Scores.all.first(where: { $0.name == held }) { return score }
      if session.names[word] == nil, LayerAttribute(rawValue: word) == nil {
        throw call.placed(MaskArgumentError.noScore(word), at: MaskArguments.score)
      }
    }
    return GivenScore(try call.placing(at: MaskArguments.score) { try tensor(source).tensor })
  }
}

extension SparseStructure {
  /// Whether it says itself how many groups stay.
  var isPattern: Bool { MaskArguments.keep.name == name.prefix { $0 != "=" } }

  /// Whether a single rate says how many groups go.
  var takesRate: Bool { !isPattern && parts.count == 1 }
}

extension MaskQuestion {
  /// What to say of the number that goes, where the rate does not suggest it.
  func notes(on masks: [Mask]) -> [Note] {
    guard parts.count == 1, case .share(let rate, let rounding) = parts[0].amount else { return [] }
    let structure = parts[0].structure
    let sizes =
      isGlobal ? [masks.reduce(0) { $0 + $1.partition.count }] : masks.map(\.partition.count)
    return sizes.compactMap { size in
      let removed = parts[0].amount.removed(of: size)
      guard Double(removed) != Double(size) * rate else { return nil }
      return .masked(structure.count(removed), of: size, rate: rate, rounding: rounding)
    }
  }
}

extension Note {
  /// Layers of a network that have no groups of the structure that was asked for.
  static func leftDense(
    _ layers: [MaskableLayer], of question: MaskQuestion, in network: LayerPath
  ) -> Note {
    .leftDense(
      layers.map { $0.path.name(in: network) ?? "\($0.path)" }, structure: question.structure.name)
  }
}
