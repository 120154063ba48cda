import Gradients
import Tensors

/// A function that takes the larger or the smaller of two elements.
protocol ExtremeFunction: Function {
  /// What computes it in float32.
  static var operation: Larger { get }
  /// What takes one of two whole numbers.
  associatedtype Whole: PairFunction
  where Whole.First == Int64, Whole.Second == Int64, Whole.Result == Int64
  static var whole: Whole { get }
  /// What takes one of two truth values.
  associatedtype Truth: PairFunction
  where Truth.First == Bool, Truth.Second == Bool, Truth.Result == Bool
  static var truth: Truth { get }
}

extension ExtremeFunction {
  static var signatures: [Signature] { [Signature(ElementwiseInput.input, ElementwiseInput.other)] }

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let (a, b) = (try call[ElementwiseInput.input], try call[ElementwiseInput.other])
    return .tensor(try value(a, b).strided(as: [.tensor(a), .tensor(b)]))
  }

  private static func value(_ a: TensorValue, _ b: TensorValue) throws -> TensorValue {
    switch a.dataType.promoted(with: b.dataType) {
    case .float32:
      guard try a.shape.broadcast(with: b.shape) != nil else {
        throw Refusal.shapes(a.shape, b.shape)
      }
      return .float32(try Variable(operation, a.floats(), b.floats()))
    case .int64: return .int64(try a.integers().broadcast(b.integers(), whole))
    case .bool: return .bool(try a.booleans().broadcast(b.booleans(), truth))
    }
  }
}

extension ElementwiseInput {
  static let other = FunctionParameter<TensorValue>.tensor("other")
}

/// `maximum`: the larger of two elements.
enum MaximumFunction: ExtremeFunction {
  static let name = "maximum"
  static let summary = "the larger of each two elements"
  static let example = "maximum(tensor([1, 5]), tensor([3, 2]))"
  static let operation = Larger.maximum
  static let whole = LargerWhole()
  static let truth = Either()
}

/// `minimum`: the smaller of two elements.
enum MinimumFunction: ExtremeFunction {
  static let name = "minimum"
  static let summary = "the smaller of each two elements"
  static let example = "minimum(tensor([1, 5]), tensor([3, 2]))"
  static let operation = Larger.minimum
  static let whole = SmallerWhole()
  static let truth = Both()
}

/// The larger of two whole numbers.
struct LargerWhole: PairFunction {
  func callAsFunction(_ a: Int64, _ b: Int64) -> Int64 { max(a, b) }
}

/// The smaller of two whole numbers.
struct SmallerWhole: PairFunction {
  func callAsFunction(_ a: Int64, _ b: Int64) -> Int64 { min(a, b) }
}
