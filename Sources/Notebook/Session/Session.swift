import Gradients
import HashTreeCollections
import Layers
import Pruning
import Tensors

/// Everything that a cell can change: names, layers, gradients, generator, options.
///
/// A value. A failed cell, a cancelled one and `undo` are one mechanism: the old value is kept.
/// Maps share their structure between copies, so that keeping one costs what the cell changed.
public struct Session {
  /// A layer that has a name.
  struct LayerEntry {
    var layer: any Layer
    /// The place in the order in which layers were made.
    let serial: Int
  }

  /// What a name stands for.
  enum Binding {
    case layer(LayerEntry)
    case value(Value)
    /// A layer of the session by another name: what a loop goes through.
    case alias(LayerPath)
  }

  /// The random generator.
  public internal(set) var generator = Generator(seed: 0)
  /// How tensors print.
  public internal(set) var printOptions = PrintOptions()
  var names: TreeDictionary<String, Binding> = [:]
  var layersMade = 0
  var layersUnnamed: [String: Int] = [:]
  var currentLayer: LayerPath?
  /// The current layer as a person last saw it named: made, used, or said in a note.
  var layerTold: LayerPath?
  /// The units that were made, in order.
  var units: [RuledUnit] = []
  var input: Variable?
  var output: Variable?
  /// What the output was computed from.
  var outputOrigin = OutputOrigin()
  /// The last displayed value, `_`.
  var last: Value?
  var gradients: TreeDictionary<Leaf, Tensor> = [:]
  /// What each leaf's gradient came from: the values differentiated since it was last cleared.
  var losses: TreeDictionary<Leaf, LossList> = [:]
  /// What each layer took and gave when it ran last.
  var stages: TreeDictionary<LayerPath, StageValues> = [:]
  /// The value that was differentiated last; nil once forward has run again.
  var lastLoss: Variable?
  /// The gradients of values with names, by the nodes that made them, added up over backward passes.
  var retained: TreeDictionary<UInt64, Tensor> = [:]
  /// The nodes whose kept tensors an earlier `backward` has used up, by serial.
  var usedUp = SerialSet()
  /// Whether the note about the constant was given; once is enough.
  var explainedConstant = false
  /// Whether the note about names of parameters was given.
  var explainedNames = false
  /// Whether notes are shown.
  public internal(set) var showsNotes = true

  /// Makes a fresh session, as if `seed 0` had been run.
  public init() {}
}

// MARK: Output and gradients

extension Session {
  /// Makes a value the output; a forward pass says which layers and input it came from.
  mutating func setOutput(_ variable: Variable, origin: OutputOrigin) {
    output = variable
    outputOrigin = origin
  }

  /// Why the output is older than what it is now used with, if it is.
  var staleness: Note? { outputOrigin.older.map { .outputIsOlder(than: $0) } }

  /// The gradient of a leaf, if one was computed.
  func gradient(of leaf: Leaf) -> Tensor? { gradients[leaf] }
}
