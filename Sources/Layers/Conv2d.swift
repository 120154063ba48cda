import Gradients
import Kernels
import Pruning
import Tensors

/// A convolution layer with PyTorch's defaults and what the paper adds: a mask in a Dynamic Pruning
/// Unit, and a small constant behind the convolution.
///
/// It also takes PyTorch's ordinary pruning (`torch.nn.utils.prune`), alone or with the unit.
public struct Conv2d: WeightedLayer {
  public static let verb = "conv"

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
  }

  /// The constant of a new layer, as in the paper's `Conv2d_with_DPU`.
  public static let defaultEpsilon = 1e-6

  /// Sizes and options.
  public let settings: Settings
  /// The dense weight `[OUT, IN / groups, KH, KW]`; after ``prune(rate:)`` PyTorch's `weight_orig`.
  public private(set) var dense: Parameter
  /// The bias `[OUT]`, if the layer has one.
  public var bias: Parameter?
  /// The mask of the Dynamic Pruning Unit, `[OUT]`, if there is one.
  public var mask: Tensor?
  /// The mask of ordinary pruning, of the weight's shape: PyTorch's `weight_mask`.
  public private(set) var weightMask: Tensor?
  /// After ordinary pruning the masked product as last computed: PyTorch's `weight`.
  private var product: Variable?
  /// What is added behind the convolution; nil adds nothing.
  public var epsilon: Double? = Self.defaultEpsilon
  public var isTraining = true

  /// Makes a layer with PyTorch's initial values, drawn weight first.
  ///
  /// - Throws: ``LayerError``, `ShapeError`, `Cancelled`.
  public init(_ settings: Settings, generator: inout Generator) throws {
    guard settings.inChannels % settings.groups == 0 else {
      throw LayerError.groupsDoNotDivide(groups: settings.groups, "IN", settings.inChannels)
    }
    guard settings.outChannels % settings.groups == 0 else {
      throw LayerError.groupsDoNotDivide(groups: settings.groups, "OUT", settings.outChannels)
    }
    if settings.padding == .same, settings.stride != 1 {
      throw LayerError.samePaddingWithStride(settings.stride)
    }
    self.settings = settings
    let shape = try Shape(checking: [
      settings.outChannels, settings.inChannels / settings.groups, settings.kernelSize.rows,
      settings.kernelSize.columns,
    ])
    dense = Parameter(try generator.layerWeight(shape))
    if settings.hasBias { bias = Parameter(try generator.layerBias(weight: shape)) }
  }

  /// Whether ordinary pruning has been applied.
  public var isPruned: Bool { weightMask != nil }

  /// Whether the weight was registered anew after the bias, as ordinary pruning does for good.
  private var isWeightLast = false

  /// The trainable tensors in PyTorch's order: `layer.parameters()`.
  public var parameters: [Parameter] {
    let bias = bias.map { [$0] } ?? []
    return isWeightLast ? bias + [dense] : [dense] + bias
  }

  /// Sets the dense weight's values; the caller has checked the shape.
  public mutating func setWeight(_ tensor: Tensor) { dense.tensor = tensor }

  /// Replaces each parameter's values by what `update` makes of them.
  public mutating func updateParameters(_ update: (Parameter) throws -> Tensor) rethrows {
    dense.tensor = try update(dense)
    if let old = bias { bias?.tensor = try update(old) }
  }

  /// What PyTorch calls `layer.weight`: the parameter, or after ordinary pruning the product as it
  /// was computed by ``prune(rate:)`` or by the last forward pass.
  public var weight: Variable { product ?? dense.variable }

  /// The score of each filter, `[OUT]`: `weight.abs().sum(dim=(1, 2, 3))`.
  ///
  /// - Throws: `Cancelled`.
  public func scores() throws -> Variable { try FilterMask.scores(of: weight) }

  /// The weight that the convolution sees: behind the unit where there is a mask.
  ///
  /// - Throws: `Cancelled`.
  public func usedWeight() throws -> Variable {
    guard let mask else { return weight }
    return try Variable(DynamicPruningUnit(mask: mask), weight)
  }

  /// Recalculates the unit's mask: the int(OUT · rate) filters of lowest L1 norm get 0.
  ///
  /// - Throws: `Cancelled`.
  public mutating func calculateMask(rate: Double) throws {
    mask = try FilterMask.dynamic(scores: try scores().tensor, rate: rate)
  }

  /// Applies PyTorch's `ln_structured(layer, "weight", amount=rate, n=1, dim=0)`.
  ///
  /// - Throws: `Cancelled`.
  public mutating func prune(rate: Double) throws {
    weightMask = try FilterMask.structured(
      weight: weight.tensor, rate: rate, earlier: weightMask)
    try refreshProduct()
  }

  /// Applies ordinary pruning with a mask of the weight's shape, instead of an earlier one.
  ///
  /// - Throws: `Cancelled`.
  public mutating func prune(mask: Tensor) throws {
    weightMask = mask
    try refreshProduct()
  }

  /// Makes ordinary pruning permanent: `torch.nn.utils.prune.remove(layer, "weight")`.
  ///
  /// The weight is a plain parameter again, the same one, with the masked values. Does nothing
  /// where the layer is not pruned.
  ///
  /// - Throws: `Cancelled`.
  public mutating func removePruning() throws {
    try refreshProduct()
    guard let product else { return }
    dense.tensor = product.tensor
    (self.product, weightMask) = (nil, nil)
  }

  private mutating func refreshProduct() throws {
    guard let weightMask else { return }
    isWeightLast = true
    product = try Variable(Product(mask: weightMask), dense.variable)
  }

  /// conv(x, weight ∘ mask, bias ∘ mask) + epsilon.
  ///
  /// - Parameter input: `[N, IN, H, W]` or `[IN, H, W]`.
  /// - Returns: `[N, OUT, H', W']` or `[OUT, H', W']`.
  /// - Throws: ``LayerError`` where the input does not fit, `ShapeError`, `Cancelled`.
  public mutating func forward(_ input: Variable) throws -> Variable {
    let convolve = try convolve(input.tensor.shape)
    try refreshProduct()
    // As PyTorch's graph shows it, an image alone passes through as a batch of one.
    let isAlone = input.tensor.shape.rank == 3
    var source = isAlone ? try Variable(Unsqueeze(), input) : input
    if settings.extraPadding != 0 {
      source = try Variable(ConstantPad(settings.extraPadding), source)
    }
    var inputs = [source, try usedWeight()]
    if let bias {
      inputs.append(
        try mask.map { try Variable(DynamicPruningUnit(mask: $0), bias.variable) }
          ?? bias.variable)
    }
    var output = try Variable(convolve, inputs)
    if isAlone { output = try Variable(Squeeze(), output) }
    guard let epsilon else { return output }
    return try Variable(AddConstant(Float(epsilon)), output)
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
    let padded = try ConstantPad(settings.extraPadding).outputShape(batch)
    do throws(WindowError) {
      return try Convolve(
        input: padded, weight: dense.tensor.shape, stride: settings.stride,
        padding: settings.evenPadding, dilation: settings.dilation, groups: settings.groups,
        added: settings.extraPadding)
    } catch {
      throw error.inWords(input)
    }
  }

  public func multiplyAdds(_ input: Shape) -> Int {
    let taps = dense.tensor.shape.droppingFirst.count
    return ((try? outputShape(input))?.count ?? 0) * taps
  }

  public var drawnInput: Shape {
    // A reach whose square is no size is left to the check of what is drawn.
    let reach = settings.reach
    let side = min(max(4, reach.rows, reach.columns), 1 << 24)
    return Shape(clamping: [1, settings.inChannels, side, side])
  }

  /// The same values, mask, pruning and constant with parameters of its own, without gradients.
  ///
  /// - Throws: `Cancelled`.
  public func copy() throws -> Conv2d {
    var copy = self
    copy.dense = Parameter(dense.tensor)
    copy.bias = bias.map { Parameter($0.tensor) }
    try copy.refreshProduct()
    return copy
  }

  /// A copy as ``copy()`` makes it, with neither mask nor pruning: the dense layer.
  ///
  /// - Throws: `Cancelled`.
  public func denseCopy() throws -> Conv2d {
    var dense = self
    (dense.mask, dense.weightMask, dense.product) = (nil, nil, nil)
    return try dense.copy()
  }
}

