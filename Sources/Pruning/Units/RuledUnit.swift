import Functions
import Gradients
import Tensors

/// A unit of rules that somebody has written down: forward in x and mask, backward in x, mask and
/// grad, affine in grad.
public struct RuledUnit: MaskUnit {
  public let name: String
  /// What the layer uses of x and mask.
  public let forward: UnitRule
  /// What the dense parameter gets of x, mask and grad.
  public let backward: UnitRule
  /// The backward rule, taken apart.
  let affine: AffineRule
  /// The rules as they were written, for a list.
  public let text: (forward: String, backward: String)
  /// The names in them that held numbers, and the numbers, which are the unit's own since.
  public var numbers: [(name: String, value: Scalar)] = []

  /// Makes a unit; nil where the backward rule is not affine in grad.
  public init?(
    name: String, forward: UnitRule, backward: UnitRule, text: (forward: String, backward: String)
  ) {
    guard let affine = AffineRule(backward) else { return nil }
    (self.name, self.forward, self.backward, self.text) = (name, forward, backward, text)
    self.affine = affine
  }

  public func operation(_ mask: Mask) throws -> any Gradients.Operation {
    RuledUnitOperation(unit: self, mask: try mask.spread())
  }
}

/// What a ``RuledUnit`` does to a parameter: a `torch.autograd.Function` of its two rules.
///
/// The backward rule is decreed: it need not be the derivative of the forward rule, and what it adds
/// besides the factor of grad is added whatever comes back.
public struct RuledUnitOperation: UnitOperation {
  /// The rules.
  public let unit: RuledUnit
  /// The mask, of the parameter's shape.
  public let mask: Tensor

  public var unitName: String { unit.name }
  public var gradientName: String { "\(unit.name)Backward" }
  public var keepsTensors: Bool {
    unit.backward.speaks(of: .dense) || unit.backward.speaks(of: .mask)
  }
  public var isMask: Bool { true }
  public var addsToGradient: Bool { unit.affine.added != nil }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try unit.forward.value(Variable(inputs[0]), mask: mask).tensor
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    [try unit.backward.value(Variable(pass.inputs[0]), mask: mask, gradient: upstream).tensor]
  }

  /// The slope of the rule in grad.
  public func factors(after pass: ForwardPass) throws -> GradientFactors {
    .each(try UnitRule.value(unit.affine.factor, pass.inputs[0], mask: mask))
  }

  private func added(_ pass: ForwardPass) throws -> Tensor {
    try UnitRule.value(unit.affine.added, pass.inputs[0], mask: mask)
  }

  public func decree(input: Int, after pass: ForwardPass) throws -> GradientFactors? {
    try factors(after: pass)
  }

  public func gradientMagnitudes(
    _ upstream: Tensor, after pass: ForwardPass
  ) throws -> [Tensor?] {
    let added = try added(pass)
    let passed = try factors(after: pass).applied(to: upstream)
    return [try passed.zip(added) { $0.magnitude + $1.magnitude }]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    func alone(_ tensor: Tensor) -> Tensor { Tensor([tensor.elements[element]], shape: [1]) }
    func value(_ part: UnitRule?) throws -> Float {
      try UnitRule.value(part, alone(pass.inputs[0]), mask: alone(mask)).elements[0]
    }
    let (factor, added) = (try value(unit.affine.factor), try value(unit.affine.added))
    let isMasked = factor == 0 && added == 0 && mask.elements[element] == 0
    return [
      GradientTerm(
        output: element, factor: factor, block: isMasked ? .masked : nil, adding: added)
    ]
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let leaf = Leaf(isParameter: false)
    let dense = try Tensor(shape: inputs[0].shape) { target in
      for index in 0..<inputs[0].elements.count { target[index] = Float(inputs[0].elements[index]) }
    }
    return try unit.forward.value(Variable(dense, source: .leaf(leaf)), mask: mask)
      .reference(of: leaf, at: inputs[0])
  }
}
