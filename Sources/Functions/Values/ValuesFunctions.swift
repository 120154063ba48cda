/// The functions of this folder: what a tensor is, and Python's values of it.
enum ValuesFunctions {
  /// In the order in which help lists them.
  static let all: [any Function.Type] = []
}
