import Compacting
import Gradients
import Language
import Layers
import Tensors

/// `compact`: the smaller network that is left when what masks removed is cut out.
enum CompactCommand: Command {
  static let name = "compact"
  static let namesItself = true
  static let worksOnLayer = true
  static let summary = "cut out what masks removed, and prove that it computes the same"
  static let details = """
    Makes a smaller network, which becomes the current layer; the old one stays as it is. Out go
    filters of which nothing is left, with the channel of the next layer that reads them, through
    batch norm in evaluation mode, activations, pooling, flatten and residual sums; channels that
    nothing reads; frames of zeros around kernels, with as much padding; and blocks of residual(…)
    whose layers give the same everywhere. The layers keep their names.

    A removed filter still gives a constant c (its bias, epsilon, what batch norm makes of them). It
    is folded: the next bias becomes b + c · ΣW. Where that layer pads, zeros stood beside the c:
    a channel stays where this changes an output by more than tol=, and it is said how much it needs.

    The last lines prove it: on random inputs the largest difference of the outputs, and its
    bound: 2⁻²⁴ of each sum on the way to a value, as either network adds it up, and what borders
    add, both propagated to the end.
    """
  static let example = """
    seed 1;
    net conv(1,4,3) relu conv(4,2,3) as n;
    mask 0.5 n.conv1;
    compact n as small
    #> layer  filters  channels  kernel  parameters  multiply-adds
    #> conv1    4 → 2         1     3x3     40 → 20      324 → 162
    #> conv2        2     4 → 2     3x3     74 → 38        72 → 36
    #> total                               114 → 58      396 → 198
    #> on 10 random inputs [10, 1, 5, 5] outputs up to 4.6e-01 differ by
    #>   at most 3.0e-08; bound 8.2e-07: 8.2e-07 of rounding, 0 of borders
    """

  static let tolerance = Argument<Double>.number("tol", minimum: 0).defaulting(to: 1e-5)
  static let keywords: [any AnyArgument] = [tolerance]

  /// How many random inputs are tried at most, and elements of them.
  private static let (trials, trialElements) = (10, 1 << 22)

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let (layer, path) = (try evaluation.layer(), "\(try evaluation.path)")
    for (members, inner) in [([], layer)] + layer.descendants
    where inner.isTraining && inner.attribute(LayerAttribute.runningVariance.rawValue) != nil {
      throw CompactError.training(members.isEmpty ? path : members.joined(separator: "."))
    }
    let shape = evaluation.session.imageShape(for: layer)
    let compaction: Compaction
    let proof: CompactionProof
    do {
      compaction = try Compaction(of: layer, input: shape, tolerance: try call[tolerance])
      let image = shape.dimensions.dropFirst()
      let count = max(1, min(trials, trialElements / max(1, image.reduce(1, *))))
      proof = try compaction.proof(on: Shape(checking: [count] + image))
    } catch let error as LayerError {
      throw UnfitInput(error: error, layer: layer, source: .input)
    }
    if evaluation.session.showsNotes {
      evaluation.notes.append(try times(layer, compaction.network, on: proof.inputs))
    }
    evaluation.session.add(compaction.network, as: call.syntax.name?.text)
    return .report(
      try CompactionText(compaction, proof, of: path).report())
  }

  /// How long both take, the shortest of a few times in turn.
  private static func times(
    _ before: any Layer, _ after: any Layer, on inputs: Shape
  ) throws -> Note {
    let input = Variable(try Tensor(repeating: 1, shape: inputs))
    func timing(_ layer: any Layer) throws -> Timing {
      var layer = layer
      return try Timing.measure { _ = try layer.forward(input) }.timing
    }
    var shortest = (before: try timing(before), after: try timing(after))
    for _ in 0..<4 {
      let (old, new) = (try timing(before), try timing(after))
      if old.duration < shortest.before.duration { shortest.before = old }
      if new.duration < shortest.after.duration { shortest.after = new }
    }
    return .forwardTimes(before: shortest.before.time, after: shortest.after.time)
  }

  // dpu alone has it.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}

extension Session {
  /// The shape of the input where it is a batch that a layer takes, else of one that is drawn.
  func imageShape(for layer: any Layer) -> Shape {
    guard let shape = input?.tensor.shape, [2, 4].contains(shape.rank),
      (try? layer.outputShape(shape)) != nil
    else { return layer.drawnInput }
    return shape
  }
}

/// Why a network cannot be made smaller.
enum CompactError: EvaluationError {
  case training(String)

  var message: String {
    switch self {
    case .training(let name):
      "\(name) normalizes with each batch's own numbers: nothing is constant in training mode"
    }
  }

  var remedy: String? { "eval puts the network in evaluation mode" }
}
