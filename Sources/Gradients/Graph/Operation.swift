import Tensors

/// One differentiable operation: forward, gradient, a plain reference in double, and PyTorch's name.
///
/// An operation is a value that holds its settings (stride, dimension, mask) and nothing else. It
/// sees tensors only; what one application of it leaves for the gradient is a ``ForwardPass``, and
/// ``Node`` keeps its place in the graph.
///
/// Most are one of a kind that states less: ``ElementwiseOperation``, ``FactorOperation``,
/// ``RearrangingOperation``.
public protocol Operation: Sendable {
  /// What the forward pass keeps that the gradient would else compute again; most keep nothing.
  associatedtype Saved: Sendable = Void

  /// What PyTorch prints as `grad_fn`, such as `ReluBackward0`.
  var gradientName: String { get }

  /// Whether PyTorch keeps tensors for the gradient, which `backward` then uses up.
  var keepsTensors: Bool { get }

  /// Whether PyTorch keeps an input itself for the gradient, so that `backward` refuses where it
  /// was changed in place since.
  func savesInput(_ input: Int, after pass: ForwardPass) -> Bool

  /// Whether it is a mask on its one input, which passes through where the mask has ones.
  var isMask: Bool { get }

  /// The value for these inputs.
  ///
  /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold it.
  func forward(_ inputs: [Tensor]) throws -> Tensor

  /// The value as ``forward(_:)`` computes it, and what is worth keeping for the gradient.
  ///
  /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold it.
  func forwardSaving(_ inputs: [Tensor]) throws -> (output: Tensor, saved: Saved)

  /// The gradients of the inputs for a gradient of the output.
  ///
  /// - Parameters:
  ///   - upstream: the gradient of the output, of its shape.
  ///   - pass: the forward pass.
  /// - Returns: a gradient, of the input's shape, for each input that is wanted; nil elsewhere.
  /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold one.
  func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?]

  /// How the inputs' gradients lie in PyTorch's memory.
  var gradientLayout: GradientLayout { get }

  /// The gradients of the inputs where PyTorch holds that of the output as one number for many
  /// elements: few operations add up in another order then.
  ///
  /// - Throws: as ``gradients(_:after:)``.
  func gradients(stretched upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?]

  /// How much is added up for each element of the inputs' gradients, signs aside: float32's rounding
  /// is in proportion to it, however much of the sum cancels out.
  ///
  /// - Parameters:
  ///   - upstream: how much was added up for the gradient of the output; nowhere below 0.
  ///   - pass: the forward pass.
  /// - Returns: Σ |factor| · upstream for each input that is wanted; nil elsewhere.
  /// - Throws: `Cancelled`.
  func gradientMagnitudes(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?]

  /// What one element of an input's gradient is made of: the explanation of
  /// ``gradients(_:after:)``.
  ///
  /// There is no default: one derived from the gradients would run backward once for each element
  /// of the output, and would not know why a factor is 0.
  ///
  /// - Parameters:
  ///   - input: which input.
  ///   - element: the element of that input, in row-major order.
  ///   - pass: the forward pass.
  /// - Returns: the terms; none where nothing upstream depends on the element.
  /// - Throws: `Cancelled`, and where memory cannot hold them or what they are computed from
  ///   `OutOfMemory` and `ShapeError`.
  func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm]

  /// At most so many terms an element of an input has: their memory is claimed before.
  func termLimit(input: Int, after pass: ForwardPass) -> Int

  /// The backward rule of an input where it is not the derivative of ``reference(_:)``, on purpose.
  ///
  /// - Returns: what the gradient of each element of the output, which has the input's shape, is
  ///   multiplied by on its way to the same element of the input; nil where the rule is the
  ///   derivative.
  /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold the factors.
  func decree(input: Int, after pass: ForwardPass) throws -> GradientFactors?

  /// Whether its backward rule adds something to what comes back, by decree: its gradients of zeros
  /// are not zero.
  var addsToGradient: Bool { get }

  /// The same value by plain loops in double, for the numerical check.
  ///
  /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold it.
  func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor

  /// Which branch each element takes where the operation has branches: a rectifier's side, the
  /// winner of a window.
  ///
  /// Between two inputs with other branches lies a kink, where no derivative can be measured.
  ///
  /// - Throws: `Cancelled`, `OutOfMemory`.
  func branches(_ inputs: [DoubleTensor]) throws -> [Int]
}

extension Operation {
  /// Most operations keep something.
  public var keepsTensors: Bool { true }

  /// Most operations never see a parameter itself.
  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { false }

  /// Most gradients are computed element by element.
  public var gradientLayout: GradientLayout { .whole }

  /// Most operations do not care.
  public func gradients(
    stretched upstream: Tensor, after pass: ForwardPass
  ) throws -> [Tensor?] { try gradients(upstream, after: pass) }

  /// Most operations compute something else than a part of their input.
  public var isMask: Bool { false }

  /// In most operations the factors of an element's terms have one sign.
  public func gradientMagnitudes(
    _ upstream: Tensor, after pass: ForwardPass
  ) throws -> [Tensor?] {
    try gradients(upstream, after: pass).map { try $0?.map(\.magnitude) }
  }

  /// In most operations an element meets one output, or all of them.
  public func termLimit(input: Int, after pass: ForwardPass) -> Int {
    pass.inputs[input].count == pass.output.count ? 1 : pass.output.count
  }

  /// Most gradients are those of the value.
  public func decree(input: Int, after pass: ForwardPass) throws -> GradientFactors? { nil }

  /// Most rules are nothing but factors.
  public var addsToGradient: Bool { false }

  /// Most operations are smooth.
  public func branches(_ inputs: [DoubleTensor]) throws -> [Int] { [] }

  /// What the forward pass has saved, or would have.
  ///
  /// - Throws: what ``forwardSaving(_:)`` throws.
  public func saved(in pass: ForwardPass) throws -> Saved {
    try pass.saved as? Saved ?? forwardSaving(pass.inputs).saved
  }
}

extension Operation where Saved == Void {
  /// Most gradients need nothing but inputs and output.
  public func forwardSaving(_ inputs: [Tensor]) throws -> (output: Tensor, saved: Void) {
    (try forward(inputs), ())
  }
}
