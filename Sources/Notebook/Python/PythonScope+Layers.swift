import Gradients
import Layers

// Layers and what they have, in Python.
extension PythonScope {
  /// The layer that a call works on: the one named last, or the current one.
  ///
  /// - Throws: ``LayerUseError/noLayer``.
  func path(of call: Call) throws -> LayerPath {
    try call.layer.map { try before.layerPath($0) } ?? before.session.current().path
  }

  /// That layer's Python expression.
  ///
  /// - Throws: ``NotInPython``, ``LayerUseError/noLayer``.
  func layer(of call: Call) throws -> String { try python(try path(of: call)) }

  /// The Python expression of a layer: `conv1`, `n[1][0]`.
  ///
  /// - Throws: ``NotInPython``, ``LayerUseError/noLayer``.
  func python(_ path: LayerPath) throws -> String {
    if let alias = aliases.first(where: { $0.value == path })?.key { return try python(alias) }
    var text = try python(path.name)
    var place = LayerPath(name: path.name)
    for member in path.members {
      let children = try after.layer(at: place).children
      guard let index = children.firstIndex(where: { $0.name == member }) else {
        throw NotInPython()
      }
      text += "[\(index)]"
      place = place.appending(member)
    }
    return text
  }

  /// The lines that make the layer that has become the current one.
  ///
  /// - Throws: ``LayerUseError/noLayer``.
  mutating func makingLayer() throws -> PythonCode {
    let (path, entry) = try after.current()
    return .assigning(bind(path.name), constructor(of: entry.layer))
  }

  private mutating func constructor(of layer: any Layer) -> String {
    var needed: Set<PythonDefinition> = []
    let text = layer.constructor { kind in
      switch kind {
      case Conv2d.kind: needed.insert(.convolution)
      case Residual.kind: needed.insert(.residual)
      case Linear.kind where needs.masksLinear: needed.insert(.linear)
      default: return "torch.nn.\(kind)"
      }
      return kind
    }
    for definition in needed { need(definition) }
    return text
  }

  /// Statements for what takes masks in the layer that a call works on: in a network one for each
  /// convolution, with `layers=all` for its linear layers too.
  ///
  /// - Parameters:
  ///   - call: the call.
  ///   - shown: what is displayed of a layer that is no network.
  ///   - statement: is given a layer's expression, and what the command found there; nil says
  ///     nothing of it.
  /// - Returns: the lines.
  /// - Throws: ``NotInPython``, ``LayerUseError``.
  func changing(
    _ call: Call, showing shown: LayerAttribute? = nil,
    _ statement: (_ layer: String, Affine) -> String?
  ) throws -> PythonCode {
    let path = try path(of: call)
    let layers = try before.session.maskable(at: path, all: call.has(MaskArguments.layers))
    let statements = try layers.compactMap { statement(try python($0.path), $0.affine) }
    guard try !before.session.layer(at: path).isNetwork else { return PythonCode(statements) }
    return PythonCode(statements, value: try shown.map { try attribute($0, at: path) })
  }

  /// The same for what PyTorch's layers do not have: the mask of a unit, and the constant.
  ///
  /// - Throws: ``NotInPython``, ``LayerUseError``.
  mutating func masking(
    _ call: Call, showing shown: LayerAttribute? = nil, _ statement: (String) -> String
  ) throws -> PythonCode {
    for layer in try before.session.maskable(at: try path(of: call))
    where try type(of: before.session.layer(at: layer.path)).kind == Linear.kind {
      needs.masksLinear = true
    }
    return try changing(call, showing: shown) { layer, _ in statement(layer) }
  }

  /// Weight or bias, after its values were set where some are given.
  ///
  /// - Throws: ``NotInPython``, ``LayerUseError/noLayer``.
  mutating func parameter(
    _ word: LayerAttribute, of call: Call, setTo source: TensorSyntax?
  ) throws -> PythonCode {
    var code = try attribute(word, of: call)
    if let source, let parameter = code.value?.text {
      code.statements = ["with torch.no_grad():\n    \(parameter).copy_(\(try tensor(source)))"]
    }
    return code
  }

  /// Something of a layer, as the command has left it.
  ///
  /// - Throws: ``NotInPython`` where a network has no such thing, ``LayerUseError/noLayer``.
  mutating func attribute(_ word: LayerAttribute, of call: Call) throws -> PythonCode {
    PythonCode(value: try attribute(word, at: try path(of: call)))
  }

  func attribute(_ word: LayerAttribute, at path: LayerPath) throws -> PythonValue {
    let layer = try after.layer(at: path)
    let text = try python(path)
    switch word {
    case .scores:
      guard let affine = layer.affine else { throw NotInPython() }
      let layer = MaskableLayer(path: path, affine: affine)
      let asked = affine.weight.mask?.question ?? .filters(share: 0)
      return PythonValue(
        try scores(asked, of: layer, asked.structure.partition(of: affine.weight.shape)))
    case .pruned:
      return PythonValue(layer.affine?.weight.mask == nil ? "\(text).weight" : "\(text).used()[0]")
    case .grad:
      guard let weight = layer.ownParameters.first(where: { $0.name.hasPrefix("weight") }) else {
        throw NotInPython()
      }
      return PythonValue("\(text).\(weight.name).grad", changes: true)
    case .epsilon where layer.affine?.epsilon == nil: return PythonValue("None")
    case .runningMean, .runningVariance:
      return PythonValue("\(text).\(word.rawValue)", changes: true)
    case .weight, .bias, .weightOrig:
      return PythonValue("\(text).\(word.rawValue)", changes: true)
    case .mask, .epsilon, .weightMask:
      return PythonValue("\(text).\(word.rawValue)")
    }
  }
}
