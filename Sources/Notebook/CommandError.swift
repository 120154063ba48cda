import Gradients
import Layers
import Tensors

/// Why a command that was written correctly cannot be carried out.
public enum CommandError: Error, SessionExplained {
  case unknownVerb(String, nearest: [String])
  case mustStandAlone(String)
  case noLayer
  case noSuchName(String, nearest: [String])
  case noSuchLayer(String, nearest: [String])
  case notALayer(String, kind: String)
  case inputNeedsKey(String)
  case notATensor(String, kind: String)
  case noSuchAttribute(String, kind: String, known: [String])
  case indexOutOfRange(Int, dimension: Int, size: Int)
  case tooManyIndices(Int, rank: Int)
  case notIndexable(kind: String)
  case nothingDisplayed
  case outNotYet(Int)
  case outShowsNothing(Int)
  case outFailed(Int)
  case outUndone(Int)
  case outBeforeReset(Int)
  case noInput
  case noOutput(String)
  case takesNoMask(kind: String)
  case noWeight(kind: String)
  case networkNeedsMember(weight: Leaf?)
  case noConvolution
  case noSuchStage(String, nearest: [String])
  case notAStage(String)
  case noRunningStatistics(kind: String)
  case noBias
  case hasNotRun(String)
  case wrongShape(String, expected: Shape, found: Shape)
  case weightIsAProduct
  case reservedName(String, why: String)
  case layerNeedsCopy(String, as: String)
  case copyNeedsName(String)
  case needsNoGradient
  case usedUp(String)
  case noSuchTopic(String, nearest: [String])
  case replayInsideFile
  case notAGradient(String, remedy: String)
  case noGradient(String)
  case gradCheckFailed(String)
  case notFinite(String, Float, isResult: Bool)
  case nothingToPrune(filters: Int, rate: Double)

  public var message: String {
    switch self {
    case .unknownVerb(let verb, _): "there is no command and no name '\(verb.shortened)'"
    case .mustStandAlone(let verb): "\(verb) must stand alone in its cell"
    case .noLayer: "there is no layer yet"
    case .noSuchName(let name, _), .noSuchLayer(let name, _): "there is no name '\(name.shortened)'"
    case .notALayer(let name, let kind): "'\(name.shortened)' is \(kind), not a layer"
    case .inputNeedsKey(let name): "'\(name.shortened)' is a tensor, not a layer"
    case .notATensor(let name, let kind): "'\(name.shortened)' is \(kind), not a tensor"
    case .noSuchAttribute(let name, let kind, _):
      "\(kind) has no attribute '\(name.shortened)'"
    case .indexOutOfRange(let index, let dimension, let size):
      "index \(index) is out of range for dimension \(dimension) with size \(size)"
    case .tooManyIndices(let count, let rank):
      "\(count) \(count == 1 ? "index" : "indices") for a tensor of \(rank) dimension\(rank == 1 ? "" : "s")"
    case .notIndexable(let kind): "\(kind) cannot be indexed: only a tensor can"
    case .nothingDisplayed: "nothing was displayed yet"
    case .outNotYet(let number): "there is no Out[\(number)]: that cell has not been run"
    case .outShowsNothing(let number): "there is no Out[\(number)]: that cell displayed nothing"
    case .outFailed(let number): "there is no Out[\(number)]: that cell failed"
    case .outUndone(let number): "there is no Out[\(number)]: that cell was undone"
    case .outBeforeReset(let number): "there is no Out[\(number)]: reset came after that cell"
    case .noInput: "there is no input yet"
    case .noOutput(let verb): "there is no output to \(verb) yet"
    case .takesNoMask(let kind): "a \(kind) takes no mask"
    case .noWeight(let kind): "a \(kind) has no weight"
    case .networkNeedsMember: "the layer is a network, whose layers are meant one by one"
    case .noConvolution: "the network has no convolution"
    case .noSuchStage(let word, _): "a network has no stage '\(word.shortened)'"
    case .notAStage(let text): "a stage such as conv(1,20,5) or relu is needed, not \(text)"
    case .noRunningStatistics(let kind): "a \(kind) has no running statistics"
    case .noBias: "the layer has no bias"
    case .hasNotRun(let layer): "\(layer.shortened) has not run yet"
    case .wrongShape(let name, let expected, let found):
      "\(name) needs the shape \(expected), not \(found)"
    case .weightIsAProduct: "after prune, weight is the product of weight_orig and weight_mask"
    case .reservedName(let name, let why):
      "'\(name.shortened)' cannot be a name: it is \(why)"
    case .layerNeedsCopy(let layer, _): "'\(layer.shortened)' is a layer, which has one name"
    case .copyNeedsName: "the copy needs a name"
    case .needsNoGradient: "the value does not require grad and does not have a grad_fn"
    case .usedUp: "trying to backward through the graph a second time"
    case .replayInsideFile: "a session file cannot replay another one"
    case .notAGradient(let name, _): "'\(name.shortened)' is not the gradient of a leaf"
    case .gradCheckFailed(let text): text
    case .notFinite(let place, let value, _): "\(place) is \(value): no difference can be measured"
    case .nothingToPrune(let filters, let rate):
      "\(PythonNumber.text(rate)) of \(filters) filters is none: nothing is pruned"
    case .noGradient(let name): "\(name.shortened) is None: no gradient was computed"
    case .noSuchTopic(let name, _): "there is no command '\(name.shortened)'"
    }
  }

