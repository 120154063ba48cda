import Gradients
import Tensors

/// Something that computes a value from another: PyTorch's `nn.Module`.
///
/// A value: changing a copy leaves the original as it is. What a layer has is data, which tables,
/// `diff`, references and exports read: ``children``, ``attributes``, ``parameters``. What takes a
/// mask, pruning and a constant has an ``affine``.
public protocol Layer: CustomStringConvertible {
  /// What PyTorch calls its class: `Conv2d`.
  static var kind: String { get }

  /// What a layer without a name is called, before its number: `conv` of `conv1`.
  static var verb: String { get }

  /// Whether a mask for a whole network is for it too: convolutions, as in the paper. Another layer
  /// with an ``affine`` takes one where it is named.
  static var isMaskedInNetworks: Bool { get }

  /// Whether what it takes is added to what its layers give, so that one of them can go.
  static var hasShortcut: Bool { get }

  /// Whether it usually follows other layers and so runs on their output, not on an input of its
  /// own.
  static var followsOthers: Bool { get }

  /// Which dimension of its output has an entry for each filter, counted from the last one as -1;
  /// nil where it has no filters.
  static var filterDimension: Int? { get }

  /// The layers within it, first to last: PyTorch's `named_children()`.
  var children: [(name: String, layer: any Layer)] { get }

  /// The layer within it that has this name; setting it replaces it, or with nil takes it away, and
  /// does nothing where there is none.
  subscript(child name: String) -> (any Layer)? { get set }

  /// Changes the layers within it one after the other.
  ///
  /// - Throws: what `body` throws; some may have changed.
  mutating func forEachChild(_ body: (String, inout any Layer) throws -> Void) rethrows

  /// What the file that it was loaded from calls the layers within it, by their paths here:
  /// `features.0` for `conv1`. Setting it does nothing where there are none.
  var layerNames: [String: String] { get set }

  /// What can be read of it by name, that of its children left out.
  var attributes: [Attribute] { get }

  /// Its trainable tensors by name and in PyTorch's order, those of its children left out.
  var ownParameters: [(name: String, parameter: Parameter)] { get }

  /// Weight, bias and constant where they take masks and pruning; nil where it has none. Setting it
  /// does nothing there.
  var affine: Affine? { get set }

  /// Whether it is in training mode, as a new one is: PyTorch's `layer.training`.
  var isTraining: Bool { get set }

  /// Replaces each parameter's values, those of its children included, by what `update` makes of
  /// them.
  ///
  /// - Throws: what `update` throws; some parameters may have changed.
  mutating func updateParameters(_ update: (Parameter) throws -> Tensor) rethrows

  /// Replaces the untrained tensors of its state, those of its children left out, by what `read`
  /// has of their names.
  mutating func setBuffers(_ read: (String) -> Tensor?)

  /// The layer's value for an input, recorded for `backward`.
  ///
  /// - Throws: ``LayerError`` where the input does not fit, `ShapeError`, `Cancelled`.
  mutating func forward(_ input: Variable) throws -> Variable

  /// The same, and says what each layer within it took and gave.
  ///
  /// - Parameters:
  ///   - input: what it runs on.
  ///   - observe: is given the names on the way down to a layer, its input and its value.
  /// - Returns: its value.
  /// - Throws: ``LayerError`` where the input does not fit, `ShapeError`, `Cancelled`.
  mutating func forward(_ input: Variable, observe: StageObserver) throws -> Variable

  /// The shape of the value for an input of this shape.
  ///
  /// - Throws: ``LayerError`` where the input does not fit, `ShapeError`.
  func outputShape(_ input: Shape) throws -> Shape

  /// The shapes of the values of its ``children``, in order, for an input of this shape.
  ///
  /// - Throws: ``LayerError/stage(_:reached:_:)`` with the first layer that does not fit,
  ///   `ShapeError`.
  func shapes(_ input: Shape) throws -> [Shape]

  /// How many products are added up for an input of this shape, which fits.
  func multiplyAdds(_ input: Shape) -> Int

  /// How many of them are made with the weight as it is used: convolutions leave out filters of zeros.
  ///
  /// - Throws: what computing the weight in use throws.
  func executedMultiplyAdds(_ input: Shape) throws -> Int

