import Language
import Layers
import Pruning
import Tensors

/// `prune RATE`, `prune l1_unstructured 0.3`, `prune remove`: PyTorch's ordinary pruning.
enum PruneCommand: Command {
  static let name = "prune"
  static let worksOnLayer = true
  static let summary = "prune as PyTorch does: filters, channels, single weights"
  static let details = """
    prune RATE removes round(RATE × OUT) filters of lowest L1 norm, half to even; prune 1.0 removes
    all. The parameter is then weight_orig, weight its product with weight_mask, computed anew in each
    forward; the bias is left alone.

      forward:   weight_orig · weight_mask
      gradient:  of weight_orig: upstream · weight_mask,
                 so what is pruned has a gradient of zero for ever

    The functions of torch.nn.utils.prune have their own names. AMOUNT is a count where it is a whole
    number, otherwise a share: prune l1_unstructured 1 removes one weight, 1.0 all.

      l1_unstructured      the weights of lowest magnitude
      random_unstructured  weights by chance
      ln_structured        the channels along dim of lowest norm: n=1, 2, inf, ...
      random_structured    channels along dim by chance; dim=0 has the filters
      global_unstructured  the lowest weights of several layers together;
                           pruning_method=random_unstructured: by chance
      identity             nothing, but with weight_orig and weight_mask

    Pruned again, the amount counts what is left, and what was removed stays removed. The bias cannot
    be pruned here. A mask (mask) and prune work together as in PyTorch: the mask acts on the product.
    On a network each convolution is pruned, with layers=all its linear layers too, except the last,
    and what is left of each is shown.

    prune TENSOR takes zeros and ones that are given, of the weight's shape or one for each filter:
    custom_from_mask. prune is_pruned tells whether anything of the layer was pruned.

    prune remove makes it permanent, as torch.nn.utils.prune.remove(layer, "weight"): weight is the
    parameter again, with the masked values, and is trained like any other. It does not bring the
    removed values back: undo does.
    """
  static let example = """
    conv 1 2 1 bias=false;
    weight [[[[0.5]]], [[[-0.25]]]];
    prune 0.5
    #> tensor([[[[1.]]],
    #>
    #>
    #>         [[[0.]]]])
    weight
    #> tensor([[[[0.5000]]],
    #>
    #>
    #>         [[[-0.0000]]]], grad_fn=<MulBackward0>)
    prune remove
    weight
    #> Parameter containing:
    #> tensor([[[[0.5000]]],
    #>
    #>
    #>         [[[-0.0000]]]], requires_grad=True)
    linear 3 2 as m;
    prune l1_unstructured 2 m
    #> tensor([[1., 1., 1.],
    #>         [0., 0., 1.]])
    prune ln_structured 1 n=2 dim=-1 m
    #> tensor([[1., 0., 1.],
    #>         [0., 0., 1.]])
    prune is_pruned m
    #> True
    """

  static let rate = Argument<Amount>.share
  static let amount = Argument<Amount>.amount
  static let given = Argument<TensorSyntax>.tensor()
  static let layers = Argument<ReferenceSyntax>.layer()
  static let global = Argument<String>.choice("global_unstructured", ["global_unstructured"])
  static let word = word(among: ["identity", "remove", "is_pruned"])
  static let norm = Argument<Double>.norm
  static let dimension = Argument<Int>.integer("dim", -Shape.elementLimit...Shape.elementLimit)
  static let pruningMethod = Argument<String>.choice(
    "pruning_method", PruningMethod.all.filter { $0.unit == .element }.map(\.name),
    synonyms: [
      "l1": "l1_unstructured", "L1Unstructured": "l1_unstructured",
      "random": "random_unstructured", "RandomUnstructured": "random_unstructured",
    ]
  ).defaulting(to: PruningMethod.l1Unstructured.name)

  private static func word(among words: [String]) -> Argument<String> {
    let choice = Argument<String>.choice(words.joined(separator: "|"), words)
    return Argument(
      choice.name, kind: choice.kind, fits: { choice.fits($0) || $0.word == "off" },
      decode: { value, range in
        if value.word == "off" { throw PruneError.off }
        return try choice.decode(value, range: range)
      })
  }

