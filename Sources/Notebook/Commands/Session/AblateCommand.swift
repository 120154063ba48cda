import Gradients
import Layers
import Pruning
import Reports
import Tensors

/// `ablate RATE`: takes away each part of the Dynamic Pruning Unit in turn.
enum AblateCommand: Command {
  static let name = "ablate"
  static let worksOnLayer = true
  static let summary = "take the unit apart: what is left of a pruned filter's gradient"
  static let details = """
    Groups are switched off on copies of the layer, chosen as mask and compare choose them, once with
    the gradient blocked by the mask (ordinary pruning), once passed straight through (the Dynamic
    Pruning Unit, or the one that unit= names); each with and without the constant, and followed by several activations:

      ReLU              gradient 0 at exactly 0, as in PyTorch
      ReLU, 1 at 0      the same with gradient 1 at exactly 0
      leaky ReLU        slope 0.01 below and at 0
      none              the sum of the layer's output itself

    Shows the largest absolute gradient among the weights of the groups that are switched off. Both
    parts are needed before ReLU; other activations do not need the constant.

    A layer of a network is taken apart in its network, which runs on the input of the last forward,
    through what followed it up to output, such as cross_entropy, with that layer alone changed: one
    row, under the network's name. For a network each of its convolutions in turn, a table for each.
    The session stays as it was.
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

  static let forms = [Form(), Form(MaskArguments.rate)]
  static let keywords = MaskArguments.choosing + [MaskArguments.unit]

  private static let activations: [(name: String, apply: TrialRun.Activation)] = [
    ("ReLU", { try Variable(ReLU(), $0) }),
    ("ReLU, 1 at 0", { try Variable(OpenReLU(), $0) }),
    ("leaky ReLU", { try Variable(LeakyReLU(), $0) }),
    ("none", { $0 }),
  ]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let rate = try call[optional: MaskArguments.rate]
    let path = try evaluation.path
    let unit = try evaluation.unit(of: call) ?? MaskUnits.usual
    let trials = try evaluation.trials(at: path, call, rate: rate)
    func nothing(in trial: PruningTrial) -> LayerUseError {
      .nothingToPrune(trial.mask.structure.count(trial.mask.partition.count), rate: rate)
    }
    if let first = trials.first, trials.allSatisfy(\.mask.isEmpty) {
      throw call.placed(nothing(in: first), at: MaskArguments.rate)
    }
    var report = Report([])
    for trial in trials {
      let result =
        try trial.mask.isEmpty
        ? Report([.text(nothing(in: trial).message)])
        : table(trial, unit, options: evaluation.session.printOptions)
      report.append(result, under: trial.path.name(in: path))
    }
    return .report(report)
  }

  private static func table(
    _ trial: PruningTrial, _ unit: any MaskUnit, options: PrintOptions
  ) throws -> Report {
    let asRecorded: TrialRun.Activation = { $0 }
    let rows = trial.run.isAlone ? activations : [("\(trial.run.path)", asRecorded)]
    var values: [[Float]] = []
    for (_, activation) in rows {
      values.append([])
      for method in [PruningTrial.Method.ordinary, .unit(unit)] {
        for epsilon in [nil, Conv2d.defaultEpsilon] {
          let gradient = try trial.gradient(method, epsilon: epsilon, activation: activation)
          values[values.count - 1].append(
            try trial.magnitudes(of: gradient, kept: false).largest)
        }
      }
    }
    let format = NumberFormat(values.flatMap(\.self), options: options)
    let epsilon = PythonNumber.text(Conv2d.defaultEpsilon)
    let passed = unit.isUsual ? "passed" : unit.name
    let table = Table(
      [
        ["gradient at the mask:", "blocked", "blocked", passed, passed],
        ["epsilon:", "0", epsilon, "0", epsilon],
      ] + zip(rows, values).map { [$0.name] + $1.map(format.string) }, leading: [0])
    let (mask, count) = (trial.mask, try trial.mask.removedCount)
    let removed = (0..<mask.partition.count).lazy.filter { !mask.keeps($0) }
    let shown = Array(removed.prefix(12)).map(mask.partition.label)
    let start =
      "largest |gradient| of the pruned \(mask.structure.groups) (\(count) of "
      + "\(mask.partition.count):"
    var words = start.split(separator: " ").map(String.init) + shown.withCommas
    words[words.count - 1] += count > shown.count ? ", ...)" : ")"
    let heading = FilledLines.lines(words, width: Report.lineWidth, hanging: 2)
      .joined(separator: "\n")
    return Report([.text(heading), .text(""), .table(table)])
  }

  // dpu alone has it.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}
