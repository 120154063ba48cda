/// The functions of this folder: products of matrices and losses.
enum ProductsFunctions {
  /// In the order in which help lists them.
  static let all: [any Function.Type] = []
}
