/// The functions of this folder: what a tensor is, and Python's values of it.
enum ValuesFunctions {
  /// In the order in which help lists them.
  static let all: [any Function.Type] = [
    ItemFunction.self, NumelFunction.self, DimFunction.self, SizeFunction.self,
    DetachFunction.self, CloneFunction.self, FloatFunction.self, LongFunction.self,
    BoolFunction.self, EqualFunction.self, AllcloseFunction.self,
  ]
}
