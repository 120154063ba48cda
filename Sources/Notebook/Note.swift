import Pruning
import Tensors

/// What would otherwise mislead, said in one line: at a terminal only, never recorded.
public enum Note: Equatable, Sendable {
  case inputDrawn(shape: String)
  case rowDrawn(features: Int)
  case masked(String, of: Int, rate: Double, rounding: Amount.Rounding)
  case questionChanged([String])
  case leftDense([String], structure: String)
  case unitRedefined(String, layers: [String])
  case leftOut([String], structure: String)
  case leftLinear([String])
  case gradientsAdded
  case outputIsOlder(than: String)
  case changedInPlace(String)
  case targetWasBroadcast(Shape, value: Shape)
  case weightIsDense
  case indexHasNoGradient(String, instead: String)
  case constantShows(String)
  case prunedAgain(left: Int, unit: String)
  case nothingPruned(unit: String, of: Int, rate: Double)
  case replaysOnSession
  case digitsLost
  case turnsNotStacked
  case layerUnreachable(String)
  case nameKeepsValues(String)
  case becameOutput(verb: String, of: String)
  case layerMeant(String)
  case drawnAnew
  case partTaken(String, others: [String], other: String)
  case partsJoined([String], one: String)
  case networkHasNotRun(String)
  case outputIsNotOf(String)
  case forwardTimes(before: String, after: String)

  /// The note in words.
  public var text: String {
    switch self {
    case .inputDrawn(let shape):
      "there was no input: one was drawn (input \(shape))"
    case .rowDrawn(let features):
      "there was no input: one was drawn (torch.randn(1, \(features)))"
    case .masked(let groups, let total, let rate, let rounding):
      "\(rounding.pythonName)(\(total) × \(PythonNumber.text(rate))) = \(groups) "
        + (groups.hasPrefix("1 ") ? "is masked" : "are masked")
    case .questionChanged(let changes):
      "the mask is asked for anew: \(changes.joined(separator: ", "))"
    case .leftDense(let layers, let structure):
      "\(layers.joined(separator: ", ")) stayed as \(layers.count == 1 ? "it was" : "they were"): "
        + "no groups of \(structure) there"
    case .unitRedefined(let name, let layers):
      "the mask\(layers.count == 1 ? "" : "s") of \(layers.joined(separator: ", ")) keep"
        + "\(layers.count == 1 ? "s" : "") the rules that \(name) had"
    case .leftLinear(let layers):
      "\(layers.joined(separator: ", ")) stay\(layers.count == 1 ? "s" : "") as "
        + "\(layers.count == 1 ? "it is" : "they are"); layers=all takes the linear layers too, "
        + "but for the last"
    case .leftOut(let layers, let structure):
      "\(layers.joined(separator: ", ")) \(layers.count == 1 ? "has" : "have") no groups of "
        + structure
    case .gradientsAdded:
      "the gradients were added to earlier ones; zero_grad clears them"
    case .outputIsOlder(let cause):
      "output is older than \(cause); forward computes it anew"
    case .changedInPlace(let name):
      "\(name) was changed in place since forward used it, and PyTorch refuses this backward; "
        + "the gradients are those of the old values until forward runs again"
    case .targetWasBroadcast(let target, let value):
      "the target's \(target) and the value's \(value) were broadcast, of which PyTorch warns: "
        + "mostly their shapes are meant to be equal"
    case .indexHasNoGradient(let value, let instead):
      "\(value) is a new value, which backward did not know; the part of the gradient is \(instead)"
    case .weightIsDense:
      "weight is dense: the mask leaves it as it is; pruned is what the layer uses"
    case .constantShows(let text):
      "\(text) is the layer's constant (epsilon), which lets ReLU pass a masked filter's gradient"
    case .prunedAgain(let left, let unit):
      "pruned before: the amount counts among the \(left) \(unit)s left, as in PyTorch"
    case .nothingPruned(let unit, let left, let rate):
      "round(\(left) × \(PythonNumber.text(rate))) = 0 \(unit)s are pruned"
    case .replaysOnSession:
      "the cells run on the session as it is; after reset they give what was recorded"
    case .layerUnreachable(let name):
      "the layer \(name) is no longer reachable: its name is the value's now (undo brings it back)"
    case .nameKeepsValues(let name):
      "\(name) keeps the values of this moment; in PyTorch it would follow the next step"
    case .turnsNotStacked:
      "the turns' values are of different shapes or kinds: this is the last one"
    case .digitsLost:
      "numbers are float32 here: not all digits of the pasted tensor are kept"
    case .becameOutput(let verb, let name):
      "output is now what \(verb) made of \(name)"
    case .layerMeant(let name):
      "the layer meant is \(name); use LAYER changes that"
    case .drawnAnew:
      "new random numbers were drawn; seed N in a cell before them repeats them"
    case .forwardTimes(let before, let after):
      "forward on these inputs: \(before) before, \(after) after"
    case .partTaken(let name, let others, let cell):
      "'\(name.visible)' was taken; the file has \(Self.list(others)) too: \(cell)"
    case .partsJoined(let parts, let cell):
      "\(Self.list(parts)) stand one after the other; one of them alone: \(cell)"
    case .networkHasNotRun(let name):
      "\(name) has not run yet: the gradients are those of the sum of its own output"
    case .outputIsNotOf(let name):
      "output does not come from the last forward of \(name): the gradients are those of the sum "
        + "of its own output"
    }
  }

  /// Names in a row, of many the first ones.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(3).map { "'\($0.visible)'" } + (names.count > 3 ? ["others"] : [])
    return shown.count == 1
      ? shown[0]
      : shown.dropLast().joined(separator: ", ") + " and \(shown[shown.count - 1])"
  }

  /// An input was drawn.
  static func drawn(_ shape: Shape) -> Note {
    shape.rank == 4
      ? .inputDrawn(shape: shape.dimensions.map(String.init).joined(separator: " "))
      : .rowDrawn(features: shape[shape.rank - 1])
  }
}
