import Language
import Gradients
import Layers
import Pruning
import Tensors

/// The gradient that a reference means, whole or in part.
struct GradientTarget {
  /// The leaf whose gradient it is; nil where it is that of what an operation made.
  let leaf: Leaf?
  /// What made the value whose gradient it is; nil for a leaf.
  let node: Node?
  /// Where its explanation begins.
  let place: Explanation.Place
  /// The gradient's name: `conv1.weight.grad`.
  let name: String
  /// The gradient.
  let tensor: Tensor
  /// What was differentiated for it, oldest first.
  let losses: [Variable]
  /// The place within it, none negative; empty for the whole tensor.
  let indices: [Int]

  /// Whether it belongs to a layer.
  var isParameter: Bool { leaf?.isParameter == true }

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
  /// The gradient that a reference means: `grad`, `bias.grad`, `m.weight.grad[0]`, `y.grad`.
  ///
  /// - Throws: ``Placed`` where it means something else, or an element that is not there;
  ///   `ShapeError` where memory cannot hold a gradient, `Cancelled`.
  func gradientTarget(_ reference: ReferenceSyntax) throws -> GradientTarget {
    var members = reference.members
    var indices: [(index: Int, range: SourceRange)] = []
    while case .index(let values)? = members.last?.member, let range = members.last?.range {
      indices = values.map { ($0, range) } + indices
      members.removeLast()
    }
    let whole = reference.dropping(reference.members.count - members.count)
    let owner = try owner(whole, asked: reference)
    let (tensor, place) = try found(owner, whole, asked: reference)
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
    return target(owner, at: place, tensor, places, name: gradientName(of: owner, whole))
  }

  // Swift 6.3.1's optimizer crashes where one of these becomes a part of `gradientTarget` or of what
  // calls that: each stays a function of its own.

  @inline(never)
  private func target(
    _ owner: Variable, at place: Explanation.Place, _ gradient: Tensor, _ indices: [Int],
    name: String
  ) -> GradientTarget {
    GradientTarget(
      leaf: owner.leaf, node: owner.node, place: place, name: name, tensor: gradient,
      losses: session.losses(of: owner), indices: indices)
  }

  @inline(never)
  private func gradientName(of owner: Variable, _ whole: ReferenceSyntax) -> String {
    owner.leaf.map { session.name(of: $0) + ".grad" } ?? whole.text
  }

  /// The gradient of a value, and where its explanation begins.
  @inline(never)
  private func found(
    _ owner: Variable, _ whole: ReferenceSyntax, asked: ReferenceSyntax
  ) throws -> (Tensor, Explanation.Place) {
    if let place = Explanation.place(of: owner), case .tensor(let found) = try gradient(of: owner) {
      return (found.tensor, place)
    }
    var remedy = try prunedAdvice(owner, whole.dropping(1).text)
    if case .indexHasNoGradient(_, let part)? = whole.gradientOfPart {
      remedy = "the gradient of a part is a part of the gradient: why \(part)"
    }
    throw Placed(
      error: GradientError.noGradient(gradientName(of: owner, whole), remedy: remedy),
      range: asked.range)
  }

  /// Whose gradient `….grad` is, or a layer's or the current layer's `grad`.
  @inline(never)
  private func owner(
    _ reference: ReferenceSyntax, asked: ReferenceSyntax
  ) throws -> Variable {
    func parameter(of layer: any Layer) throws -> Variable {
      let weight = try Session.weight(of: layer)
      return Variable(weight.tensor, source: .leaf(weight.leaf))
    }
    if reference.name == "grad", session.names["grad"] == nil {
      return try parameter(of: try session.layer())
    }
    let isGradient = reference.members.last?.member == .attribute("grad")
    let owner = isGradient ? reference.dropping(1) : reference
    // Resolved in any case: a word that is mistyped is told from a value without a gradient.
    let value = try resolve(owner)
    if isGradient {
      if case .layer(let layer) = value { return try parameter(of: layer) }
      if case .tensor(let variable) = value, variable.requiresGradient { return variable }
    }
    throw Placed(
      error: GradientError.notAGradient(asked.text, remedy: try remedy(value, owner.text)),
      range: asked.range)
  }

  /// Which gradient may have been meant where a value is named that is none, or has none.
  private func remedy(_ value: Value, _ text: String) throws -> String {
    switch value {
    case .layer(let network) where network.isNetwork:
      if let member = network.descendants.first(where: { $0.layer.weight != nil }) {
        return "one of its: \(text).\(member.path.joined(separator: ".")).grad"
      }
    case .layer: return "the gradient of its weight is \(text).grad"
    case .tensor(let variable):
      if let advice = try prunedAdvice(variable, text) { return advice }
      if variable.requiresGradient { return "its gradient is \(text).grad" }
      if text == "input" { return "input requires_grad=true makes it one; then run forward again" }
    default: break
    }
    return "gradients are grad, bias.grad, input.grad, NAME.grad"
  }

  /// What to ask instead where the weight that a pruned layer uses has no gradient.
  private func prunedAdvice(_ owner: Variable, _ text: String) throws -> String? {
    guard owner.node?.operation.isMask == true, text.hasSuffix(LayerAttribute.weight.rawValue),
      case .nothing = try gradient(of: owner)
    else { return nil }
    return "after prune the parameter is \(text)_orig: \(text)_orig.grad"
  }
}

extension Session {
  /// What was differentiated for the gradient that a value has, oldest first.
  ///
  /// That of the result of an operation is found by what it was computed from. `zero_grad` forgets
  /// what was differentiated before, though such a gradient stays as it is.
  func losses(of owner: Variable) -> [Variable] {
    guard let node = owner.node else { return owner.leaf.flatMap { losses[$0]?.all } ?? [] }
    guard retained[node.serial] != nil else { return [lastLoss].compactMap(\.self) }
    var found: [UInt64: Variable] = [:]
    let leaves = Set(Backward.order(of: owner).flatMap(\.inputs).compactMap(\.leaf))
    for loss in leaves.flatMap({ losses[$0]?.all ?? [] }) + [lastLoss].compactMap(\.self) {
      guard let last = loss.node, found[last.serial] == nil else { continue }
      if Backward.order(of: loss).contains(where: { $0.serial == node.serial }) {
        found[last.serial] = loss
      }
    }
    return found.sorted { $0.key < $1.key }.map(\.value)
  }

  /// What a leaf without a name is called.
  static let namelessLeaf = "a leaf"

  /// What a leaf is called: `conv1.weight`, `input`, the name of a value.
  func name(of leaf: Leaf) -> String { leafNames[leaf] ?? Self.namelessLeaf }

  /// What takes part of the weight that a leaf is; nil where it is none, or nothing is switched off.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  func mask(of leaf: Leaf) throws -> Mask? {
    try layerNames.lazy.compactMap(\.layer.affine?.weight).first { $0.parameter.leaf == leaf }?
      .takingPart()
  }

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
