import Gradients
import Layers
import Reports
import Tensors

/// `ablate RATE`: takes away each part of the Dynamic Pruning Unit in turn.
enum AblateCommand: Command {
  static let name = "ablate"
  static let worksOnLayer = true
  static let summary = "take the unit apart: what is left of a pruned filter's gradient"
  static let details = """
    The int(OUT × RATE) filters of lowest L1 norm are switched off on copies of the layer, once with
    the gradient blocked by the mask (ordinary pruning), once passed straight through (the Dynamic
    Pruning Unit); each with and without the constant, and behind several activations:

      ReLU              gradient 0 at exactly 0, as in PyTorch
      ReLU, 1 at 0      the same with gradient 1 at exactly 0
      leaky ReLU        slope 0.01 below and at 0
      none              the sum of the layer's output itself

    Shows the largest absolute gradient among the weights of the filters that are switched off. Both
    parts are needed behind ReLU; other activations do not need the constant. The session stays as
    it was. A network and its layers are refused: what follows a layer there would be left out.
    """
  static let example = """
    conv 1 2 3 padding=1 bias=false;
    ablate 0.5
    #> largest |gradient| of the pruned filters (1 of 2: 0)
    #>
    #> gradient at the mask:  blocked  blocked  passed  passed
    #> epsilon:                     0    1e-06       0   1e-06
    #> ReLU                    0.0000   0.0000  0.0000  7.5052
    #> ReLU, 1 at 0            0.0000   0.0000  7.5052  7.5052
    #> leaky ReLU              0.0000   0.0000  0.0751  7.5052
    #> none                    0.0000   0.0000  7.5052  7.5052
    """

  static let rate = Parameter<Double>.rate()
  static let layer = Parameter<ReferenceSyntax>.layer()
  static let forms = [Form(rate), Form(rate, layer)]

  private static let activations: [(name: String, apply: PruningTrial.Activation)] = [
    ("ReLU", { try Variable(ReLU(), $0) }),
    ("ReLU, 1 at 0", { try Variable(OpenReLU(), $0) }),
    ("leaky ReLU", { try Variable(LeakyReLU(), $0) }),
    ("none", { $0 }),
  ]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let rate = try call[rate]
    let (layer, affine) = try evaluation.trialLayer(
      call, at: layer, try call[optional: layer], for: name)
    let trial = try PruningTrial(
      layer: layer, weight: affine.weight, rate: rate, method: .dynamic,
      input: try evaluation.trialInput(for: layer))
    guard !trial.mask.isEmpty else {
      throw call.placed(
        LayerUseError.nothingToPrune(filters: affine.weight.filterCount, rate: rate),
        at: Self.rate)
    }
    var values: [Float] = []
    for activation in activations {
      for method in [PruningTrial.Method.blocked, .straightThrough] {
        for epsilon in [nil, Conv2d.defaultEpsilon] {
          let gradient = try trial.gradient(
            method, epsilon: epsilon, activation: activation.apply)
          values.append(try trial.magnitudes(of: gradient, kept: false).largest)
        }
      }
    }
    return .report(try report(values, trial, options: evaluation.session.printOptions))
  }

  private static func report(
    _ values: [Float], _ trial: PruningTrial, options: PrintOptions
  ) throws -> Report {
    let format = NumberFormat(values, options: options)
    let epsilon = PythonNumber.text(Conv2d.defaultEpsilon)
    var rows = [
      ["gradient at the mask:", "blocked", "blocked", "passed", "passed"],
      ["epsilon:", "0", epsilon, "0", epsilon],
    ]
    for (index, activation) in activations.enumerated() {
      rows.append(
        [activation.name] + values[index * 4..<index * 4 + 4].map(format.string))
    }
    let count = try trial.mask.removedCount
    let filters = (0..<trial.mask.partition.count).lazy.filter { !trial.mask.keeps($0) }
    let shown = filters.prefix(12).map(String.init).joined(separator: ", ")
    let heading =
      "largest |gradient| of the pruned filters (\(count) of "
      + "\(trial.mask.partition.count): \(shown)\(count > 12 ? ", ..." : ""))"
    return Report([.text(heading), .text(""), .table(Table(rows, leading: [0]))])
  }
}
