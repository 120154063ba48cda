import Language
import Functions
import Gradients
import Layers
import Tensors

/// The words that stand alone for something of the current layer: `weight` is `m.weight`.
enum LayerAttribute: String, CaseIterable {
  case weight, bias, mask, scores, pruned, grad, epsilon
  case weightOrig = "weight_orig"
  case weightMask = "weight_mask"
  case runningMean = "running_mean"
  case runningVariance = "running_var"
}

extension Layer {
  /// What can be read of it at the moment: its attributes, and the gradient of its weight.
  var readable: [String] {
    attributes.filter { $0.missing == nil }.map(\.name)
      + (weight == nil ? [] : [LayerAttribute.grad.rawValue])
  }
}

extension Evaluation {
  /// The value of a reference.
  ///
  /// - Throws: ``Placed`` with the step that does not exist; `Cancelled`.
  func resolve(_ reference: ReferenceSyntax) throws -> Value {
    var (value, path): (Value, LayerPath?)
    do {
      (value, path) = (try base(reference.base), layerPath(reference.base))
    } catch let error as any Explained {
      throw Placed(error: error, range: reference.baseRange)
    }
    for (member, range) in reference.members {
      do {
        (value, path) = try take(member, from: value, at: path)
      } catch let error as any Explained {
        throw Placed(error: error, range: range)
      }
    }
    return value
  }

  /// What a step leads to, and where that is if it is a layer of the session.
  ///
  /// After a point a layer of a network wins over an attribute.
  private func take(
    _ member: ReferenceSyntax.Member, from value: Value, at path: LayerPath?
  ) throws -> (Value, LayerPath?) {
    if case .layer(let layer) = value, let child = layer.child(at: member) {
      return (.layer(child.layer), path?.appending(child.name))
    }
    switch member {
    case .attribute(let name):
      if let path, let kind = StageValues.Kind(rawValue: name) {
        guard let stage = session.stages[path] else { throw LayerUseError.hasNotRun("\(path)") }
        return (.tensor(stage[kind]), nil)
      }
      return (try attribute(name, of: value), nil)
    case .index(let indices):
      if case .layer(let layer) = value, layer.isNetwork, let index = indices.first {
        throw IndexError.indexOutOfRange(index, dimension: 0, size: layer.children.count)
      }
      if case .tensor = value { return (.tensor(try element(indices, of: value)), nil) }
      guard let datum = value.datum else { throw IndexError.notIndexable(kind: value.kind) }
      return (Value(try datum.indexed(indices.map { .integer($0) })), nil)
    }
  }

  /// The place of a layer that has a name of its own.
  private func layerPath(_ base: ReferenceSyntax.Base) -> LayerPath? {
    guard case .name(let name) = base else { return nil }
    return switch session.names[name] {
    case .layer: LayerPath(name: name)
    case .alias(let path): path
    case .value, nil: nil
    }
  }

  /// The place of the layer that a reference stands for; nil where it stands for none. Nothing is
  /// evaluated for it.
  private func knownLayer(_ reference: ReferenceSyntax) -> LayerPath? {
    guard var path = layerPath(reference.base), var layer = try? session.layer(at: path) else {
      return nil
    }
    for (member, _) in reference.members {
      guard let child = layer.child(at: member) else { return nil }
      (layer, path) = (child.layer, path.appending(child.name))
    }
    return path
  }

  /// The tensor that a reference stands for.
  ///
  /// - Throws: ``Placed``, with the whole reference where it is no tensor.
  func tensor(_ reference: ReferenceSyntax) throws -> Variable {
    let value = try resolve(reference)
    guard case .tensor(let tensor)? = value.datum else {
      throw Placed(
        error: NameError.notATensor(reference.text, kind: value.kind),
        range: reference.range)
    }
    return try tensor.floats()
  }

