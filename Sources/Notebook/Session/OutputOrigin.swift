import HashTreeCollections
import Layers

/// Which filters took part in a value, and where in it they lie.
struct FilterMarks {
  /// For each filter whether anything of it took part.
  let kept: [Bool]
  /// The dimension that has an entry for each filter, counted from the last one as -1.
  let dimension: Int

  /// Those of a layer's output; nil where it has no filters.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  init?(of layer: any Layer) throws {
    guard let dimension = type(of: layer).filterDimension, let weight = layer.affine?.weight else {
      return nil
    }
    self.init(kept: try weight.filtersOrAll(), dimension: dimension)
  }

  init(kept: [Bool], dimension: Int) { (self.kept, self.dimension) = (kept, dimension) }
}

/// What the output was computed from, and what of that has changed since.
///
/// Every state is kept for undo, so that this shares its structure with earlier ones: a list that
/// each `forward` on `output` made longer would take memory with the square of their number.
struct OutputOrigin {
  /// The layers that led to it, by the places in the order in which layers were made.
  private var layers: TreeSet<Int> = []
  private var usesInput = false
  /// Which filters of the layer that ran last took part, where it has filters.
  private(set) var filters: FilterMarks?
  /// What it is older than, in words; nil where nothing has changed.
  private(set) var older: String?

  /// Nothing that can change.
  init() {}

  /// Takes a layer that ran on what this is the origin of.
  mutating func append(serial: Int, filters: FilterMarks?) {
    layers.insert(serial)
    self.filters = filters
  }

  /// Takes the session's input, on which the first layer ran.
  mutating func appendInput() { usesInput = true }

  /// Notes a change of a layer.
  mutating func layerChanged(_ name: String, serial: Int, _ change: String) {
    if layers.contains(serial) { older = "the \(change) of \(name)" }
  }

  /// Notes that another layer has taken a layer's name.
  mutating func layerReplaced(_ name: String, serial: Int) {
    if layers.contains(serial) { older = "the layer \(name)" }
  }

  /// Notes another input.
  mutating func inputChanged() {
    if usesInput, older == nil { older = "the input" }
  }
}
