import Gradients
import Running
import Tensors

/// `histc`: how many elements lie in each of equal parts of a range.
enum HistcFunction: Function {
  static let name = "histc"
  static let summary = "how many elements lie in each of equal parts of a range"
  static let example = "histc(tensor([1., 2., 2., 3.]), bins=3)"

  private static let bins = FunctionParameter<Int>.integer("bins")
    .defaulting(to: 100, written: "100")
  private static let low = FunctionParameter<Scalar>.scalar("min")
    .defaulting(to: .integer(0), written: "0")
  private static let high = FunctionParameter<Scalar>.scalar("max")
    .defaulting(to: .integer(0), written: "0")
  static let signatures = [Signature(Reducing.input, bins, low, high)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[Reducing.input]
    guard case .float32(let variable) = input else {
      throw Refusal.wholeNumbers(input.dataType).about(Reducing.input)
    }
    let count = try call[bins]
    guard count > 0 else { throw Refusal.noBins(count).about(bins) }
    let range = try range(
      Float(call[low].double), Float(call[high].double), of: variable.tensor)
    let elements = variable.tensor.elements
    let width = range.high - range.low
    var counts: [Float] = try Memory.zeros(Shape(checking: [count]).count)
    try Cancellation.forEachPiece(of: elements.count, work: 4) { piece in
      for index in piece {
        let x = elements[index]
        guard x >= range.low, x <= range.high else { continue }
        // What lies at the upper end belongs to the last part.
        counts[min(count - 1, Int((x - range.low) / width * Float(count)))] += 1
      }
    }
    return .tensor(TensorValue(Tensor(counts, shape: [count])))
  }

  /// The range that is divided: that of the elements where none is given.
  private static func range(
    _ low: Float, _ high: Float, of tensor: Tensor
  ) throws -> (low: Float, high: Float) {
    var (low, high) = (low, high)
    if low == high, tensor.count > 0 {
      low = try Extreme(isLargest: false).forward([tensor]).elements[0]
      high = try Extreme(isLargest: true).forward([tensor]).elements[0]
    }
    if low == high { (low, high) = (low - 1, high + 1) }
    guard low.isFinite, high.isFinite else { throw Refusal.endless(low, high).about(Self.low) }
    guard low < high else { throw Refusal.reversed(low, high).about(Self.high) }
    return (low, high)
  }
}

extension Refusal {
  fileprivate static func wholeNumbers(_ type: DataType) -> Refusal {
    Refusal("a histogram of \(type.rawValue) is not computed", remedy: "say float().histc(bins)")
  }

  fileprivate static func noBins(_ count: Int) -> Refusal {
    Refusal("bins must be above 0, not \(count)")
  }

  fileprivate static func endless(_ low: Float, _ high: Float) -> Refusal {
    Refusal(
      "the range from \(Scalar.float(Double(low)).text) to \(Scalar.float(Double(high)).text) "
        + "is not finite", remedy: "give min= and max=")
  }

  fileprivate static func reversed(_ low: Float, _ high: Float) -> Refusal {
    Refusal(
      "max must be above min: \(Scalar.float(Double(high)).text) is not above "
        + Scalar.float(Double(low)).text)
  }
}
