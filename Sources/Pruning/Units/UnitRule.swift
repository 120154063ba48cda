import Functions
import Gradients
import Tensors

/// A rule of a unit, forward or backward: what becomes of each element, by its own numbers alone.
public indirect enum UnitRule: Sendable {
  /// What a rule can speak of.
  public enum Name: String, Sendable {
    /// The dense parameter.
    case dense = "x"
    /// The mask, spread to the parameter's shape.
    case mask
    /// The gradient of the result; in the backward rule alone.
    case gradient = "grad"

    /// PyTorch's own word for the gradient is one too.
    public init?(word: String) {
      self.init(rawValue: word == "grad_output" ? Self.gradient.rawValue : word)
    }
  }

  case name(Name)
  case number(Scalar)
  case unary(UnaryOperator, UnitRule)
  case binary(BinaryOperator, UnitRule, UnitRule)
  /// A function of ``FunctionTable/isElementwise(_:)`` with its arguments.
  case call(any Function.Type, [(name: String?, value: UnitRule)], isMethod: Bool)

  /// The value for tensors of one shape.
  ///
  /// - Parameters:
  ///   - dense: the dense parameter.
  ///   - mask: the mask, of its shape.
  ///   - gradient: the gradient of the result; nil on the way forward.
  /// - Returns: the value, of their shape.
  /// - Throws: `Refusal` for what PyTorch refuses; `ShapeError`, `OutOfMemory`, `Cancelled`.
  public func value(_ dense: Variable, mask: Tensor, gradient: Tensor? = nil) throws -> Variable {
    let result = try datum(dense, mask, gradient)
    guard case .tensor(let tensor) = result else { throw Refusal.notATensor() }
    guard tensor.dataType == .float32, tensor.shape == dense.tensor.shape else {
      throw Refusal.notATensor()
    }
    return try tensor.floats()
  }

  private func datum(_ dense: Variable, _ mask: Tensor, _ gradient: Tensor?) throws -> Datum {
    switch self {
    case .name(.dense): return .tensor(.float32(dense))
    case .name(.mask): return .tensor(TensorValue(mask))
    case .name(.gradient):
      guard let gradient else { throw Refusal("there is no gradient on the way forward") }
      return .tensor(TensorValue(gradient))
    case .number(let number): return .scalar(number)
    case .unary(let symbol, let operand):
      return try Operators.value(symbol, operand.datum(dense, mask, gradient))
    case .binary(let symbol, let first, let second):
      return try Operators.value(
        symbol, first.datum(dense, mask, gradient), second.datum(dense, mask, gradient))
    case .call(let function, let arguments, let isMethod):
      let given = try arguments.map { ($0.name, try $0.value.datum(dense, mask, gradient)) }
      let call: FunctionCall
      do {
        call = try FunctionCall(of: function, given, isMethod: isMethod)
      } catch {
        throw error.refusal
      }
      // No elementwise function draws.
      var scope = FunctionScope(generator: Generator(seed: 0))
      return try function.value(call, in: &scope)
    }
  }

  /// Whether a name occurs in it.
  public func speaks(of name: Name) -> Bool {
    switch self {
    case .name(let other): other == name
    case .number: false
    case .unary(_, let operand): operand.speaks(of: name)
    case .binary(_, let first, let second): first.speaks(of: name) || second.speaks(of: name)
    case .call(_, let arguments, _): arguments.contains { $0.value.speaks(of: name) }
    }
  }
}

extension Refusal {
  fileprivate static func notATensor() -> Refusal {
    Refusal(
      "the rule must give a number for each element of x",
      remedy: "such as x * mask, or 0 * x for nothing")
  }
}
