import Gradients
import HashTreeCollections
import Layers
import Tensors

/// Everything that a cell can change: names, layers, gradients, generator, options.
///
/// A value. A failed cell, a cancelled one and `undo` are one mechanism: the old value is kept.
/// Maps share their structure between copies, so that keeping one costs what the cell changed.
public struct Session {
  /// A layer that has a name, and what notes need to know of it.
  struct LayerEntry {
    var layer: any Layer
    /// The place in the order in which layers were made.
    let serial: Int
    /// How often mask, weight or constant were changed, and which of them last.
    var changes = 0
    var lastChange = ""
  }

  /// What a name stands for.
  enum Binding {
    case layer(LayerEntry)
    case value(Value)
  }

  /// Which state of layer and input the output was computed from.
  struct OutputOrigin {
    let layer: String
    /// Tells the layer from a later one of that name.
    let layerSerial: Int
    let layerChanges: Int
    let inputChanges: Int?
    /// Which filters took part, where it was a convolution.
    let filters: [Float]?
  }

  var generator = Generator(seed: 0)
  /// How tensors print.
  public internal(set) var printOptions = PrintOptions()
  var names: TreeDictionary<String, Binding> = [:]
  var layersMade = 0
  var layersUnnamed: [String: Int] = [:]
  var currentLayer: LayerPath?
  var input: Variable?
  var inputChanges = 0
  var output: Variable?
  /// Empty where no layer led to the output; several where one ran on what another had made.
  var outputOrigins: [OutputOrigin] = []
  /// The last displayed value, `_`.
  var last: Value?
  var gradients: TreeDictionary<Leaf, Tensor> = [:]
  /// What each leaf's gradient came from: the values differentiated since it was last cleared.
  var losses: TreeDictionary<Leaf, LossList> = [:]
  /// The steps whose kept tensors an earlier `backward` has used up, by serial.
  var usedUp: TreeSet<UInt64> = []
  /// Whether the note about the constant was given; once is enough.
  var explainedConstant = false
  /// Whether notes are shown.
  public internal(set) var showsNotes = true

  /// Makes a fresh session, as if `seed 0` had been run.
  public init() {}
}

// MARK: Output and gradients

extension Session {
  /// Makes a value the output; a forward pass says which layers and input it came from.
  mutating func setOutput(_ variable: Variable, origins: [OutputOrigin]) {
    output = variable
    outputOrigins = origins
  }

  /// Why the output is older than what it is now used with, if it is.
  var staleness: Note? {
    for origin in outputOrigins {
      guard case .layer(let entry)? = names[origin.layer] else { continue }
      guard entry.serial == origin.layerSerial else {
        return .outputIsOlder(than: "the layer \(origin.layer)")
      }
      if entry.changes != origin.layerChanges {
        return .outputIsOlder(than: "the \(entry.lastChange) of \(origin.layer)")
      }
      if let changes = origin.inputChanges, changes != inputChanges {
        return .outputIsOlder(than: "the input")
      }
    }
    return nil
  }

  /// The gradient of a leaf, if one was computed.
  func gradient(of leaf: Leaf) -> Tensor? { gradients[leaf] }
}
