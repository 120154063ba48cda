import Layers
import Tensors

/// `conv IN OUT K`: makes a convolution layer.
enum ConvCommand: StageCommand {
  static let name = "conv"
  static let namesItself = true
  static let summary = "make a convolution layer"
  static let details = """
    IN input channels, OUT filters, kernels of K × K; PyTorch's defaults and initial values, drawn
    from the generator. It becomes the current layer. Without a name it is conv1, conv2, …

    K, stride, padding and dilation are one number, or two for rows and columns: 3x5, (3, 5) or
    [3, 5]. padding=same gives an output of the input's size, padding=valid is none. An input is a
    batch [N, C, H, W] or one image [C, H, W].

      forward:   output[n, o] = bias[o] + Σ_c weight[o, c] ⋆ input[n, c] + epsilon
      gradient:  of the weight: input ⋆ upstream;  of the input: upstream ∗ weight;
                 of the bias: Σ upstream

    Besides what PyTorch's Conv2d has, the layer can take a mask (mask), and it adds a constant
    behind the convolution (epsilon, 1e-6 when new), as the paper's Conv2d_with_DPU does.
    """
  static let example = """
    conv 1 2 3 padding=1 bias=false as m
    #> Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), bias=False)
    weight.shape
    #> torch.Size([2, 1, 3, 3])
    conv 1 2 3x5 stride=(2, 1) padding=1x2
    #> Conv2d(1, 2, kernel_size=(3, 5), stride=(2, 1), padding=(1, 2))
    """

  static let inChannels = Argument<Int>.size("IN")
  static let outChannels = Argument<Int>.size("OUT")
  static let kernelSize = Argument<WrittenPair>.pair("K", from: 1)
  static let stride = Argument<WrittenPair>.pair("stride", from: 1).defaulting(to: 1)
  static let padding = Argument<Padding>.padding("padding").defaulting(to: .zeros(0))
  static let dilation = Argument<WrittenPair>.pair("dilation", from: 1).defaulting(to: 1)
  static let groups = Argument<Int>.size("groups").defaulting(to: 1)
  static let bias = Argument<Bool>.flag("bias").defaulting(to: true)
  static let forms = [Form(inChannels, outChannels, kernelSize)]
  static let keywords: [any AnyArgument] = [stride, padding, dilation, groups, bias]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let layer = try layer(call, generator: &evaluation.session.generator)
    evaluation.session.add(layer, as: call.syntax.name?.text)
    return .layer(layer)
  }

  static func stage(_ call: Call, generator: inout Generator) throws -> any Layer {
    try layer(call, generator: &generator)
  }

  private static func layer(_ call: Call, generator: inout Generator) throws -> Conv2d {
    var settings = Conv2d.Settings(
      try call[inChannels], try call[outChannels], kernelSize: try call[kernelSize].pair)
    settings.stride = try call[stride].pair
    settings.padding = try call[padding]
    settings.dilation = try call[dilation].pair
    settings.groups = try call[groups]
    settings.hasBias = try call[bias]
    do {
      return try Conv2d(settings, generator: &generator)
    } catch LayerError.samePaddingWithStride(let stride) {
      throw call.placed(LayerError.samePaddingWithStride(stride), at: Self.stride)
    } catch let error as LayerError {
      throw call.placed(error, at: groups)
    }
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.makingLayer()
  }
}
