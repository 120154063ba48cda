import Layers
import Tensors

/// `residual STAGE …`: makes a block of layers whose value is added to what they took.
enum ResidualCommand: StageCommand {
  static let name = "residual"
  static let namesItself = true
  static let summary = "make a residual block: x + body(x)"
  static let details = """
    Stages with blanks between, as net takes them, and mostly a stage of net itself: net conv(1,8,3)
    residual(conv(8,8,3,padding=1) relu) flatten linear(32,2). The stages must give the shape that
    they take.

      forward:   y = x + body(x)
      gradient:  of x: upstream + what comes back through the stages

    A stage that a mask has silenced passes x on, and x's gradient with it. The layers within are
    n.residual1.conv1, or n[1][0] by place.

    PyTorch has no such class. The plainest is a Sequential that adds, so that its parameters are
    called 1.0.weight in the state_dict of the network.
    """
  static let example = """
    residual linear(2,2) relu as r
    #> Residual(
    #>   (0): Linear(in_features=2, out_features=2, bias=True)
    #>   (1): ReLU()
    #> )
    weight [[1, 0], [0, 1]] r.linear1; bias [0, 1] r.linear1;
    forward input=[[1, -2]]
    #> tensor([[ 2., -2.]], grad_fn=<AddBackward0>)
    """

  static let forms = NetCommand.forms

  static func stage(_ call: Call, generator: inout Generator) throws -> any Layer {
    Residual(try NetCommand.layers(call, generator: &generator))
  }

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let block = try stage(call, generator: &evaluation.session.generator)
    evaluation.session.add(block, as: call.syntax.name?.text)
    return .layer(block)
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.makingLayer()
  }
}
