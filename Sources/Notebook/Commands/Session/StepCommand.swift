/// `step LR`: one step of gradient descent.
enum StepCommand: Command {
  static let name = "step"
  static let worksOnLayer = true
  static let hasValue = false
  static let summary = "take one step of gradient descent"
  static let details = """
    parameter ← parameter − LR · gradient, for every parameter of the layer that has a gradient.
    On a network, of every layer. A masked filter moves too: its gradient went straight through the
    mask. A pruned one does not. There is neither momentum nor weight decay, and no other optimizer.
    """
  static let example = """
    conv 1 1 1 bias=false;
    weight [[[[1]]]];
    forward input=[[[[2, 3]]]];
    backward;
    step 0.1
    weight
    #> Parameter containing:
    #> tensor([[[[0.5000]]]], requires_grad=True)
    """

  static let rate = Argument<Double>.number("LR", minimum: 0)
  static let forms = [Form(rate)]

  static func advice(onKey key: String) -> String? {
    let others = [
      "momentum", "dampening", "weight_decay", "nesterov", "maximize", "betas", "amsgrad",
    ]
    if others.contains(key) {
      return "step is plain SGD, without \(key): step 0.1"
    }
    return ["lr", "rate"].contains(key) ? "the rate stands alone: step 0.1" : nil
  }

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let (rate, gradients) = (try call[rate], evaluation.session.gradients)
    try evaluation.session.changeLayer(at: evaluation.path, "weight") { layer in
      try layer.descend(rate: rate) { gradients[$0] }
    }
    return nil
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    let layer = try scope.layer(of: call)
    let rate = try scope.number(call, rate)
    return PythonCode(["torch.optim.SGD(\(layer).parameters(), lr=\(rate)).step()"])
  }
}
