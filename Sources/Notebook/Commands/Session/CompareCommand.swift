import Gradients
import Layers
import Pruning
import Reports
import Tensors

/// `compare RATE`: ordinary pruning beside the Dynamic Pruning Unit.
enum CompareCommand: Command {
  static let name = "compare"
  static let worksOnLayer = true
  static let summary = "compare ordinary pruning with the Dynamic Pruning Unit"
  static let details = """
    The same filters of lowest L1 norm are switched off in two dense copies of the layer: in one by
    ordinary pruning, in the other by the Dynamic Pruning Unit. Both run on the same input, through
    ReLU, and backward from the sum. Shows the rows of filters for both, and what they say.

      round=int    int(OUT × RATE) filters, as mask counts them (the default)
      round=even   round(OUT × RATE), half to even, as prune counts them
      full         shows both gradients: compare 0.5 full, compare 0.5 LAYER full

    The copies keep the layer's constant. The session stays as it was, its layer, input, generator
    and gradients included. A network and its layers are refused: what follows a layer there, its
    loss included, would be left out.
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
    """

  static let rate = Parameter<Double>.rate()
  static let layer = Parameter<ReferenceSyntax>.layer("LAYER|full")
  static let full = Parameter<String>.choice("full", ["full"])
  static let round = Parameter<String>.choice(
    "round", Amount.Rounding.allCases.map(\.rawValue)
  ).defaulting(to: "int")
  static let forms = [Form(rate), Form(rate, layer), Form(rate, layer, full)]
  static let keywords: [any AnyParameter] = [round]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let rate = try call[rate]
    var reference = try call[optional: layer]
    var isFull = call.has(full)
    // `full` in the layer's place is the option, unless a layer has that name.
    if let word = reference, word.base == .name("full"), word.steps.isEmpty, !isFull,
      evaluation.session.names["full"] == nil
    {
      (reference, isFull) = (nil, true)
    }
    let (layer, affine) = try evaluation.trialLayer(call, at: layer, reference, for: name)
    let method =
      try call[round] == Amount.Rounding.even.rawValue
      ? MaskMethod.lnStructured : MaskMethod.dynamic
    let trial = try PruningTrial(
      layer: layer, weight: affine.weight, rate: rate, method: method,
      input: try evaluation.trialInput(for: layer))
    if rate > 0, trial.mask.isEmpty {
      evaluation.notes.append(
        .nothingMasked(
          filters: affine.weight.filterCount, rate: rate, rounding: method.rounding))
    }
    func gradient(_ method: PruningTrial.Method) throws -> Tensor {
      try trial.gradient(method, epsilon: affine.epsilon) { try Variable(ReLU(), $0) }
    }
    let options = evaluation.session.printOptions
    let comparison = Comparison(
      trial: trial, blocked: try gradient(.blocked), passed: try gradient(.straightThrough),
      norms: try MaskMethod.dynamic.scores(of: affine.weight.parameter.variable).tensor,
      options: options)
    var report = Report([
      .table(try comparison.table), .text(""), .text(try comparison.verdict),
    ])
    if isFull {
      for (title, gradient) in [
        ("ordinary pruning, weight_orig.grad:", comparison.blocked),
        ("Dynamic Pruning Unit, weight.grad:", comparison.passed),
      ] {
        report.append(
          Report([.text(title), .tensor(try gradient.printed(options: options), marks: [])]))
      }
    }
    return .report(report)
  }
}
