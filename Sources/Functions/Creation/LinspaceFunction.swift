import Gradients
import Running
import Tensors

/// `linspace`: so many numbers at equal distances, both ends among them.
enum LinspaceFunction: Function {
  static let name = "linspace"
  static let summary = "so many numbers at equal distances, from start to end"
  static let example = "linspace(0, 1, 5)"
  static let spellings = Spellings.torch

  private static let start = FunctionParameter<Scalar>.scalar("start")
  private static let end = FunctionParameter<Scalar>.scalar("end")
  private static let steps = FunctionParameter<Int>.integer("steps")
  static let signatures = [Signature(start, end, steps, keywords: Creation.keywords)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let count = try Shape(checking: [try call[steps]]).count
    switch try call[Creation.dtype] ?? .float32 {
    case .float32:
      let (start, end) = (try call[start].checkedFloat(), try call[end].checkedFloat())
      let numbers = try Tensor(shape: [count]) { target in
        try Cancellation.forEachPiece(of: count, work: 4) { piece in
          let step = (end - start) / Float(count - 1)
          for place in piece {
            target[place] =
              count == 1
              ? start
              : number(place, of: count, from: start, to: end, by: step)
          }
        }
      }
      return try Creation.result(TensorValue(numbers), of: call)
    case .int64:
      let (start, end) = (try call[start].checkedInteger(), try call[end].checkedInteger())
      let step = (Double(end) - Double(start)) / Double(count - 1)
      let numbers = try IntegerTensor(shape: [count], work: 4) { place in
        guard count > 1 else { return start }
        let number = number(place, of: count, from: Double(start), to: Double(end), by: step)
        return Int64(exactly: number.rounded(.towardZero)) ?? .min
      }
      return try Creation.result(.int64(numbers), of: call)
    case .bool: throw Refusal.noBools(name).about(Creation.dtype)
    }
  }

  /// The first half is counted from the start, the second one back from the end; each product is
  /// added without being rounded.
  @inline(__always)
  private static func number<N: BinaryFloatingPoint>(
    _ place: Int, of count: Int, from start: N, to end: N, by step: N
  ) -> N {
    place < count / 2
      ? start.addingProduct(step, N(place))
      : end.addingProduct(-step, N(count - 1 - place))
  }
}
