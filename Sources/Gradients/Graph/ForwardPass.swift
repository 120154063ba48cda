import Tensors

/// What the forward pass of one operation leaves for the backward one: PyTorch's `ctx`.
public struct ForwardPass: Sendable {
  /// What the operation was given.
  public let inputs: [Tensor]
  /// What it returned.
  public let output: Tensor
  /// For each input whether its gradient is needed.
  public let wanted: WantedInputs
  /// What the operation kept besides, an ``Operation/Saved``; nil where nothing was kept.
  let saved: (any Sendable)?

  /// Makes a pass of which nothing was kept but inputs and output.
  ///
  /// - Parameters:
  ///   - inputs: what the operation was given.
  ///   - output: what it returned.
  ///   - wanted: for each input whether its gradient is needed; of all of them by default.
  public init(inputs: [Tensor], output: Tensor, wanted: [Bool]? = nil) {
    self.init(
      inputs: inputs, output: output, wanted: Self.wanted(inputs, wanted), saved: nil)
  }

  /// Runs an operation forward and keeps what its gradients need.
  ///
  /// - Throws: what the operation throws.
  public init(
    of operation: some Operation, _ inputs: [Tensor], wanted: [Bool]? = nil
  ) throws {
    let (output, saved) = try operation.forwardSaving(inputs)
    self.init(
      inputs: inputs, output: output, wanted: Self.wanted(inputs, wanted), saved: saved)
  }

  init(inputs: [Tensor], output: Tensor, wanted: WantedInputs, saved: (any Sendable)?) {
    self.inputs = inputs
    self.output = output
    self.wanted = wanted
    self.saved = saved
  }

  private static func wanted(_ inputs: [Tensor], _ wanted: [Bool]?) -> WantedInputs {
    WantedInputs(inputs.count) { wanted?[$0] ?? true }
  }

  /// The same pass on other inputs, as far as the gradients can tell.
  func replacing(inputs: [Tensor]) -> ForwardPass {
    ForwardPass(inputs: inputs, output: output, wanted: wanted, saved: saved)
  }
}
