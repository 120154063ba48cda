import Tensors

/// What multiplies each element of a gradient on its way back, where nothing is added up.
public enum GradientFactors: Sendable {
  /// The gradient goes straight through.
  case ones
  /// One factor for each element.
  case each(Tensor)

  /// The factor of an element.
  public func factor(of element: Int) -> Float {
    switch self {
    case .ones: 1
    case .each(let factors): factors.elements[element]
    }
  }

  /// A gradient after the multiplication.
  ///
  /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold it.
  public func applied(to upstream: Tensor) throws -> Tensor {
    switch self {
    case .ones: upstream
    case .each(let factors): try upstream.zip(factors, *)
    }
  }
}

/// An operation on one input whose gradient is that of the result, each element times a factor.
///
/// It states its value, its reference and the factors; gradient and terms follow. A rule that is
/// meant to be another one than the derivative says so in `decree(input:after:)`, most simply by
/// returning the same factors:
///
///     func factors(after pass: ForwardPass) -> GradientFactors { .ones }
///     func decree(input: Int, after pass: ForwardPass) -> GradientFactors? { factors(after: pass) }
public protocol FactorOperation: Operation {
  /// What the gradient of each element is multiplied by.
  ///
  /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold the factors.
  func factors(after pass: ForwardPass) throws -> GradientFactors
}

extension FactorOperation {
  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    [try factors(after: pass).applied(to: upstream)]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    let factor = try factors(after: pass).factor(of: element)
    return [
      GradientTerm(output: element, factor: factor, block: isMask && factor == 0 ? .masked : nil)
    ]
  }
}