  /// The tensor that was given.
  ///
  /// - Throws: ``Placed``, with the whole reference where it is no tensor.
  func tensor(_ syntax: TensorSyntax) throws -> Variable {
    switch syntax {
    case .literal(let tensor): Variable(tensor)
    case .reference(let reference): try tensor(reference)
    case .value(let tensor, _): try tensor.floats()
    }
  }

  /// The tensor that was given where one of a command's words may have been meant, which an error
  /// then names.
  ///
  /// - Throws: ``Placed``.
  func tensor(_ syntax: TensorSyntax, orWordOf forms: [Form]) throws -> Variable {
    do {
      return try tensor(syntax)
    } catch let placed as Placed {
      guard case .noSuchName(let name, let others)? = placed.error as? NameError else {
        throw placed
      }
      let nearest = Form.words(near: .word(name), among: forms)
      throw Placed(
        error: NameError.noSuchName(name, nearest: nearest + others), range: placed.range)
    }
  }

  /// Whether a reference stands for a layer: `m`, `n.conv1`. Nothing is evaluated for it.
  func isLayer(_ reference: ReferenceSyntax) -> Bool { knownLayer(reference) != nil }

  /// Whether a reference stands for a tensor.
  ///
  /// - Throws: `Cancelled`.
  func isTensor(_ reference: ReferenceSyntax) throws -> Bool {
    do {
      if case .tensor? = try resolve(reference).datum { return true }
    } catch is Placed {}
    return false
  }

  /// The place of the layer that a reference stands for: `m`, or `lenet.conv1` within a network.
  ///
  /// - Throws: ``Placed`` where there is no such layer.
  func layerPath(_ reference: ReferenceSyntax) throws -> LayerPath {
    let text = reference.text
    func fail(_ error: NameError, _ range: SourceRange) -> Placed {
      Placed(error: error, range: range)
    }
    guard case .name(let name) = reference.base else {
      throw fail(.notALayer(text, kind: try resolve(reference).kind), reference.range)
    }
    switch session.names[name] {
    case .value(let value):
      throw fail(.notALayer(text, kind: value.kind), reference.range)
    case nil:
      // `weight` and `input` are values, not layers; anything else is a word mistyped.
      if ["input", "output"].contains(name) || LayerAttribute(rawValue: name) != nil {
        throw fail(.notALayer(text, kind: try resolve(reference).kind), reference.range)
      }
      let nearest = session.nearest(to: name, among: session.layerNames.map(\.name))
      throw fail(.noSuchLayer(text, nearest: nearest), reference.range)
    case .layer, .alias:
      guard let path = knownLayer(reference) else {
        throw fail(.notALayer(text, kind: try resolve(reference).kind), reference.range)
      }
      return path
    }
  }

  /// The layer that a reference stands for.
  ///
  /// - Throws: ``Placed`` where there is no such layer.
  func layer(_ reference: ReferenceSyntax) throws -> any Layer {
    try session.layer(at: try layerPath(reference))
  }

  private func base(_ base: ReferenceSyntax.Base) throws -> Value {
    switch base {
    case .last:
      guard let last = session.last else { throw OutError.nothingDisplayed }
      return last
    case .out(let number): return try outputs(number)
    case .name(let name):
      switch session.names[name] {
      case .layer(let entry): return .layer(entry.layer)
      case .alias(let path): return .layer(try session.layer(at: path))
      case .value(let value): return value
      case nil: break
      }
      if name == "input" {
        guard let input = session.input else { throw ValueError.noInput }
        return .tensor(input)
      }
      if name == "output" {
        guard let output = session.output else { throw ValueError.noOutput("show") }
        return .tensor(output)
      }
      if let attribute = LayerAttribute(rawValue: name) {
        return try self.attribute(attribute, of: try session.layer())
      }
      let known = Array(session.names.keys) + LayerAttribute.allCases.map(\.rawValue)
      throw NameError.noSuchName(name, nearest: session.nearest(to: name, among: known))
    }
  }

