import Tensors

/// What the forward pass of one operation leaves for the backward one: PyTorch's `ctx`.
public struct ForwardPass: Sendable {
  /// What the operation was given.
  public let inputs: [Tensor]
  /// What it returned.
  public let output: Tensor
  /// For each input whether its gradient is needed: `ctx.needs_input_grad`.
  public let wanted: [Bool]
  /// What the operation kept besides, an ``Operation/Saved``; nil where nothing was kept.
  let saved: (any Sendable)?

  /// Makes a pass of which nothing was kept but inputs and output.
  ///
  /// - Parameters:
  ///   - inputs: what the operation was given.
  ///   - output: what it returned.
  ///   - wanted: for each input whether its gradient is needed; of all of them by default.
  public init(inputs: [Tensor], output: Tensor, wanted: [Bool]? = nil) {
    self.init(inputs: inputs, output: output, wanted: wanted, saved: nil)
  }

  /// Runs an operation forward and keeps what its gradients need.
  ///
  /// - Throws: what the operation throws.
  public init(
    of operation: some Operation, _ inputs: [Tensor], wanted: [Bool]? = nil
  ) throws {
    let (output, saved) = try operation.forwardSaving(inputs)
    self.init(inputs: inputs, output: output, wanted: wanted, saved: saved)
  }

  init(inputs: [Tensor], output: Tensor, wanted: [Bool]?, saved: (any Sendable)?) {
    self.inputs = inputs
    self.output = output
    self.wanted = wanted ?? inputs.map { _ in true }
    self.saved = saved
  }

  /// The same pass on other inputs, as far as the gradients can tell.
  func replacing(inputs: [Tensor]) -> ForwardPass {
    ForwardPass(inputs: inputs, output: output, wanted: wanted, saved: saved)
  }
}
