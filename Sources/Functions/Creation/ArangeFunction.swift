import Gradients
import Running
import Tensors

/// `arange`: numbers in steps, up to an end that is left out.
enum ArangeFunction: Function {
  static let name = "arange"
  static let summary = "numbers from start in steps, below end"
  static let example = "arange(0, 10, 3)"
  static let spellings = Spellings.torch

  private static let start = FunctionParameter<Scalar>.scalar("start")
  private static let end = FunctionParameter<Scalar>.scalar("end")
  private static let step = FunctionParameter<Scalar>.scalar("step")
    .defaulting(to: .integer(1), written: "1")
  static let signatures = [
    Signature(end, keywords: Creation.keywords),
    Signature(start, end, step, keywords: Creation.keywords),
  ]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let start = call.has(start) ? try call[start] : .integer(0)
    let (end, step) = (try call[end], try call[step])
    let count = try count(from: start, to: end, by: step)
    let areWhole = [start, end, step].allSatisfy { $0.integer != nil }
    switch try call[Creation.dtype] ?? (areWhole ? .int64 : .float32) {
    case .float32:
      let numbers = try floats(start.double, step.double, count: count)
      return try Creation.result(TensorValue(numbers), of: call)
    case .int64:
      let (first, step) = (try start.checkedInteger(), try step.checkedInteger())
      let numbers = try IntegerTensor(shape: [count]) { first &+ step &* Int64($0) }
      return try Creation.result(.int64(numbers), of: call)
    case .bool: throw Refusal.noBools(name).about(Creation.dtype)
    }
  }

  /// How many numbers there are: ⌈(end − start) / step⌉, of whole numbers without rounding.
  private static func count(from start: Scalar, to end: Scalar, by step: Scalar) throws -> Int {
    guard start.double.isFinite else { throw Refusal.notFinite(start).about(Self.start) }
    guard end.double.isFinite else { throw Refusal.notFinite(end).about(Self.end) }
    guard step.double.isFinite else { throw Refusal.notFinite(step).about(Self.step) }
    guard step.isTrue else { throw Refusal.noStep().about(Self.step) }
    guard step.double > 0 ? start.double <= end.double : start.double >= end.double else {
      throw Refusal.wrongWay(start, end, step).about(Self.end)
    }
    var count = ((end.double - start.double) / step.double).rounded(.up)
    if let first = start.integer, let end = end.integer, let step = step.integer {
      let (distance, overflow) = end.subtractingReportingOverflow(first)
      if !overflow {
        let (quotient, rest) = distance.quotientAndRemainder(dividingBy: step)
        count = Double(quotient + (rest == 0 ? 0 : 1))
      }
    }
    // What is more than a tensor may have is refused with its number.
    return try Shape(checking: [Int(min(count, 0x1p62))]).count
  }

  /// start + i · step in double, fused, rounded; in whole blocks of 16 every eighth number is rounded
  /// before the next seven are counted from it, as PyTorch's vectors do.
  private static func floats(_ start: Double, _ step: Double, count: Int) throws -> Tensor {
    try Tensor(shape: [count]) { target in
      let blocks = count / 16 * 2
      try Cancellation.forEachPiece(of: blocks, work: 8) { piece in
        for block in piece {
          let first = Double(Float(start.addingProduct(step, Double(block * 8))))
          for lane in 0..<8 {
            target[block * 8 + lane] = Float(first.addingProduct(step, Double(lane)))
          }
        }
      }
      for place in blocks * 8..<count {
        target[place] = Float(start.addingProduct(step, Double(place)))
      }
    }
  }
}

extension Refusal {
  fileprivate static func notFinite(_ number: Scalar) -> Refusal {
    Refusal("\(number.text) is not a finite number")
  }

  fileprivate static func noStep() -> Refusal { Refusal("the step must not be 0") }

  fileprivate static func wrongWay(_ start: Scalar, _ end: Scalar, _ step: Scalar) -> Refusal {
    Refusal(
      "steps of \(step.text) do not lead from \(start.text) to \(end.text)",
      remedy: "a negative step counts down: arange(5, 1, -1)")
  }
}
