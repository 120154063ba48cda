import Tensors

/// What a value that is no tensor can be asked: `size.numel()`, `r[0]`.
public enum Members {
  /// The value of a method of a size.
  ///
  /// - Returns: nil where a value of its kind has no method of this name.
  /// - Throws: ``Refusal``.
  public static func call(
    _ name: String, of value: Datum, _ arguments: [Datum]
  ) throws(Refusal) -> Datum? {
    guard case .size(let shape) = value, sizeMethods.contains(name) else { return nil }
    if name == "numel" {
      guard arguments.isEmpty else { throw .takesNothing(name) }
      return .scalar(.integer(shape.count))
    }
    guard arguments.count == 1, let size = arguments[0].wholeNumber else {
      throw .takesWholeNumber(name)
    }
    if name == "count" { return .scalar(.integer(shape.dimensions.count { $0 == size })) }
    guard let place = shape.dimensions.firstIndex(of: size) else { throw .notAmong(size, shape) }
    return .scalar(.integer(place))
  }

  /// The names of a value's methods, in alphabetic order; those of a tensor are functions.
  public static func names(of value: Datum) -> [String] {
    if case .size = value { sizeMethods } else { [] }
  }

  private static let sizeMethods = ["count", "index", "numel"]
}

extension Datum {
  /// One of the values of a tuple, a list, a size or several results, a negative place from the end.
  ///
  /// - Returns: nil where it has no values to take one from: a tensor's are taken otherwise.
  /// - Throws: ``Refusal`` where there is none at the place.
  public func element(at place: Int) throws(Refusal) -> Datum? {
    guard let items else { return nil }
    guard (-items.count..<items.count).contains(place) else {
      throw .noSuchElement(place, count: items.count)
    }
    return items[place < 0 ? place + items.count : place]
  }

  /// Some of those values, as Python's slices give them: of a size a size, of several results a tuple.
  ///
  /// - Parameters:
  ///   - start: the first place, negative from the end; nil for the first of all.
  ///   - end: the place after the last one, negative from the end; nil for the end.
  ///   - step: how far apart, at least 1.
  /// - Returns: nil where it has no values to take some from.
  public func slice(from start: Int?, to end: Int?, by step: Int = 1) -> Datum? {
    guard let items else { return nil }
    func place(_ place: Int) -> Int {
      min(max(place < 0 ? place + items.count : place, 0), items.count)
    }
    let first = place(start ?? 0)
    let places = stride(from: first, to: max(first, place(end ?? items.count)), by: max(1, step))
    switch self {
    case .size(let shape): return .size(Shape(places.map { shape[$0] }))
    case .list: return .list(places.map { items[$0] })
    default: return .tuple(places.map { items[$0] })
    }
  }
}

extension Refusal {
  fileprivate static func takesNothing(_ method: String) -> Refusal {
    Refusal("'\(method)' of a size takes no arguments")
  }

  fileprivate static func takesWholeNumber(_ method: String) -> Refusal {
    Refusal("'\(method)' of a size takes one whole number")
  }

  fileprivate static func notAmong(_ size: Int, _ shape: Shape) -> Refusal {
    Refusal("\(size) is not among the sizes \(shape)")
  }

  fileprivate static func noSuchElement(_ place: Int, count: Int) -> Refusal {
    guard count > 0 else { return Refusal("there is no element \(place): there are none at all") }
    return Refusal(
      "there is no element \(place): there "
        + (count == 1 ? "is one, number 0" : "are \(count), from 0 to \(count - 1)"))
  }
}
