import Gradients
import Running
import Tensors

/// `count_nonzero`: how many elements are not zero.
enum CountNonzeroFunction: Function {
  static let name = "count_nonzero"
  static let summary = "how many elements are not zero, or along some dimensions"
  static let example = "count_nonzero(tensor([0, 1, 2]))"

  private static let dim = FunctionParameter<[Int]>(
    "dim", "a whole number or several in a tuple", gathers: true
  ) { FunctionParameter<[Int]>.dimensions().decode($0) }.optional
  static let signatures = [Signature(Reducing.input, dim)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[Reducing.input]
    let reduction = try Reducing.reduction(call[dim], of: input.shape, dim)
    return .tensor(.int64(try input.nonzeroCounts(reduction)))
  }
}

/// `nonzero`: where the elements stand that are not zero.
enum NonzeroFunction: Function {
  static let name = "nonzero"
  static let summary = "where the elements stand that are not zero"
  static let example = "nonzero(tensor([0, 1, 2]))"

  private static let asTuple = FunctionParameter<Bool>.flag("as_tuple")
  static let signatures = [Signature(Reducing.input, keywords: [asTuple])]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let truths = try call[Reducing.input].booleans()
    let elements = truths.elements
    var found: [Int] = []
    try Cancellation.forEachPiece(of: elements.count) { piece in
      for place in piece where elements[place] { try Memory.append(place, to: &found) }
    }
    let shape = truths.shape
    let steps = shape.dimensions.indices.map { dimension in
      shape.dimensions.dropFirst(dimension + 1).reduce(1, *)
    }
    func index(_ place: Int, _ dimension: Int) -> Int64 {
      Int64(place / steps[dimension] % shape[dimension])
    }
    guard try call[asTuple] else {
      let rank = shape.rank
      return .tensor(
        .int64(
          try IntegerTensor(shape: Shape(checking: [found.count, rank]), work: 8) {
            index(found[$0 / rank], $0 % rank)
          }))
    }
    // One element without dimensions counts as one of one dimension.
    if shape.rank == 0 {
      return .tuple([
        .tensor(
          .int64(IntegerTensor([Int64](repeating: 0, count: found.count), shape: [found.count])))
      ])
    }
    return .tuple(
      try (0..<shape.rank).map { dimension in
        .tensor(
          .int64(
            try IntegerTensor(shape: [found.count], work: 8) { index(found[$0], dimension) }))
      })
  }
}
