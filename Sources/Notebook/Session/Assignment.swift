import Functions
import Gradients
import Language
import Layers
import Pruning
import Running
import Tensors

// `weight = weight * 2`, `m.mask[0] = 0`, `input[0, 0] = 1`: the command of that name with the part
// replaced, outside the graph.

extension Evaluation {
  /// Gives a value to a layer's weight, bias or mask, or to the input.
  ///
  /// - Returns: what the command shows.
  /// - Throws: ``Placed``, `Cancelled`.
  mutating func assign(
    _ value: Value, to reference: ReferenceSyntax, _ indices: [IndexSyntax]?,
    from range: SourceRange
  ) throws -> Value? {
    guard let datum = value.datum, let operand = Operand(datum) else {
      throw Placed(
        error: NameError.notATensor("what stands after '='", kind: value.kind), range: range)
    }
    let verb: String
    var owner: ReferenceSyntax?
    if case .attribute(let name)? = reference.members.last?.member {
      (verb, owner) = (name, reference.dropping(1))
    } else {
      verb = reference.name ?? ""
    }
    let whole = try replaced(operand, reference, indices, verb: verb, range: range)
    var arguments = [
      ArgumentSyntax(
        value: .evaluated(.tensor(TensorValue(whole)), written: ""), range: range)
    ]
    if let owner { arguments.append(ArgumentSyntax(value: .reference(owner), range: owner.range)) }
    if verb == LayerAttribute.mask.rawValue {
      arguments += try keysOfMask(reference, shape: whole.shape, range: range)
    }
    return try run(
      CommandSyntax(
        verb: verb, verbRange: reference.range, arguments: arguments,
        range: reference.range.lowerBound..<range.upperBound))
  }

  /// What a mask that is assigned keeps of the one before: its structure, where the shape is the
  /// same. What is assigned may also leave nothing.
  private func keysOfMask(
    _ reference: ReferenceSyntax, shape: Shape, range: SourceRange
  ) throws -> [ArgumentSyntax] {
    func key(_ name: String, _ value: String) -> ArgumentSyntax {
      ArgumentSyntax(key: name, value: .word(value), range: range)
    }
    let weight = try weight(of: reference)
    let keys = [key(MaskArguments.allowEmpty.name, "true")]
    guard let mask = weight.mask else { return keys }
    guard mask.partition.groups == shape else { return keys }
    let parts = mask.structure.name.split(separator: "=").map(String.init)
    if parts.count == 2 { return keys + [key(parts[0], parts[1])] }
    guard let axes = AxisStructure.all.first(where: { $0.name == parts[0] }) else { return keys }
    return keys + [key(MaskArguments.structure.name, axes.name)]
  }

  /// The weight whose mask a target names.
  private func weight(of reference: ReferenceSyntax) throws -> Weight {
    let owner: any Layer =
      reference.members.isEmpty ? try session.layer() : try layer(reference.dropping(1))
    return try Session.affine(of: owner).weight
  }

  /// The whole new value of a target.
  private mutating func replaced(
    _ operand: Operand, _ reference: ReferenceSyntax, _ indices: [IndexSyntax]?, verb: String,
    range: SourceRange
  ) throws -> Tensor {
    let value = try operand.tensor.floats().tensor
    guard let indices else {
      // A number fills.
      guard case .scalar = operand else { return value }
      return try Tensor(repeating: value.elements[0], shape: try shape(of: reference, verb: verb))
    }
    let old = try tensor(reference).tensor
    let places = TensorValue.int64(try IntegerTensor(shape: old.shape) { Int64($0) })
    let resolved = try indices.map { try index($0) }
    let chosen: IntegerTensor
    do {
      chosen = try Indexing.value(places, resolved).integers()
    } catch let refusal as Refusal {
      throw Placed(
        error: refusal,
        range: refusal.index.map { indices[min($0, indices.count - 1)].range } ?? reference.range)
    }
    guard try value.shape.broadcast(with: chosen.shape) == chosen.shape else {
      throw Placed(
        error: AssignmentError.doesNotFit(value.shape, chosen.shape), range: range)
    }
    let plan = Broadcast([value.shape], to: chosen.shape)
    return try Tensor(shape: old.shape) { target in
      try old.withPointer { source in
        try Cancellation.forEachPiece(of: old.count) { piece in
          (target + piece.lowerBound).initialize(
            from: source + piece.lowerBound, count: piece.count)
        }
      }
      plan.forEachRow { row in
        row.forEach { place, source, _ in
          target[Int(chosen.elements[place])] = value.elements[source]
        }
      }
    }
  }

  /// The shape of what a number fills: the parameter's, the input's, the mask's; without a mask one
  /// entry for each filter.
  private func shape(of reference: ReferenceSyntax, verb: String) throws -> Shape {
    if verb == LayerAttribute.mask.rawValue {
      let weight = try weight(of: reference)
      return weight.mask?.tensor.shape ?? Shape([weight.filterCount])
    }
    return try tensor(reference).tensor.shape
  }
}

/// Why a value cannot take another's place.
enum AssignmentError: EvaluationError {
  case doesNotFit(Shape, Shape)

  var message: String {
    switch self {
    case .doesNotFit(let value, let target):
      "a value of shape \(value) does not fit in a place of shape \(target)"
    }
  }

  var remedy: String? { nil }
}
