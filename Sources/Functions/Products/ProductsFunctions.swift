/// The functions of this folder: products of matrices, softmax, and losses.
enum ProductsFunctions {
  /// In the order in which help lists them.
  static let all: [any Function.Type] = [
    MatmulFunction.self, MmFunction.self, SoftmaxFunction.self, LogSoftmaxFunction.self,
    MseLossFunction.self, CrossEntropyFunction.self,
  ]
}
