import Layers
import Tensors

/// `batchnorm C`: makes a batch normalization layer.
enum BatchNormCommand: StageCommand {
  static let name = "batchnorm"
  static let namesItself = true
  static let summary = "make a batch normalization layer"
  static let details = """
    For C channels; weight ones, bias zeros. It becomes the current layer; forward runs it on output
    where there is one. Without a name it is batchnorm1, batchnorm2, …

      forward:   (x - mean) / √(variance + 1e-5) · weight + bias, for each channel
      gradient:  in training mode also through mean and variance:
                 weight / √(variance + 1e-5)
                   · (upstream - mean(upstream) - x̂ · mean(upstream · x̂))

    In training mode (train, as when new) mean and variance are the batch's, and running_mean and
    running_var move a tenth of the way towards them; in evaluation mode (eval) they are used.
    """
  static let example = """
    batchnorm 1;
    forward input=[[[[1, 3]]]]
    #> tensor([[[[-1.0000,  1.0000]]]], grad_fn=<NativeBatchNormBackward0>)
    running_mean
    #> tensor([0.2000])
    """

  static let channels = Argument<Int>.size("C")
  static let forms = [Form(channels)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let layer = try BatchNorm2d(try call[channels])
    evaluation.session.add(layer, as: call.syntax.name?.text)
    return .layer(layer)
  }

  static func stage(_ call: Call, generator: inout Generator) throws -> any Layer {
    try BatchNorm2d(try call[channels])
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.makingLayer()
  }
}
