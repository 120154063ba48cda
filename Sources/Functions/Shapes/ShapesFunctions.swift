/// The functions of this folder: the same elements in another shape or order.
enum ShapesFunctions {
  /// In the order in which help lists them.
  static let all: [any Function.Type] = [
    PermuteFunction.self, TransposeFunction.self, TFunction.self,
  ]
}