  /// Any method's name.
  static let method = method(among: PruningMethod.all)

  private static func method(among methods: [PruningMethod]) -> Argument<String> {
    .choice("METHOD", methods.map(\.name))
  }

  /// The methods of PyTorch's table, those that are told the same in one form.
  private static let methodForms = [
    (dimension: false, norm: false, keys: []), (true, true, ["n", "dim"]), (true, false, ["dim"]),
  ].map { kind in
    Form(
      method(
        among: PruningMethod.all.filter {
          ($0.takesDimension, $0.takesNorm) == (kind.dimension, kind.norm)
        }), amount, keys: all, needing: kind.keys)
  }

  private static let all = [MaskArguments.layers.name]
  static let forms =
    [Form(rate, keys: all)] + methodForms
    + [
      Form(global, amount, repeating: layers, keys: all + [pruningMethod.name]),
      Form(given, keys: []), Form(word, keys: all),
    ]
  static let keywords: [any AnyArgument] = [norm, dimension, pruningMethod, MaskArguments.layers]

  static func advice(onKey key: String) -> String? {
    key == "name" ? "prune works on the weight; the bias stays as it is" : nil
  }

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let takesAll = call.has(MaskArguments.layers)
    if call.has(global) {
      let layers = try evaluation.maskable(try call.all(layers), all: takesAll)
      return try evaluation.pruneTogether(layers, pruning(call)) { call.placed($0, at: amount) }
    }
    if let word = try call[optional: word] { return try run(word, call, in: &evaluation) }
    if let source = try call[optional: given] {
      let values = try evaluation.tensor(source, orWordOf: forms).tensor
      let affine = try Session.affine(of: try evaluation.layer())
      let mask = try call.placing(at: given) {
        do {
          return try Mask(values, for: affine.weight.shape)
        } catch let error as MaskError {
          throw PruneError.mask(error)
        }
      }
      try evaluation.session.changeLayer(at: try evaluation.path, "mask") {
        try $0.affine?.weight.prune(custom: mask)
      }
      return try evaluation.attribute(.weightMask, of: try evaluation.layer())
    }
    let layers = try evaluation.session.maskable(at: try evaluation.path, all: takesAll)
    if case .count(let count)? = try call[optional: rate] {
      let left = try layers.map { try $0.affine.weight.filtersLeft() }
      throw call.placed(PruneError.count(count, of: left.min()), at: rate)
    }
    try evaluation.noteLinearLeft(by: layers, at: try evaluation.path)
    return try evaluation.prune(layers, pruning(call)) { argument, error in
      argument == dimension.name
        ? call.placed(error, at: dimension) : call.placed(error, at: amount)
    }
  }

  private static func run(
    _ word: String, _ call: Call, in evaluation: inout Evaluation
  ) throws -> Value? {
    if word == "is_pruned" {
      let layer = try evaluation.layer()
      let isPruned = ([layer] + layer.descendants.map(\.layer)).contains {
        $0.affine?.weight.isPruned == true
      }
      return .python(.scalar(.boolean(isPruned)))
    }
    let path = try evaluation.path
    let layers = try evaluation.session.maskable(at: path, all: call.has(MaskArguments.layers))
    if word == "identity" {
      try evaluation.session.change(layers, within: path, "mask") { try $1.weight.pruneNothing() }
      return try evaluation.left(of: layers) { .elements(of: $0) }
    }
    guard layers.contains(where: \.affine.weight.isPruned) else { throw PruneError.notPruned }
    // What the layers use stays the same, so output is not out of date.
    try evaluation.session.change(layers, within: path, nil) { try $1.weight.removePruning() }
    return nil
  }

  /// PyTorch's function, and what it is told.
  static func pruning(_ call: Call) throws -> PruningCall {
    if let share = try call[optional: rate] { return PruningCall(.lnStructured, amount: share) }
    let name = try call.has(global) ? call[pruningMethod] : call[method]
    let method = PruningMethod.all.first { $0.name == name } ?? .l1Unstructured
    return PruningCall(
      method, amount: try call[amount], norm: try call[optional: norm] ?? 1,
      dimension: try call[optional: dimension] ?? 0)
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.pruning(call)
  }
}