  public var remedy: String? {
    switch self {
    case .unknownVerb(_, let nearest), .noSuchTopic(_, let nearest):
      Self.suggestion(nearest) ?? "help lists the commands"
    case .mustStandAlone: "give it a line of its own"
    case .noLayer: "make one: conv 1 2 3"
    case .noSuchName(_, let nearest):
      Self.suggestion(nearest) ?? "a value gets a name with: … as NAME"
    case .noSuchLayer(_, let nearest): Self.suggestion(nearest) ?? "layers lists the layers"
    case .notALayer: "layers lists the layers"
    case .inputNeedsKey(let name): "forward input=\(name) runs the layer on it"
    case .notATensor(let name, "a layer"): "a layer's tensors are \(name).weight, \(name).grad, …"
    case .notATensor(let name, "None") where name.hasSuffix("grad"),
      .noSuchAttribute(let name, "None", _):
      "forward and backward compute gradients"
    case .notATensor: nil
    case .noSuchAttribute(let name, _, let known):
      Self.suggestion(Spelling.nearest(to: name, among: known))
        ?? "it has: \(known.isEmpty ? "nothing" : known.joined(separator: ", "))"
    case .indexOutOfRange(_, _, let size):
      size == 0 ? "it is empty" : "indices go from \(-size) to \(size - 1)"
    case .tooManyIndices: nil
    case .notIndexable, .nothingDisplayed, .outNotYet, .outShowsNothing, .outFailed: nil
    case .outUndone: "redo brings it back, until another cell is run"
    case .outBeforeReset: "undo reset returns to the session before it"
    case .noInput: "make one: input 1 1 4 4"
    case .noOutput: "run forward first"
    case .takesNoMask, .noConvolution: "conv 1 2 3 makes a convolution"
    case .noWeight: "layers lists the layers that have one"
    case .networkNeedsMember: "layers lists the layers"
    case .noSuchStage(_, let nearest):
      Self.suggestion(nearest) ?? "stages are \(CommandTable.stageVerbs.joined(separator: ", "))"
    case .notAStage: "stages are \(CommandTable.stageVerbs.joined(separator: ", "))"
    case .noRunningStatistics: "batchnorm C makes a layer that has them"
    case .hasNotRun(let layer):
      "run forward first: forward \(layer.prefix { $0 != "." })"
    case .noBias: "conv has bias=true unless it is told bias=false"
    case .wrongShape: nil
    case .weightIsAProduct: "make a layer, set its weight, then prune it"
    case .reservedName: "choose another one"
    case .layerNeedsCopy(let layer, let name): "copy it: copy \(layer) as \(name)"
    case .copyNeedsName(let layer): "copy \(layer) as other"
    case .needsNoGradient: "a gradient flows from what forward computed with a layer"
    case .replayInsideFile: "replay them one after the other: dpu replay FILE FILE"
    case .usedUp: "run forward again: each backward uses up the graph that forward recorded"
    case .notAGradient(_, let remedy): remedy
    case .gradCheckFailed:
      "unless there are very large or very small values, this is a defect in dpu"
    case .notFinite(_, _, let isResult):
      isResult
        ? "take smaller weights or a smaller input, and run forward again"
        : "set finite values, or make new ones, and run forward again"
    case .nothingToPrune: "take a higher rate"
    case .noGradient: "run forward and backward first"
    }
  }

  /// The same about an `Out[n]` that whoever asks for it calls by another number.
  func renumbered(_ number: Int) -> CommandError {
    switch self {
    case .outNotYet: .outNotYet(number)
    case .outShowsNothing: .outShowsNothing(number)
    case .outFailed: .outFailed(number)
    case .outUndone: .outUndone(number)
    case .outBeforeReset: .outBeforeReset(number)
    default: self
    }
  }

  func remedy(in session: Session) -> String? {
    switch self {
    case .networkNeedsMember(let weight?):
      let owner = session.layerNames.first { $0.layer.weight?.leaf == weight }
      return owner.map { "choose one of its layers: use \($0.name)" } ?? remedy
    case .takesNoMask, .noConvolution:
      let name = session.layerNames.first { type(of: $0.layer).isMaskedInNetworks }?.name
      return name.map { "use \($0) makes a convolution the layer" } ?? remedy
    case .reservedName(let name, _):
      return "write: as \(ReservedWords.free(like: name, in: session))"
    case .noSuchLayer(_, []) where session.layerNames.isEmpty: return Self.noLayer.remedy
    default: return remedy
    }
  }

  private static func suggestion(_ words: [String]) -> String? {
    guard let last = words.last else { return nil }
    let quoted = words.map { "'\($0)'" }
    return words.count == 1
      ? "did you mean '\(last)'?"
      : "did you mean \(quoted.dropLast().joined(separator: ", ")) or '\(last)'?"
  }
}
