import Gradients
import Layers
import Tensors

/// What can be read of a layer, alone (`weight`) or of a named one (`m.weight`).
enum LayerAttribute: String, CaseIterable {
  case weight, bias, mask, scores, pruned, grad, epsilon
  case weightOrig = "weight_orig"
  case weightMask = "weight_mask"
}

extension Evaluation {
  /// The value of a reference.
  ///
  /// - Throws: ``Placed`` with the step that does not exist; `Cancelled`.
  func resolve(_ reference: ReferenceSyntax) throws -> Value {
    var value: Value
    do {
      value = try base(reference.base)
    } catch let error as any Explained {
      throw Placed(error: error, range: reference.baseRange)
    }
    for (step, range) in reference.steps {
      do {
        switch step {
        case .attribute(let name): value = try attribute(name, of: value)
        case .index(let indices): value = .tensor(try element(indices, of: value))
        }
      } catch let error as any Explained {
        throw Placed(error: error, range: range)
      }
    }
    return value
  }

  /// The tensor that a reference stands for.
  ///
  /// - Throws: ``Placed``, with the whole reference where it is no tensor.
  func tensor(_ reference: ReferenceSyntax) throws -> Variable {
    let value = try resolve(reference)
    guard case .tensor(let variable) = value else {
      throw Placed(
        error: CommandError.notATensor(Self.text(reference), kind: value.kind),
        range: reference.range)
    }
    return variable
  }

  /// The name of the layer that a reference stands for.
  ///
  /// - Throws: ``Placed`` where there is no such layer.
  func layerName(_ reference: ReferenceSyntax) throws -> String {
    let text = Self.text(reference)
    guard case .name(let name) = reference.base, reference.steps.isEmpty else {
      throw Placed(
        error: CommandError.notALayer(text, kind: try resolve(reference).kind),
        range: reference.range)
    }
    switch session.names[name] {
    case .layer: return name
    case .value(let value):
      throw Placed(error: CommandError.notALayer(text, kind: value.kind), range: reference.range)
    case nil:
      let layers = session.layers.map(\.name)
      throw Placed(
        error: CommandError.noSuchName(text, nearest: Spelling.nearest(to: name, among: layers)),
        range: reference.range)
    }
  }

  static func text(_ reference: ReferenceSyntax) -> String {
    let base =
      switch reference.base {
      case .name(let name): name
      case .last: "_"
      case .out(let number): "Out[\(number)]"
      }
    return reference.steps.reduce(base) { text, step in
      switch step.step {
      case .attribute(let name): "\(text).\(name)"
      case .index(let indices):
        "\(text)[\(indices.map(String.init).joined(separator: ", "))]"
      }
    }
  }

  private func base(_ base: ReferenceSyntax.Base) throws -> Value {
    switch base {
    case .last:
      guard let last = session.last else { throw CommandError.nothingDisplayed }
      return last
    case .out(let number): return try outputs(number)
    case .name(let name):
      switch session.names[name] {
      case .layer(let entry): return .layer(entry.layer)
      case .value(let value): return value
      case nil: break
      }
      if name == "input" {
        guard let input = session.input else { throw CommandError.noInput }
        return .tensor(input)
      }
      if name == "output" {
        guard let output = session.output else { throw CommandError.noOutput("show") }
        return .tensor(output)
      }
      if let attribute = LayerAttribute(rawValue: name) {
        return try self.attribute(attribute, of: try session.layer())
      }
      let known = Array(session.names.keys) + LayerAttribute.allCases.map(\.rawValue)
      throw CommandError.noSuchName(name, nearest: Spelling.nearest(to: name, among: known))
    }
  }

  private func attribute(_ name: String, of value: Value) throws -> Value {
    switch value {
    case .layer(let layer):
      guard let attribute = LayerAttribute(rawValue: name) else {
        throw CommandError.noSuchAttribute(
          name, kind: "a layer", known: LayerAttribute.allCases.map(\.rawValue))
      }
      return try self.attribute(attribute, of: layer)
    case .tensor(let variable):
      switch name {
      case "shape": return .size(variable.tensor.shape)
      case "grad": return gradient(of: variable.leaf)
      default:
        throw CommandError.noSuchAttribute(name, kind: "a tensor", known: ["shape", "grad"])
      }
    default:
      throw CommandError.noSuchAttribute(name, kind: value.kind, known: ["nothing"])
    }
  }

  /// The gradient of a leaf as a value; `None` where there is none.
  func gradient(of leaf: Leaf?) -> Value {
    leaf.flatMap { session.gradient(of: $0) }.map { .tensor(Variable($0)) } ?? .nothing
  }

  /// One attribute of a layer.
  ///
  /// - Throws: ``CommandError`` where the layer has no such thing; `Cancelled`.
  func attribute(_ attribute: LayerAttribute, of layer: Conv2d) throws -> Value {
    switch attribute {
    case .weight: return .tensor(layer.weight)
    case .bias: return layer.bias.map { .tensor($0.variable) } ?? .nothing
    case .scores: return .tensor(try layer.scores())
    case .grad: return gradient(of: layer.dense.leaf)
    case .epsilon: return layer.epsilon.map { .number($0) } ?? .nothing
    case .mask:
      guard let mask = layer.mask else { throw CommandError.noMask }
      return .tensor(Variable(mask))
    case .pruned:
      guard layer.mask != nil || layer.isPruned else { throw CommandError.noMask }
      return .tensor(try layer.usedWeight())
    case .weightOrig:
      guard layer.isPruned else { throw CommandError.notPruned("weight_orig") }
      return .tensor(layer.dense.variable)
    case .weightMask:
      guard let mask = layer.weightMask else { throw CommandError.notPruned("weight_mask") }
      return .tensor(Variable(mask))
    }
  }

  private func element(_ indices: [Int], of value: Value) throws -> Variable {
    guard case .tensor(var variable) = value else {
      throw CommandError.notATensor("what is indexed", kind: value.kind)
    }
    let rank = variable.tensor.shape.rank
    guard indices.count <= rank else {
      throw CommandError.tooManyIndices(indices.count, rank: rank)
    }
    for (dimension, index) in indices.enumerated() {
      let size = variable.tensor.shape[0]
      guard (-size..<size).contains(index) else {
        throw CommandError.indexOutOfRange(index, dimension: dimension, size: size)
      }
      variable = try Variable(Select(index < 0 ? index + size : index), variable)
    }
    return variable
  }
}
