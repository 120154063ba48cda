import Language

/// Why a name or what follows it means nothing here.
enum NameError: EvaluationError {
  case unknownVerb(String, nearest: [String])
  case noSuchName(String, nearest: [String])
  case noSuchLayer(String, nearest: [String])
  case notALayer(String, kind: String)
  case inputNeedsKey(String)
  case notATensor(String, kind: String)
  case noSuchAttribute(String, kind: String, known: [String])
  case reservedName(String, why: String, isTarget: Bool = false)
  case layerNeedsCopy(String, as: String)
  case copyNeedsName(String)

  var message: String {
    switch self {
    case .unknownVerb(let verb, _): "there is no command and no name '\(verb.shortened)'"
    case .noSuchName(let name, _), .noSuchLayer(let name, _): "there is no name '\(name.shortened)'"
    case .notALayer(let name, let kind): "'\(name.shortened)' is \(kind), not a layer"
    case .inputNeedsKey(let name): "'\(name.shortened)' is a tensor, not a layer"
    case .notATensor(let name, let kind): "'\(name.shortened)' is \(kind), not a tensor"
    case .noSuchAttribute(let name, let kind, _):
      "\(kind) has no attribute '\(name.shortened)'"
    case .reservedName(let name, let why, _):
      "'\(name.shortened)' cannot be a name: it is \(why)"
    case .layerNeedsCopy(let layer, _): "'\(layer.shortened)' is a layer, which has one name"
    case .copyNeedsName: "the copy needs a name"
    }
  }

  var remedy: String? {
    switch self {
    case .unknownVerb(_, let nearest):
      Spelling.suggestion(nearest) ?? "help lists the commands"
    case .noSuchName(_, let nearest):
      Spelling.suggestion(nearest) ?? "a value gets a name with: … as NAME"
    case .noSuchLayer(_, let nearest): Spelling.suggestion(nearest) ?? "layers lists the layers"
    case .notALayer: "layers lists the layers"
    case .inputNeedsKey(let name): "forward input=\(name) runs the layer on it"
    case .notATensor(let name, "a layer"): "a layer's tensors are \(name).weight, \(name).grad, …"
    case .notATensor(let name, "None") where name.hasSuffix("grad"),
      .noSuchAttribute(let name, "None", _):
      "forward and backward compute gradients"
    case .notATensor: nil
    case .noSuchAttribute(let name, _, let known):
      Spelling.suggestion(Spelling.nearest(to: name, among: known))
        ?? "it has: \(known.isEmpty ? "nothing" : known.joined(separator: ", "))"
    case .reservedName: "choose another one"
    case .layerNeedsCopy(let layer, let name): "copy it: copy \(layer) as \(name)"
    case .copyNeedsName(let layer): "copy \(layer) as other"
    }
  }

  func remedy(in session: Session) -> String? {
    switch self {
    case .reservedName(let name, _, let isTarget):
      let free = ReservedWords.free(like: name, in: session)
      return isTarget ? "write: \(free) = …" : "write: as \(free)"
    case .noSuchLayer(_, []) where session.layerNames.isEmpty: return LayerUseError.noLayer.remedy
    default: return remedy
    }
  }
}
