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
    var layer: Conv2d
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
    let layerChanges: Int
    let inputChanges: Int?
  }

  var generator = Generator(seed: 0)
  var printOptions = PrintOptions()
  var names: TreeDictionary<String, Binding> = [:]
  var layersMade = 0
  var layersUnnamed = 0
  var currentLayer: String?
  var input: Variable?
  var inputChanges = 0
  var output: Variable?
  var outputOrigin: OutputOrigin?
  /// The last displayed value, `_`.
  var last: Value?
  var gradients: TreeDictionary<Leaf, Tensor> = [:]
  /// What each leaf's gradient came from: the values differentiated since it was last cleared.
  var losses: TreeDictionary<Leaf, [Variable]> = [:]
  /// The steps whose kept tensors an earlier `backward` has used up, by serial.
  var usedUp: TreeSet<UInt64> = []
  /// Whether the note about the constant was given; once is enough.
  var explainedConstant = false
  /// Whether notes are shown.
  public internal(set) var showsNotes = true

  /// Makes a fresh session, as if `seed 0` had been run.
  public init() {}
}

// MARK: Layers

extension Session {
  /// The current layer's name and entry.
  ///
  /// - Throws: ``CommandError/noLayer``.
  func current() throws -> (name: String, entry: LayerEntry) {
    guard let name = currentLayer, case .layer(let entry)? = names[name] else {
      throw CommandError.noLayer
    }
    return (name, entry)
  }

  /// The current layer.
  ///
  /// - Throws: ``CommandError/noLayer``.
  func layer() throws -> Conv2d { try current().entry.layer }

  /// Gives a name to a new layer, which becomes the current one.
  mutating func add(_ layer: Conv2d, as name: String?) {
    var chosen = name
    while chosen == nil {
      layersUnnamed += 1
      let candidate = "conv\(layersUnnamed)"
      if names[candidate] == nil { chosen = candidate }
    }
    layersMade += 1
    guard let chosen else { return }
    names[chosen] = .layer(LayerEntry(layer: layer, serial: layersMade))
    currentLayer = chosen
  }

  /// Changes the current layer.
  ///
  /// - Parameters:
  ///   - change: what is changed, in words for a note; nil where no output becomes stale.
  ///   - body: makes the change.
  /// - Returns: what `body` returns.
  /// - Throws: ``CommandError/noLayer``, and what `body` throws.
  mutating func changeLayer<Result>(
    _ change: String?, _ body: (inout Conv2d) throws -> Result
  ) throws -> Result {
    var (name, entry) = try current()
    let result = try body(&entry.layer)
    if let change {
      entry.changes += 1
      entry.lastChange = change
    }
    names[name] = .layer(entry)
    return result
  }

  /// All named layers in the order in which they were made.
  var layers: [(name: String, entry: LayerEntry)] {
    names.compactMap { name, binding in
      if case .layer(let entry) = binding { (name, entry) } else { nil }
    }.sorted { $0.entry.serial < $1.entry.serial }
  }

  /// Names a value; a layer's name that is given away is no layer any more.
  mutating func bind(_ name: String, to value: Value) {
    names[name] = .value(value)
    if currentLayer == name { currentLayer = nil }
  }
}

// MARK: Output and gradients

extension Session {
  /// Makes a value the output; a forward pass says which layer and input it came from.
  mutating func setOutput(_ variable: Variable, origin: OutputOrigin?) {
    output = variable
    outputOrigin = origin
  }

  /// Why the output is older than what it is now used with, if it is.
  var staleness: Note? {
    guard let origin = outputOrigin, case .layer(let entry)? = names[origin.layer] else {
      return nil
    }
    if entry.changes != origin.layerChanges {
      return .outputIsOlder(than: "the \(entry.lastChange) of \(origin.layer)")
    }
    if let changes = origin.inputChanges, changes != inputChanges {
      return .outputIsOlder(than: "the input")
    }
    return nil
  }

  /// The gradient of a leaf, if one was computed.
  func gradient(of leaf: Leaf) -> Tensor? { gradients[leaf] }
}
