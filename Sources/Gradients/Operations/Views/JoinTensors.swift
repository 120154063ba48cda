import Tensors

/// Several tensors made one: `torch.cat`, `torch.stack`.
public struct JoinTensors: Operation {
  /// Where they lie in the whole.
  public let plan: JoinPlan
  public let gradientName: String

  /// Makes the operation; the caller has checked that the shapes fit each other.
  public init(_ plan: JoinPlan, named gradientName: String) {
    (self.plan, self.gradientName) = (plan, gradientName)
  }

  public var keepsTensors: Bool { false }

  public func forward(_ inputs: [Tensor]) throws -> Tensor { try plan.joined(inputs) }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    try plan.parts.enumerated().map { input, part in
      pass.wanted[input] ? try part.gather(upstream) : nil
    }
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) -> [GradientTerm] {
    [GradientTerm(output: plan.parts[input].source(of: element), factor: 1)]
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int { 1 }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    try plan.joined(inputs)
  }
}
