/// The functions of this folder: each element by itself.
enum ElementwiseFunctions {
  /// In the order in which help lists them.
  static let all: [any Function.Type] = []
}
