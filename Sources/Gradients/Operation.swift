import Tensors

/// One differentiable operation: forward, gradient, a plain reference in double, and PyTorch's name.
///
/// An operation is a value that holds its settings (stride, dimension, mask). It sees tensors only;
/// ``Node`` keeps its place in the graph.
public protocol Operation: Sendable {
  /// What PyTorch prints as `grad_fn`, such as `ReluBackward0`.
  var gradientName: String { get }

  /// Whether PyTorch keeps tensors for the gradient, which `backward` then uses up.
  var keepsTensors: Bool { get }

  /// Whether PyTorch keeps an input itself for the gradient, so that `backward` refuses where it
  /// was changed in place since.
  ///
  /// - Parameters:
  ///   - input: which input.
  ///   - wanted: for each input whether a gradient flows to it.
  /// - Returns: whether the input itself is kept.
  func savesInput(_ input: Int, wanted: [Bool]) -> Bool

  /// Whether the gradient passes straight through by decree, and is not that of ``reference(_:)``.
  var passesStraightThrough: Bool { get }

  /// Whether it is a mask on its one input, which passes through where the mask has ones.
  var isMask: Bool { get }

  /// The value for these inputs.
  ///
  /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold it.
  func forward(_ inputs: [Tensor]) throws -> Tensor

  /// The value as ``forward(_:)`` computes it, and the operation as the graph keeps it: itself, or
  /// itself with a part of the forward pass that the gradient would else compute again.
  ///
  /// - Throws: `Cancelled`.
  func recorded(_ inputs: [Tensor]) throws -> (output: Tensor, operation: any Operation)

  /// The gradients of the inputs for a gradient of the output.
  ///
  /// - Parameters:
  ///   - upstream: the gradient of the output, of its shape.
  ///   - inputs: what ``forward(_:)`` was given.
  ///   - output: what ``forward(_:)`` returned.
  ///   - wanted: for each input whether its gradient is needed.
  /// - Returns: a gradient, of the input's shape, for each input that is wanted; nil elsewhere.
  /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold one.
  func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) throws -> [Tensor?]

  /// How much is added up for each element of the inputs' gradients, signs aside: float32's rounding
  /// is in proportion to it, however much of the sum cancels out.
  ///
  /// - Parameters:
  ///   - upstream: how much was added up for the gradient of the output; nowhere below 0.
  ///   - inputs: what ``forward(_:)`` was given.
  ///   - output: what ``forward(_:)`` returned.
  ///   - wanted: for each input whether its magnitudes are needed.
  /// - Returns: Σ |factor| · upstream for each input that is wanted; nil elsewhere.
  /// - Throws: `Cancelled`.
  func gradientMagnitudes(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) throws -> [Tensor?]

  /// What one element of an input's gradient is made of: the explanation behind ``gradients(upstream:inputs:output:wanted:)``.
  ///
  /// - Parameters:
  ///   - input: which input.
  ///   - element: the element of that input, in row-major order.
  ///   - inputs: what ``forward(_:)`` was given.
  ///   - output: what ``forward(_:)`` returned.
  /// - Returns: the terms; none where nothing upstream depends on the element.
  /// - Throws: `Cancelled`, `OutOfMemory`.
  func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) throws -> [GradientTerm]

  /// At most so many terms an element of an input has: their memory is claimed before.
  func termLimit(input: Int, inputs: [Tensor], output: Tensor) -> Int

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
  public func savesInput(_ input: Int, wanted: [Bool]) -> Bool { false }

  /// Most gradients are those of the value.
  public var passesStraightThrough: Bool { false }

  /// Most operations compute something else than a part of their input.
  public var isMask: Bool { false }

  /// Most gradients need nothing but inputs and output.
  public func recorded(_ inputs: [Tensor]) throws -> (output: Tensor, operation: any Operation) {
    (try forward(inputs), self)
  }

  /// In most operations the factors of an element's terms have one sign.
  public func gradientMagnitudes(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) throws -> [Tensor?] {
    try gradients(upstream: upstream, inputs: inputs, output: output, wanted: wanted)
      .map { try $0?.map(\.magnitude) }
  }

  /// In most operations an element meets one output, or all of them.
  public func termLimit(input: Int, inputs: [Tensor], output: Tensor) -> Int {
    inputs[input].count == output.count ? 1 : output.count
  }

  /// Most operations are smooth.
  public func branches(_ inputs: [DoubleTensor]) throws -> [Int] { [] }
}
