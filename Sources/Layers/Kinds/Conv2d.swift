import Gradients
import Kernels
import Tensors

/// A convolution layer with PyTorch's defaults and what the paper adds: a mask in a Dynamic Pruning
/// Unit, and a small constant after the convolution (``Affine``).
public struct Conv2d: AffineLayer {
  public static let kind = "Conv2d"
  public static let verb = "conv"
  public static let isMaskedInNetworks = true
  public static let followsOthers = false
  public static let filterDimension: Int? = -3

  /// What makes one convolution layer different from another, values aside.
  public struct Settings: Hashable, Sendable {
    /// Channels of the input.
    public var inChannels: Int
    /// Filters.
    public var outChannels: Int
    /// Rows and columns of the kernel.
    public var kernelSize: Pair
    /// Step of the window.
    public var stride: Pair = 1
    /// Zeros around the input.
    public var padding = Padding.zeros(0)
    /// Distance between two taps.
    public var dilation: Pair = 1
    /// Independent groups of channels.
    public var groups = 1
    /// Whether each filter has a bias.
    public var hasBias = true

    /// Makes settings with PyTorch's defaults.
    public init(_ inChannels: Int, _ outChannels: Int, kernelSize: Pair) {
      self.inChannels = inChannels
      self.outChannels = outChannels
      self.kernelSize = kernelSize
    }

    /// The shape of the weight, `[OUT, IN / groups, KH, KW]`.
    ///
    /// - Throws: ``LayerError`` where PyTorch has no such layer, `ShapeError`.
    fileprivate func weightShape() throws -> Shape {
      guard inChannels % groups == 0 else {
        throw LayerError.groupsDoNotDivide(groups: groups, "IN", inChannels)
      }
      guard outChannels % groups == 0 else {
        throw LayerError.groupsDoNotDivide(groups: groups, "OUT", outChannels)
      }
      if padding == .same, stride != 1 { throw LayerError.samePaddingWithStride(stride) }
      return try Shape(checking: [
        outChannels, inChannels / groups, kernelSize.rows, kernelSize.columns,
      ])
    }
  }

  /// The constant of a new layer, as in the paper's `Conv2d_with_DPU`.
  public static let defaultEpsilon = 1e-6
  /// A kernel that reaches farther is left to the check of the input that is drawn for it.
  private static let largestDrawnSide = 1 << 24

  /// Sizes and options.
  public private(set) var settings: Settings
  /// The weight `[OUT, IN / groups, KH, KW]`, the bias `[OUT]` and the constant.
  public var parts: Affine
  public var isTraining = true

  /// Makes a layer with PyTorch's initial values, drawn weight first.
  ///
  /// - Throws: ``LayerError``, `ShapeError`, `Cancelled`.
  public init(_ settings: Settings, generator: inout Generator) throws {
    self.settings = settings
    parts = try Affine(
      try settings.weightShape(), hasBias: settings.hasBias, epsilon: Self.defaultEpsilon,
      generator: &generator)
  }

  /// Makes a layer of values that are there.
  ///
  /// - Parameters:
  ///   - settings: sizes and options; `hasBias` follows from the bias.
  ///   - weight: of the shape that the settings ask for.
  ///   - bias: `[OUT]`, if there is one.
  /// - Throws: ``LayerError``, `ShapeError`.
  public init(_ settings: Settings, weight: Tensor, bias: Tensor?) throws {
    let shape = try settings.weightShape()
    precondition(weight.shape == shape, "the weight is not that of the settings")
    self.settings = settings
    self.settings.hasBias = bias != nil
    parts = Affine(weight: weight, bias: bias, epsilon: Self.defaultEpsilon)
  }

  /// conv(x, weight ∘ mask, bias ∘ mask) + epsilon.
  ///
  /// - Parameter input: `[N, IN, H, W]` or `[IN, H, W]`.
  /// - Returns: `[N, OUT, H', W']` or `[OUT, H', W']`.
  /// - Throws: ``LayerError`` where the input does not fit, `ShapeError`, `Cancelled`.
  public mutating func forward(_ input: Variable) throws -> Variable {
    let convolve = try convolve(input.tensor.shape)
    // As PyTorch's graph shows it, an image alone passes through as a batch of one.
    let isAlone = input.tensor.shape.rank == 3
    let source = try padded(isAlone ? try Variable(Unsqueeze(), input) : input)
    var output = try Variable(convolve, parts.operands(source))
    if isAlone { output = try Variable(Squeeze(), output) }
    return try parts.addingConstant(to: output)
  }