extension Conv2d: CustomStringConvertible {
  /// The layer as PyTorch prints it.
  public var description: String {
    var text = "Conv2d(\(settings.inChannels), \(settings.outChannels)"
    text += ", kernel_size=\(settings.kernelSize.tuple), stride=\(settings.stride.tuple)"
    if settings.padding != .zeros(0) { text += ", padding=\(settings.padding)" }
    if settings.dilation != 1 { text += ", dilation=\(settings.dilation.tuple)" }
    if settings.groups != 1 { text += ", groups=\(settings.groups)" }
    if !settings.hasBias { text += ", bias=False" }
    return text + ")"
  }
}

extension Conv2d {
  /// For each filter whether it takes part: mask and pruning together; nil with neither.
  public var filterMask: [Float]? {
    guard mask != nil || weightMask != nil else { return nil }
    let length = dense.tensor.shape.droppingFirst.count
    return (0..<settings.outChannels).map { filter in
      let isKept = weightMask?.elements[filter * length..<(filter + 1) * length].contains(1) ?? true
      return isKept ? mask?.elements[filter] ?? 1 : 0
    }
  }

  /// For each filter whether it takes part; ones with neither mask nor pruning.
  public var filters: [Float] { filterMask ?? [Float](repeating: 1, count: settings.outChannels) }

  /// How many filters ordinary pruning has left.
  public var filtersLeft: Int {
    guard let weightMask else { return settings.outChannels }
    let length = weightMask.shape.droppingFirst.count
    return (0..<settings.outChannels).count { filter in
      weightMask.elements[filter * length..<(filter + 1) * length].contains(1)
    }
  }
}
