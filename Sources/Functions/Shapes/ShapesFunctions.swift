/// The functions of this folder: the same elements in another shape or order.
enum ShapesFunctions {
  /// In the order in which help lists them.
  static let all: [any Function.Type] = [
    ViewFunction.self, ViewAsFunction.self, ReshapeFunction.self, ReshapeAsFunction.self,
    FlattenFunction.self, PermuteFunction.self, TransposeFunction.self, TFunction.self,
    SqueezeFunction.self, UnsqueezeFunction.self, ExpandFunction.self, ExpandAsFunction.self,
    RepeatFunction.self, FlipFunction.self, CatFunction.self, StackFunction.self,
  ]
}