  /// A batch with the padding that is not the same on both sides.
  private func padded(_ batch: Variable) throws -> Variable {
    settings.extraPadding == 0 ? batch : try Variable(ConstantPad(settings.extraPadding), batch)
  }

  public func outputShape(_ input: Shape) throws -> Shape {
    let output = try convolve(input).outputShape
    return input.rank == 3 ? output.droppingFirst : output
  }

  /// The convolution of an input of this shape.
  ///
  /// - Throws: ``LayerError`` where the input does not fit, `ShapeError`.
  private func convolve(_ input: Shape) throws -> Convolve {
    guard input.rank == 4 || input.rank == 3 else { throw LayerError.inputRank(input) }
    guard input.count > 0 else { throw LayerError.emptyInput(input) }
    guard input[input.rank - 3] == settings.inChannels else {
      throw LayerError.inputChannels(input, expected: settings.inChannels)
    }
    let batch = input.rank == 3 ? Shape([1] + input.dimensions) : input
    let extra = settings.extraPadding
    let padded = extra == 0 ? batch : try ConstantPad(extra).outputShape(batch)
    do throws(WindowError) {
      return try Convolve(
        input: padded, weight: parts.weight.shape, stride: settings.stride,
        padding: settings.evenPadding, dilation: settings.dilation, groups: settings.groups,
        added: extra)
    } catch {
      throw error.inWords(input)
    }
  }

  public func multiplyAdds(_ input: Shape) -> Int {
    ((try? outputShape(input))?.count ?? 0) * parts.weight.shape.droppingFirst.count
  }

  public func executedMultiplyAdds(_ input: Shape) throws -> Int {
    try convolve(input).multiplyAdds(weight: try parts.valuesInUse().weight)
  }

  public var expectedInput: Shape? {
    let reach = settings.reach
    let side = min(max(4, reach.rows, reach.columns), Self.largestDrawnSide)
    return Shape(clamping: [1, settings.inChannels, side, side])
  }

  public func arguments(fitting input: Shape) -> [String]? {
    guard input.rank >= 3 else { return nil }
    return [
      "\(input[input.rank - 3])", "\(settings.outChannels)", settings.kernelSize.argument,
    ]
  }

  public func passing(difference: Tensor, weight: Tensor) throws -> Tensor {
    try convolve(difference.shape).passing(
      difference: try padded(Variable(difference)).tensor, weight: weight)
  }

  public func rounding(of output: Tensor, for input: Tensor) throws -> Tensor? {
    let operands = try parts.inUse(with: try padded(Variable(input)).tensor)
    return try parts.addingRounding(
      to: try convolve(input.shape).rounding(operands), of: output)
  }

  /// `same` keeps the size whatever the kernel's.
  public var frame: (rows: Int, columns: Int) {
    let (kernel, padding) = (settings.kernelSize, settings.evenPadding)
    return (
      min((kernel.rows - 1) / 2, padding.rows / settings.dilation.rows),
      min((kernel.columns - 1) / 2, padding.columns / settings.dilation.columns)
    )
  }

  public func remade(weight: Tensor, bias: Tensor?) throws -> Conv2d {
    var result = self
    let kernel = Pair(weight.shape[2], weight.shape[3])
    result.settings.inChannels = weight.shape[1] * settings.groups
    result.settings.outChannels = weight.shape[0]
    result.settings.kernelSize = kernel
    result.settings.hasBias = bias != nil
    if case .zeros(let padding) = settings.padding {
      let gone = Pair(
        (settings.kernelSize.rows - kernel.rows) / 2,
        (settings.kernelSize.columns - kernel.columns) / 2)
      result.settings.padding = .zeros(
        Pair(
          padding.rows - gone.rows * settings.dilation.rows,
          padding.columns - gone.columns * settings.dilation.columns))
    }
    result.parts = Affine(weight: weight, bias: bias, epsilon: parts.epsilon)
    return result
  }

  /// The layer as PyTorch prints it.
  public var description: String { text(Self.kind, padding: "\(settings.padding)") }

  public func constructor(_ className: (String) -> String) -> String {
    text(className(Self.kind), padding: settings.padding.argument)
  }

  private func text(_ name: String, padding: String) -> String {
    var text = "\(name)(\(settings.inChannels), \(settings.outChannels)"
    text += ", kernel_size=\(settings.kernelSize.tuple), stride=\(settings.stride.tuple)"
    if settings.padding != .zeros(0) { text += ", padding=\(padding)" }
    if settings.dilation != 1 { text += ", dilation=\(settings.dilation.tuple)" }
    if settings.groups != 1 { text += ", groups=\(settings.groups)" }
    if !settings.hasBias { text += ", bias=False" }
    return text + ")"
  }
}
