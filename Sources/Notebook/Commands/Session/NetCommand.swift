import Language
import Layers
import Tensors

/// `net STAGE …`: makes a network of layers and functions.
enum NetCommand: Command {
  static let name = "net"
  static let namesItself = true
  static let summary = "make a network of layers"
  static let details = """
    Stages with blanks between, each a command for a layer or a function with its arguments in
    parentheses: conv(1,20,5) conv(20,50,5,padding=1,bias=false) linear(800,500) batchnorm(20)
    maxpool(2) avgpool(2) relu leaky_relu(0.2) sigmoid tanh flatten, and residual(…) around stages
    of its own. Initial values are drawn in order; the convolutions are conv's, constant included.

    forward runs it on the input, and draws one where there is none: of the first layer's channels,
    as small as runs through the whole network. Its layers are conv1, conv2, linear1, …: use
    lenet.conv1, lenet.conv1.weight.grad, filters lenet. mask, prune, epsilon, step, zero_grad, train
    and eval work on the whole network, or on one layer of it.
    """
  static let example = """
    net conv(1,2,3) relu avgpool(2) flatten linear(2,2) as tiny
    #> Sequential(
    #>   (0): Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1))
    #>   (1): ReLU()
    #>   (2): AvgPool2d(kernel_size=2, stride=2, padding=0)
    #>   (3): Flatten(start_dim=1, end_dim=-1)
    #>   (4): Linear(in_features=2, out_features=2, bias=True)
    #> )
    forward; cross_entropy target=1; backward;
    tiny.linear1.bias.grad
    #> tensor([ 0.4539, -0.4539])
    """

  static let stages = Argument<CommandSyntax>(
    "STAGE", kind: .stage, fits: { _ in true },
    decode: { value, range in
      switch value {
      case .stage(let syntax, _, _): return syntax
      case .word(let word): return CommandSyntax(verb: word, verbRange: range, range: range)
      default: throw Placed(error: StageError.notAStage(value.quoted), range: range)
      }
    })
  static let forms = [Form(repeating: stages)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let network = Network(try layers(call, generator: &evaluation.session.generator))
    evaluation.session.add(network, as: call.syntax.name?.text)
    return .layer(network)
  }

  /// Makes the layers that the stages describe, in order.
  ///
  /// - Throws: ``Placed`` with the stage that is not one.
  static func layers(_ call: Call, generator: inout Generator) throws -> [any Layer] {
    try call.all(stages).map { try layer($0, generator: &generator) }
  }

  private static func layer(
    _ syntax: CommandSyntax, generator: inout Generator
  ) throws -> any Layer {
    let word = syntax.verb
    guard let command = CommandTable.stageCommands.first(where: { $0.name == word }) else {
      let nearest = Spelling.nearest(to: word, among: CommandTable.stageVerbs)
      throw Placed(
        error: StageError.noSuchStage(word, nearest: nearest), range: syntax.verbRange)
    }
    do {
      return try command.stage(
        Call(syntax, to: command, forms: command.stageForms, usage: command.stageUsage),
        generator: &generator)
    } catch let error as any Explained {
      throw Placed(error: error, range: syntax.range)
    }
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.makingLayer()
  }
}
