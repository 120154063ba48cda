/// The functions of this folder: new tensors.
enum CreationFunctions {
  /// In the order in which help lists them.
  static let all: [any Function.Type] = []
}
