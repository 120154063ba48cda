import Language
import Layers
import Pruning
import Reports

/// `compare RATE`: ordinary pruning beside the Dynamic Pruning Unit.
enum CompareCommand: Command {
  static let name = "compare"
  static let worksOnLayer = true
  static let summary = "compare ordinary pruning with the Dynamic Pruning Unit"
  static let details = """
    The same groups are switched off in two dense copies of the layer: in one by ordinary pruning,
    in the other by the Dynamic Pruning Unit. Both run on the same input, through ReLU, and backward
    from the sum. Shows the rows of groups for both, and what they say.
    Structure, score and the rest are written as for mask; without them those of each layer's mask
    are taken, or filters by L1 norm. compare alone takes the layers' masks as they are.

      round=even   round(OUT × RATE), half to even, as PyTorch's pruning counts
      unit=A against=B    other units than the DPU and ordinary pruning, blocked
      full         shows both gradients: compare 0.5 full, compare 0.5 LAYER full

    A layer of a network is compared in its network: two copies of it, which differ in that layer
    alone, run on the input of the last forward, through what followed it up to output, such as
    cross_entropy, and backward from its sum. The other layers keep masks, pruning and training
    mode. For a network each of its convolutions in turn, a table for each.
    The copies keep the layer's constant. The session stays as it was, its layers, input, generator
    and gradients included. More than 64 groups are summed up, a row for each index of the mask's
    first dimension.

    compare A.mask B.mask tells which groups two masks of one structure keep both, one of them
    alone, and none. Anything of zeros and ones can be compared so: compare (m.mask * k) q.mask.
    """
  static let example = """
    conv 1 2 3 padding=1 bias=false;
    input arange 1 1 4 4;
    compare 0.5
    #>                              pruning:                    DPU:
    #> filter  mask  L1 norm  largest |grad|    zero  largest |grad|    zero
    #>      0     0   1.2192              0.  9 of 9            120.  0 of 9
    #>      1     1   1.2752             40.  1 of 9             40.  1 of 9
    #>
    #> 1 pruned: every gradient zero under ordinary pruning, up to 120. in the DPU
    #> 1 kept: the gradients are exactly equal
    mask [0, 1];
    compare mask [1, 0]
    #> mask and the second: 2 filters
    #> kept in both        0
    #> only in mask        1  1
    #> only in the second  1  0
    #> in none             0
    """

  static let layer = Argument<ReferenceSyntax>.layer("LAYER|full")
  static let full = Argument<String>.choice("full", ["full"])
  static let first = Argument<TensorSyntax>.tensor("A.mask")
  static let second = Argument<TensorSyntax>.tensor("B.mask")
  static let forms = [
    Form(), Form(MaskArguments.rate), Form(MaskArguments.rate, layer),
    Form(MaskArguments.rate, layer, full), Form(first, second, keys: []),
  ]
  static let against = MaskArguments.unit("against")
  static let keywords = MaskArguments.choosing + [MaskArguments.unit, against]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    if let mask = try call[optional: first], let other = try call[optional: second] {
      let comparison = try MaskComparison(mask, other, in: evaluation) { error, isSecond in
        call.placed(error, at: isSecond ? second : first)
      }
      return .text(try comparison.text())
    }
    var reference = try call[optional: layer]
    var isFull = call.has(full)
    // `full` in the layer's place is the option, unless a layer has that name.
    if let word = reference, word.base == .name("full"), word.members.isEmpty, !isFull,
      evaluation.session.names["full"] == nil
    {
      (reference, isFull) = (nil, true)
    }
    let path = try reference.map { try evaluation.layerPath($0) } ?? evaluation.path
    let rate = try call[optional: MaskArguments.rate]
    let unit = PruningTrial.Method(try evaluation.unit(of: call) ?? MaskUnits.usual)
    let other = PruningTrial.Method(
      try evaluation.unit(of: call, against) ?? MaskUnits.ordinary)
    var report = Report([])
    for trial in try evaluation.trials(at: path, call, rate: rate) {
      let comparison = try Comparison(
        trial, unit, against: other, options: evaluation.session.printOptions)
      report.append(try comparison.report(isFull: isFull), under: trial.path.name(in: path))
    }
    return .report(report)
  }

  // dpu alone has it.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}