  /// The smallest input of the channels or features that it expects; nil where it takes any.
  var expectedInput: Shape? { get }

  /// The shape of an input that is drawn when there is none.
  var drawnInput: Shape { get }

  /// The arguments, after its verb, of a layer like it on which an input of this shape runs, where
  /// its channels or features are what does not fit; nil where no such layer would do.
  func arguments(fitting input: Shape) -> [String]?

  /// What to do where an input was refused.
  func advice(on error: LayerError) -> InputAdvice?

  /// The same values with parameters of its own, without gradients.
  ///
  /// - Throws: `Cancelled`.
  func copy() throws -> Self

  /// Whether each channel of its value follows from the same channel of its input alone, whose place
  /// may become several columns, as `flatten` makes them.
  var keepsChannels: Bool { get }

  /// The one value that a channel has everywhere, where it keeps channels.
  ///
  /// - Parameters:
  ///   - value: the one value that the channel has in the input; nil where it varies.
  ///   - channel: the channel.
  /// - Returns: the value; nil where it varies.
  /// - Throws: what computing it throws.
  func constant(_ value: Float?, inChannel channel: Int) throws -> Float?

  /// The same layer for some of its channels alone, where it keeps channels.
  ///
  /// - Throws: `ShapeError`, `Cancelled`.
  func keeping(channels: [Int]) throws -> Self

  /// The same kind of layer with another weight and bias, of fewer filters or channels or of a kernel
  /// without its frame, of which the padding loses as much; dense, with the same constant. The layer
  /// itself where it has no ``affine``.
  ///
  /// - Throws: what making it throws.
  func remade(weight: Tensor, bias: Tensor?) throws -> Self

  /// How many rows and columns on each side of its kernel can go with as much padding.
  var frame: (rows: Int, columns: Int) { get }

  /// By what factor a difference in its input can be larger in its value, where it keeps channels;
  /// nil where that is not known.
  var steepness: Double? { get }

  /// How large the difference in its value can be, element by element, where it keeps channels or is
  /// an ``affine`` one.
  ///
  /// - Parameter difference: how large the one in its input can be.
  /// - Returns: a number for each element of its value.
  /// - Throws: `ShapeError`, `Cancelled`.
  func passing(difference: Tensor) throws -> Tensor

  /// Whether its value never falls where its input rises, element by element.
  var isIncreasing: Bool { get }

  /// Between what and what the difference in its value lies, where that of its input lies so far below
  /// zero and above it: as ``passing(difference:)``, which knows no sign.
  ///
  /// - Throws: `ShapeError`, `Cancelled`.
  func passing(below: Tensor, above: Tensor) throws -> (below: Tensor, above: Tensor)

  /// How large float32's rounding of its value can be, element by element, where it keeps channels or
  /// is an ``affine`` one; nil where nothing is rounded.
  ///
  /// - Throws: `ShapeError`, `Cancelled`.
  func rounding(of output: Tensor, for input: Tensor) throws -> Tensor?

  /// The Python expression that makes such a layer: `torch.nn.Conv2d(1, 2, kernel_size=(3, 3), …)`.
  ///
  /// - Parameter className: what a program calls the class of a kind: `torch.nn.Conv2d`.
  /// - Returns: the expression, of several lines where it is a network.
  func constructor(_ className: (String) -> String) -> String
}

/// Is told what a layer within a network took and gave.
public typealias StageObserver = (_ path: [String], _ input: Variable, _ output: Variable) -> Void

// What most layers are.
extension Layer {
  public mutating func forward(_ input: Variable, observe: StageObserver) throws -> Variable {
    try forward(input)
  }

  public mutating func setBuffers(_ read: (String) -> Tensor?) {}

  public static var isMaskedInNetworks: Bool { false }

  public static var followsOthers: Bool { true }

  public static var hasShortcut: Bool { false }

  public static var filterDimension: Int? { nil }

  public var children: [(name: String, layer: any Layer)] { [] }

  public subscript(child name: String) -> (any Layer)? {
    get { nil }
    set {}
  }

