import Language
import Gradients
import Layers
import Tensors

/// The gradient that a reference means, whole or in part.
struct GradientTarget {
  /// Whose gradient it is.
  let leaf: Leaf
  /// The gradient's name: `conv1.weight.grad`.
  let name: String
  /// The gradient.
  let tensor: Tensor
  /// The place within it, none negative; empty for the whole tensor.
  let indices: [Int]

  /// The element meant, in row-major order, where every index is given.
  var element: Int? { indices.count == tensor.shape.rank ? elements.lowerBound : nil }

  /// The elements meant, in row-major order.
  var elements: Range<Int> {
    var (start, count) = (0, tensor.count)
    for (dimension, index) in indices.enumerated() {
      count /= max(1, tensor.shape[dimension])
      start += index * count
    }
    return start..<start + count
  }

  /// The shape of the part meant.
  var shape: Shape { Shape(Array(tensor.shape.dimensions.dropFirst(indices.count))) }
}

extension Evaluation {
  /// The gradient that a reference means: `grad`, `bias.grad`, `m.weight.grad[0]`.
  ///
  /// - Throws: ``Placed`` where it means something else, or an element that is not there.
  func gradientTarget(_ reference: ReferenceSyntax) throws -> GradientTarget {
    var members = reference.members
    var indices: [(index: Int, range: SourceRange)] = []
    while case .index(let values)? = members.last?.member, let range = members.last?.range {
      indices = values.map { ($0, range) } + indices
      members.removeLast()
    }
    let leaf = try leaf(reference, members: members)
    let name = session.name(of: leaf) + ".grad"
    guard let tensor = session.gradient(of: leaf) else {
      throw Placed(error: GradientError.noGradient(name), range: reference.range)
    }
    let shape = tensor.shape
    if indices.count > shape.rank {
      throw Placed(
        error: IndexError.tooManyIndices(indices.count, rank: shape.rank),
        range: reference.range)
    }
    let places = try indices.enumerated().map { dimension, entry in
      let size = shape[dimension]
      guard (-size..<size).contains(entry.index) else {
        throw Placed(
          error: IndexError.indexOutOfRange(entry.index, dimension: dimension, size: size),
          range: entry.range)
      }
      return entry.index < 0 ? entry.index + size : entry.index
    }
    return GradientTarget(leaf: leaf, name: name, tensor: tensor, indices: places)
  }

  /// The leaf behind `….grad`, or behind a layer's or the current layer's `grad`.
  private func leaf(
    _ reference: ReferenceSyntax, members: [(member: ReferenceSyntax.Member, range: SourceRange)]
  ) throws -> Leaf {
    if members.isEmpty, reference.base == .name("grad"), session.names["grad"] == nil {
      return try Session.weight(of: try session.layer()).leaf
    }
    let isGradient = members.last?.member == .attribute("grad")
    let owner = ReferenceSyntax(
      base: reference.base, members: isGradient ? members.dropLast() : members,
      baseRange: reference.baseRange, range: reference.range)
    // Resolved in any case: a word that is mistyped is told from a value without a gradient.
    let value = try resolve(owner)
    if isGradient {
      if case .layer(let layer) = value { return try Session.weight(of: layer).leaf }
      if case .tensor(let variable) = value, let leaf = variable.leaf { return leaf }
    }
    throw Placed(
      error: GradientError.notAGradient(
        reference.text, remedy: remedy(value, owner.text)),
      range: reference.range)
  }

  /// Which gradient may have been meant where a value is named that is none, or has none.
  private func remedy(_ value: Value, _ text: String) -> String {
    switch value {
    case .layer(let network) where network.isNetwork:
      if let member = network.descendants.first(where: { $0.layer.weight != nil }) {
        return "one of its: \(text).\(member.path.joined(separator: ".")).grad"
      }
    case .layer: return "the gradient of its weight is \(text).grad"
    case .tensor(let variable):
      if variable.leaf != nil { return "its gradient is \(text).grad" }
      if variable.node?.operation.isMask == true, text.hasSuffix(LayerAttribute.weight.rawValue) {
        return "after prune the parameter is \(text)_orig: \(text)_orig.grad"
      }
      if text == "input" { return "input requires_grad=true makes it one; then run forward again" }
    default: break
    }
    return "gradients are grad, bias.grad, input.grad, NAME.weight.grad"
  }
}

extension Session {
  /// What a leaf without a name is called.
  static let namelessLeaf = "a leaf"

  /// What a leaf is called: `conv1.weight`, `input`, the name of a value.
  func name(of leaf: Leaf) -> String { leafNames[leaf] ?? Self.namelessLeaf }

  /// What each leaf is called; whoever asks for many asks once.
  var leafNames: [Leaf: String] {
    var result: [Leaf: String] = [:]
    // A layer's name goes before the input, and that before a value's.
    for (name, binding) in names {
      guard case .value(.tensor(let variable)) = binding, let leaf = variable.leaf else { continue }
      // The map of names has no order of its own, and the answer must not depend on chance.
      result[leaf] = min(result[leaf] ?? name, name)
    }
    if let leaf = input?.leaf { result[leaf] = "input" }
    for (name, entry) in layers.reversed() {
      for (attribute, parameter) in entry.layer.namedParameters {
        result[parameter.leaf] = "\(name).\(attribute)"
      }
    }
    return result
  }
}
