import Tensors

/// An operation each of whose results is one element of its input: a view, an index.
///
/// It states its name and which element stands at each place; value, gradient, terms and reference
/// follow:
///
///     public struct Unsqueeze: RearrangingOperation {
///       public var gradientName: String { "UnsqueezeBackward0" }
///       public func plan(of input: Shape) -> ViewPlan { ViewPlan(whole: input).inserting(0) }
///     }
///
/// The gradient of an element is the sum of those of its places in the result.
public protocol RearrangingOperation: Operation {
  associatedtype Plan: ElementPlan

  /// Which element of an input of this shape stands at each place.
  func plan(of input: Shape) -> Plan

  /// The shape that the elements get at last; the plan's if nil.
  var finalShape: Shape? { get }

  /// How many of the plan's first dimensions PyTorch adds up even where they have size 1; that makes 0
  /// of −0.
  func addedDimensions(to input: Shape) -> Int
}

extension RearrangingOperation {
  public var finalShape: Shape? { nil }

  /// Most add up nothing but copies.
  public func addedDimensions(to input: Shape) -> Int { 0 }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let result = try plan(of: inputs[0].shape).gather(inputs[0])
    return finalShape.map { result.reshaped($0) } ?? result
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let shape = pass.inputs[0].shape
    return [try plan(of: shape).scatter(upstream, into: shape)]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    try plan(of: pass.inputs[0].shape).places(of: element).map {
      GradientTerm(output: $0, factor: 1)
    }
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int {
    plan(of: pass.inputs[0].shape).copyLimit
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let result = try plan(of: inputs[0].shape).gather(inputs[0])
    return finalShape.map { result.reshaped($0) } ?? result
  }
}

extension RearrangingOperation where Plan == ViewPlan {
  /// Views keep sizes and strides alone.
  public var keepsTensors: Bool { false }

  /// Copies are added up as PyTorch's sum does.
  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let shape = pass.inputs[0].shape
    let plan = plan(of: shape)
    let dimensions = plan.shape.dimensions.indices
    let added = addedDimensions(to: shape)
    let copies = dimensions.filter {
      $0 < added || plan.strides[$0] == 0 && plan.shape[$0] != 1
    }
    guard !copies.isEmpty else { return [try plan.place(upstream, into: shape)] }
    let sums = try upstream.reshaped(plan.shape).sums(
      RowLayout(plan.shape, reducing: copies))
    let once = plan.permuted(dimensions.filter { !copies.contains($0) })
    return [try once.place(sums, into: shape)]
  }
}
