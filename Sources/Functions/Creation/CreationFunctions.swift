/// The functions of this folder: new tensors.
enum CreationFunctions {
  /// In the order in which help lists them.
  static let all: [any Function.Type] = [
    TensorFunction.self, ZerosFunction.self, OnesFunction.self, FullFunction.self,
    EyeFunction.self, ArangeFunction.self, LinspaceFunction.self, RandFunction.self,
    RandnFunction.self, RandintFunction.self, RandpermFunction.self, Like<ZerosFunction>.self,
    Like<OnesFunction>.self, Like<FullFunction>.self, Like<RandFunction>.self,
    Like<RandnFunction>.self, Like<RandintFunction>.self,
  ]
}
