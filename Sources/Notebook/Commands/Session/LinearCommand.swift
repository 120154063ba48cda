import Layers
import Tensors

/// `linear IN OUT`: makes a fully connected layer.
enum LinearCommand: StageCommand {
  static let name = "linear"
  static let namesItself = true
  static let summary = "make a fully connected layer"
  static let details = """
    IN features to OUT; PyTorch's defaults and initial values, drawn from the generator. It becomes
    the current layer; forward runs it on output where there is one. Without a name it is linear1,
    linear2, … It works on the last dimension: [IN] becomes [OUT], [N, IN] [N, OUT], and so on.

      forward:   output[n, o] = bias[o] + Σ_i weight[o, i] · input[n, i]
      gradient:  of the weight: Σ_n upstream[n, o] · input[n, i];
                 of the input: Σ_o upstream[n, o] · weight[o, i];
                 of the bias: Σ_n upstream[n, o]
    """
  static let example = """
    linear 4 2 as fc
    #> Linear(in_features=4, out_features=2, bias=True)
    weight.shape
    #> torch.Size([2, 4])
    """

  static let inFeatures = Argument<Int>.size("IN")
  static let outFeatures = Argument<Int>.size("OUT")
  static let bias = Argument<Bool>.flag("bias").defaulting(to: true)
  static let forms = [Form(inFeatures, outFeatures)]
  static let keywords: [any AnyArgument] = [bias]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let layer = try layer(call, generator: &evaluation.session.generator)
    evaluation.session.add(layer, as: call.syntax.name?.text)
    return .layer(layer)
  }

  static func stage(_ call: Call, generator: inout Generator) throws -> any Layer {
    try layer(call, generator: &generator)
  }

  private static func layer(_ call: Call, generator: inout Generator) throws -> Linear {
    try Linear(
      try call[inFeatures], try call[outFeatures], hasBias: try call[bias], generator: &generator)
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.makingLayer()
  }
}