  public mutating func forEachChild(
    _ body: (String, inout any Layer) throws -> Void
  ) rethrows {}

  public var layerNames: [String: String] {
    get { [:] }
    set {}
  }

  public var affine: Affine? {
    get { nil }
    set {}
  }

  public func shapes(_ input: Shape) throws -> [Shape] { [] }

  public func multiplyAdds(_ input: Shape) -> Int { 0 }

  public func executedMultiplyAdds(_ input: Shape) throws -> Int { multiplyAdds(input) }

  public var expectedInput: Shape? { nil }

  public var drawnInput: Shape { expectedInput ?? [1, 1, 4, 4] }

  public func arguments(fitting input: Shape) -> [String]? { nil }

  public func advice(on error: LayerError) -> InputAdvice? {
    switch error {
    case .paddedTooLarge, .scratchTooLarge: nil
    default: .input(drawnInput)
    }
  }

  public func constructor(_ className: (String) -> String) -> String {
    className(Self.kind) + description.dropFirst(Self.kind.count)
  }
}

// What follows from the rest.
extension Layer {
  /// Its trainable tensors and those of its children: `layer.named_parameters()`.
  public var namedParameters: [(name: String, parameter: Parameter)] {
    ownParameters
      + children.flatMap { child in
        child.layer.namedParameters.map { ("\(child.name).\($0.name)", $0.parameter) }
      }
  }

  /// Its trainable tensors in PyTorch's order, those of its children included:
  /// `layer.parameters()`.
  public var parameters: [Parameter] { namedParameters.map(\.parameter) }

  /// Its own trainable weight: after ordinary pruning `weight_orig`; nil where it has none.
  public var weight: Parameter? {
    ownParameters.first { $0.name.hasPrefix(Affine.weightName) }?.parameter
  }

  /// Its own trainable bias; nil where it has none.
  public var bias: Parameter? { ownParameters.first { $0.name == Affine.biasName }?.parameter }

  /// Weight and bias by name, the weight first.
  public var weightAndBias: [(name: String, parameter: Parameter)] {
    ownParameters.filter { $0.name != Affine.biasName }
      + ownParameters.filter { $0.name == Affine.biasName }
  }

  /// The attribute of this name.
  public func attribute(_ name: String) -> Attribute? { attributes.first { $0.name == name } }

  /// Everything that PyTorch's `state_dict()` holds, by name and in its order, what it counts aside
  /// (`num_batches_tracked`).
  ///
  /// - Throws: `ShapeError` where memory cannot hold a mask of the weight's shape, `Cancelled`.
  public func state() throws -> [(name: String, tensor: Tensor)] {
    let buffers = try attributes.filter { $0.role == .buffer }.compactMap { attribute in
      try attribute.tensor().map { (attribute.name, $0.tensor) }
    }
    return try ownParameters.map { ($0.name, $0.parameter.tensor) } + buffers
      + children.flatMap { child in
        try child.layer.state().map { ("\(child.name).\($0.name)", $0.tensor) }
      }
  }

  /// Sets the values of the parameter that has this leaf; the caller has checked the shape.
  public mutating func set(_ leaf: Leaf, to tensor: Tensor) {
    updateParameters { $0.leaf == leaf ? tensor : $0.tensor }
  }
}

extension Generator {
  /// A weight as PyTorch's layers draw it: uniform within ±√3 · √(2 / (1 + 5)) / √fan_in
  /// (`kaiming_uniform_` with a = √5), fan_in the number of elements after the first dimension.
  mutating func layerWeight(_ shape: Shape) throws -> Tensor {
    let fanIn = Double(shape.droppingFirst.count)
    let bound = Float(3.0.squareRoot() * ((2.0 / 6).squareRoot() / fanIn.squareRoot()))
    return try uniform(shape: shape, low: -bound, high: bound)
  }

  /// The bias that belongs to such a weight: uniform within ±1 / √fan_in.
  mutating func layerBias(weight shape: Shape) throws -> Tensor {
    let bound = Float(1 / Double(shape.droppingFirst.count).squareRoot())
    return try uniform(shape: [shape[0]], low: -bound, high: bound)
  }
}
