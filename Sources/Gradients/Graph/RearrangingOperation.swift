import Tensors

/// An operation each of whose results is one element of its input: a view, an index.
///
/// It states its name and which element stands at each place; value, gradient, terms and reference
/// follow. The gradient of an element is the sum of those of its places in the result.
public protocol RearrangingOperation: Operation {
  associatedtype Plan: ElementPlan

  /// Which element stands at each place.
  var plan: Plan { get }

  /// The shape of the result, which has as many elements as the plan.
  var shape: Shape { get }
}

extension RearrangingOperation {
  public var shape: Shape { plan.shape }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try plan.gather(inputs[0]).reshaped(shape)
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    [try plan.scatter(upstream, into: pass.inputs[0].shape)]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    try plan.places(of: element).map { GradientTerm(output: $0, factor: 1) }
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int { plan.copyLimit }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    try plan.gather(inputs[0]).reshaped(shape)
  }
}
