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
    var steps = reference.steps
    var indices: [(index: Int, range: SourceRange)] = []
    while case .index(let values)? = steps.last?.step, let range = steps.last?.range {
      indices = values.map { ($0, range) } + indices
      steps.removeLast()
    }
    let leaf = try leaf(reference, steps: steps)
    let name = session.name(of: leaf) + ".grad"
    guard let tensor = session.gradient(of: leaf) else {
      throw Placed(error: CommandError.noGradient(name), range: reference.range)
    }
    let shape = tensor.shape
    if indices.count > shape.rank {
      throw Placed(
        error: CommandError.tooManyIndices(indices.count, rank: shape.rank),
        range: reference.range)
    }
    let places = try indices.enumerated().map { dimension, entry in
      let size = shape[dimension]
      guard (-size..<size).contains(entry.index) else {
        throw Placed(
          error: CommandError.indexOutOfRange(entry.index, dimension: dimension, size: size),
          range: entry.range)
      }
      return entry.index < 0 ? entry.index + size : entry.index
    }
    return GradientTarget(leaf: leaf, name: name, tensor: tensor, indices: places)
  }

  /// The leaf behind `….grad`, or behind a layer's or the current layer's `grad`.
  private func leaf(
    _ reference: ReferenceSyntax, steps: [(step: ReferenceSyntax.Step, range: SourceRange)]
  ) throws -> Leaf {
    let failure = Placed(
      error: CommandError.notAGradient(Self.text(reference)), range: reference.range)
    if steps.isEmpty, reference.base == .name("grad"), session.names["grad"] == nil {
      return try Session.weighted(try session.layer()).dense.leaf
    }
    guard steps.last?.step == .attribute("grad") else { throw failure }
    let owner = ReferenceSyntax(
      base: reference.base, steps: Array(steps.dropLast()), baseRange: reference.baseRange,
      range: reference.range)
    switch try resolve(owner) {
    case .layer(let layer): return try Session.weighted(layer).dense.leaf
    case .tensor(let variable):
      guard let leaf = variable.leaf else { throw failure }
      return leaf
    default: throw failure
    }
  }
}

extension Session {
  /// What a leaf is called: `conv1.weight`, `input`, the name of a value.
  func name(of leaf: Leaf) -> String {
    for (name, entry) in layers {
      let members =
        (entry.layer as? Network)?.members.map { ("\(name).\($0.name)", $0.layer) }
        ?? (entry.layer as? any WeightedLayer).map { [(name, $0)] } ?? []
      for (name, layer) in members {
        if layer.dense.leaf == leaf {
          let isPruned = (layer as? Conv2d)?.isPruned ?? false
          return name + (isPruned ? ".weight_orig" : ".weight")
        }
        if layer.bias?.leaf == leaf { return name + ".bias" }
      }
    }
    if input?.leaf == leaf { return "input" }
    // The map of names has no order of its own, and the answer must not depend on chance.
    return names.compactMap { name, binding in
      if case .value(.tensor(let variable)) = binding, variable.leaf == leaf { name } else { nil }
    }.min() ?? "a leaf"
  }
}
