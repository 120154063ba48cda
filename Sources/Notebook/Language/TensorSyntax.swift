import Tensors

/// A tensor as it is given: written out, or by what holds it.
enum TensorSyntax {
  case literal(Tensor)
  case reference(ReferenceSyntax)
}

extension Argument where Value == TensorSyntax {
  /// A literal, or a reference to a value.
  static func tensor(_ name: String = "TENSOR") -> Argument {
    let reference = Argument<ReferenceSyntax>.reference()
    return Argument(
      name, kind: .reference,
      fits: { value in
        if case .literal = value { true } else { reference.fits(value) }
      },
      decode: { value, range in
        if case .literal(let tensor, _) = value { return .literal(tensor) }
        guard reference.fits(value) else { throw ArgumentError.notATensor(value.quoted) }
        return .reference(try reference.decode(value, range: range))
      })
  }
}