  func attribute(_ name: String, of value: Value) throws -> Value {
    switch value {
    case .layer(let layer):
      guard let attribute = LayerAttribute(rawValue: name) else {
        throw NameError.noSuchAttribute(
          name, kind: layer.isNetwork ? "a network" : "a layer",
          known: layer.isNetwork ? layer.children.map(\.name) : layer.readable)
      }
      return try self.attribute(attribute, of: layer)
    case .tensor(let variable) where name == "grad": return try gradient(of: variable)
    // The gradient of a bias that a layer does not have.
    case .nothing where name == "grad": return .nothing
    default:
      guard let datum = value.datum else {
        throw NameError.noSuchAttribute(name, kind: value.kind, known: [])
      }
      if case .tensor = datum, name == "grad" { return .nothing }
      guard let found = try Attributes.value(name, of: datum) else {
        throw NameError.noSuchAttribute(
          name, kind: value.kind, known: Attributes.names(of: datum))
      }
      return Value(found)
    }
  }

  /// The gradient of a leaf as a value; `None` where there is none.
  func gradient(of leaf: Leaf?) -> Value {
    leaf.flatMap { session.gradient(of: $0) }.map { .tensor(Variable($0)) } ?? .nothing
  }

  /// One attribute of a layer.
  ///
  /// - Throws: ``NameError``, ``LayerUseError``, `AttributeError` where the layer has no such thing; `Cancelled`.
  func attribute(_ word: LayerAttribute, of layer: any Layer) throws -> Value {
    if word == .grad { return gradient(of: try Session.weight(of: layer).leaf) }
    if word == .scores, let scores = try session.scoresOfMask(of: layer) { return .tensor(scores) }
    guard let attribute = layer.attribute(word.rawValue) else {
      throw try missing(word, of: layer)
    }
    return switch try attribute.content() {
    case .tensor(let variable): .tensor(variable)
    case .number(let number): .number(number)
    case .nothing: .nothing
    }
  }

  /// Why a layer has nothing by this name.
  ///
  /// - Throws: ``LayerUseError``, where a network's layers are meant.
  private func missing(_ word: LayerAttribute, of layer: any Layer) throws -> any EvaluationError {
    switch word {
    case .weight, .bias, .grad: _ = try Session.weight(of: layer)
    case .runningMean, .runningVariance:
      _ = try Session.weight(of: layer)
      return LayerUseError.noRunningStatistics(kind: type(of: layer).kind)
    case .mask, .scores, .pruned, .epsilon, .weightOrig, .weightMask:
      _ = try Session.affine(of: layer)
    }
    return NameError.noSuchAttribute(word.rawValue, kind: "a layer", known: layer.readable)
  }

  private func element(_ indices: [Int], of value: Value) throws -> Variable {
    guard case .tensor(var variable) = value else {
      throw NameError.notATensor("what is indexed", kind: value.kind)
    }
    let rank = variable.tensor.shape.rank
    guard indices.count <= rank else {
      throw IndexError.tooManyIndices(indices.count, rank: rank)
    }
    for (dimension, index) in indices.enumerated() {
      let size = variable.tensor.shape[0]
      guard (-size..<size).contains(index) else {
        throw IndexError.indexOutOfRange(index, dimension: dimension, size: size)
      }
      variable = try Variable(Select(index < 0 ? index + size : index), variable)
    }
    return variable
  }
}

extension Layer {
  /// The layer within it that a step leads to: by its name, or by its place, `n.2`, `n[-1]`.
  func child(at member: ReferenceSyntax.Member) -> (name: String, layer: any Layer)? {
    switch member {
    case .attribute(let name):
      return children.first { $0.name == name } ?? Int(name).flatMap { child(at: .index([$0])) }
    case .index(let indices):
      let places = -children.count..<children.count
      guard indices.count == 1, let index = indices.first, places.contains(index) else {
        return nil
      }
      return children[index < 0 ? index + children.count : index]
    }
  }
}
