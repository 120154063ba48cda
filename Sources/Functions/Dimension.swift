import Tensors

/// Dimensions as they are given: whole numbers, negative ones from the end.
enum Dimension {
  /// The place of a dimension among `rank`; a tensor without dimensions takes 0 and -1.
  ///
  /// - Throws: ``Refusal`` where there is no such dimension.
  static func place(
    _ dimension: Int, rank: Int, of parameter: some AnyFunctionParameter
  ) throws(Refusal) -> Int {
    let limit = max(1, rank)
    guard (-limit..<limit).contains(dimension) else {
      throw Refusal.noSuchDimension(dimension, rank: rank).about(parameter)
    }
    return dimension < 0 ? dimension + limit : dimension
  }

  /// The places of several dimensions among `rank`, each given once, in order; all of them where
  /// none is given.
  ///
  /// - Throws: ``Refusal``.
  static func places(
    _ dimensions: [Int]?, rank: Int, of parameter: some AnyFunctionParameter
  ) throws(Refusal) -> [Int] {
    guard let dimensions, !dimensions.isEmpty else { return Array(0..<rank) }
    var places: [Int] = []
    for dimension in dimensions {
      let place = try place(dimension, rank: rank, of: parameter)
      guard !places.contains(place) else {
        throw Refusal.dimensionTwice(dimension).about(parameter)
      }
      places.append(place)
    }
    return rank == 0 ? [] : places.sorted()
  }
}

extension Refusal {
  fileprivate static func noSuchDimension(_ dimension: Int, rank: Int) -> Refusal {
    Refusal(
      rank == 0
        ? "there is no dimension \(dimension): the tensor has none"
        : "there is no dimension \(dimension): the tensor has \(rank), from 0 or from \(-rank)")
  }

  fileprivate static func dimensionTwice(_ dimension: Int) -> Refusal {
    Refusal("dimension \(dimension) is given twice")
  }
}
