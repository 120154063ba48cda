import Gradients
import Tensors

/// Other sizes for the same elements in order, which view, reshape and flatten have in common.
enum Reshaping {
  /// The shape that sizes give a tensor of so many elements; one of them may be -1, which is what the
  /// others leave.
  ///
  /// - Throws: ``Refusal`` where they do not give as many elements.
  static func shape(
    _ sizes: [Int], count: Int, of parameter: some AnyFunctionParameter
  ) throws(Refusal) -> Shape {
    if let size = sizes.first(where: { $0 < -1 }) {
      throw Refusal.negative(size).about(parameter)
    }
    let open = sizes.indices.filter { sizes[$0] == -1 }
    guard open.count <= 1 else { throw Refusal.severalOpen().about(parameter) }
    let known = Shape(clamping: sizes.filter { $0 != -1 })
    guard let place = open.first else {
      guard known.count == count else {
        throw Refusal.otherCount(sizes, count).about(parameter)
      }
      return known
    }
    guard known.count > 0 || count > 0 else { throw Refusal.anySize(sizes).about(parameter) }
    guard known.count > 0, count % known.count == 0 else {
      throw Refusal.otherCount(sizes, count).about(parameter)
    }
    var sizes = sizes
    sizes[place] = count / known.count
    return Shape(sizes)
  }

  /// Another shape, which PyTorch's strides must allow.
  ///
  /// - Throws: ``Refusal`` where they do not; `ShapeError` where the shape has too many dimensions.
  static func view(_ input: TensorValue, _ shape: Shape) throws -> TensorValue {
    guard input.layout.reshaped(to: shape) != nil else { throw Refusal.notInOrder() }
    return try input.viewed(.reshape("ViewBackward0", shape))
  }

  /// Another shape, with PyTorch's name for what that takes there: a view where strides allow it,
  /// otherwise a copy.
  ///
  /// - Throws: `ShapeError` where the shape has too many dimensions.
  static func reshape(_ input: TensorValue, _ shape: Shape) throws -> TensorValue {
    let layout = input.layout
    if layout.isContiguous { return try input.viewed(.reshape("ViewBackward0", shape)) }
    guard layout.reshaped(to: shape) == nil else {
      return try input.viewed(.reshape("ReshapeAliasBackward0", shape))
    }
    return try input.viewed(
      View("CloneBackward0") { ViewPlan(whole: $0.shape) },
      .reshape("UnsafeViewBackward0", shape))
  }
}

extension View {
  /// The same elements in order under another shape, which the strides allow.
  fileprivate static func reshape(_ name: String, _ shape: Shape) -> View {
    View(name) { $0.reshaped(to: shape) ?? ViewPlan(whole: shape) }
  }
}

extension Refusal {
  private static func text(_ sizes: [Int]) -> String { Shape(clamping: sizes).description }

  fileprivate static func negative(_ size: Int) -> Refusal {
    Refusal("a size must not be negative, not \(size)", remedy: "-1 is what the others leave")
  }

  fileprivate static func severalOpen() -> Refusal {
    Refusal("only one size can be -1, which is what the others leave")
  }

  fileprivate static func otherCount(_ sizes: [Int], _ count: Int) -> Refusal {
    Refusal("\(count) elements do not fill the shape \(text(sizes))")
  }

  fileprivate static func anySize(_ sizes: [Int]) -> Refusal {
    Refusal("without elements, -1 in \(text(sizes)) could be any size")
  }

  fileprivate static func notInOrder() -> Refusal {
    Refusal(
      "view needs elements that follow each other in memory, which PyTorch's do not here",
      remedy: "x.reshape(…) copies where it must")
  }
}
