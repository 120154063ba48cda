/// The functions of this folder: many elements made one, or put in order.
enum ReductionsFunctions {
  /// In the order in which help lists them.
  static let all: [any Function.Type] = []
}
