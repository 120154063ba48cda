import Files
import Functions
import Language
import Layers
import Running
import Tensors

/// A layer's state filled from a file's tensors: PyTorch's `load_state_dict`, strict.
///
/// Names decide: those of the layers, or their places as `Sequential` numbers them. Where not all
/// are known, the order does, if kinds and shapes are the same one after the other and no known name
/// stands elsewhere: the layers of a class have names that a `net` does not have.
struct StateFilling {
  /// The tensors by the layer's own names.
  let values: [String: Tensor]
  /// What the file calls each layer that has a tensor.
  private(set) var layerNames: [String: String] = [:]
  /// Whether order decided, not names.
  let isByOrder: Bool

  /// Finds a tensor for each one of the layer.
  ///
  /// - Throws: ``StateFillingError`` where one is missing, left over or of another shape.
  init(_ layer: any Layer, kind: String, from entries: [TensorFile.Entry]) throws {
    let slots = try layer.stateSlots()
    // PyTorch counts batches besides; no value depends on that.
    let entries = entries.filter { Self.last($0.name) != "num_batches_tracked" }
    let given = Dictionary(entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let byName = slots.filter { given[$0.name] != nil }.count
    let byPlace = slots.filter { given[$0.placed] != nil }.count
    let ordered =
      max(byName, byPlace) < slots.count ? Self.ordered(slots, entries) : nil
    isByOrder = ordered != nil
    var values: [String: Tensor] = [:]
    var (missing, mismatches): ([String], [String]) = ([], [])
    var used: Set<String> = []
    for slot in slots {
      try Cancellation.check()
      let name = byPlace > byName ? slot.placed : slot.name
      guard let entry = given[ordered?[slot.name] ?? name] else {
        missing.append(name)
        continue
      }
      used.insert(entry.name)
      if entry.tensor.shape == slot.shape {
        values[slot.name] = try TensorValue(entry.tensor).floats().tensor
        layerNames[Self.layer(slot.name)] = Self.layer(entry.name)
      } else {
        mismatches.append(
          "size mismatch for \(name): copying a param with shape "
            + "torch.Size(\(entry.tensor.shape)) from checkpoint, "
            + "the shape in current model is torch.Size(\(slot.shape)).")
      }
    }
    let surplus = entries.map(\.name).filter { !used.contains($0) }
    guard missing.isEmpty, surplus.isEmpty, mismatches.isEmpty else {
      throw StateFillingError(
        kind: kind, missing: missing, surplus: surplus, mismatches: mismatches)
    }
    self.values = values
  }

  private static func last(_ name: String) -> Substring {
    name.split(separator: ".", omittingEmptySubsequences: false).last ?? ""
  }

  /// What stands before the last point of a tensor's name.
  private static func layer(_ name: String) -> String {
    String(name.dropLast(last(name).count).dropLast())
  }

  /// The file's name for each of the layer's own, where layer after layer has the same tensors, of
  /// whatever sizes; nil where they do not agree, or where a known name stands elsewhere.
  private static func ordered(
    _ slots: [StateSlot], _ entries: [TensorFile.Entry]
  ) -> [String: String]? {
    let names = Set(slots.map(\.name))
    var layers: [(prefix: Substring, slots: [StateSlot])] = []
    for slot in slots {
      let prefix = slot.name.dropLast(last(slot.name).count)
      if layers.last?.prefix != prefix { layers.append((prefix, [])) }
      layers[layers.count - 1].slots.append(slot)
    }
    let groups = StateGroup.groups(of: entries)
    guard groups.count == layers.count, slots.count == entries.count else { return nil }
    var result: [String: String] = [:]
    for (layer, group) in zip(layers, groups) {
      for slot in layer.slots {
        let attribute = String(last(slot.name))
        let name = group.prefix.isEmpty ? attribute : "\(group.prefix).\(attribute)"
        guard let tensor = group.tensors[attribute], tensor.shape.rank == slot.shape.rank,
          slot.name == name || !names.contains(name)
        else { return nil }
        result[slot.name] = name
      }
    }
    return result
  }
}

/// What does not fit between a file and a layer, as PyTorch lists it.
struct StateFillingError: Error, Explained {
  let kind: String
  let missing: [String]
  let surplus: [String]
  let mismatches: [String]

  var message: String {
    var lines = ["Error(s) in loading state_dict for \(kind):"]
    if !surplus.isEmpty { lines.append("Unexpected key(s) in state_dict: \(Self.list(surplus)).") }
    if !missing.isEmpty {
      lines.insert("Missing key(s) in state_dict: \(Self.list(missing)).", at: 1)
    }
    return (lines + mismatches).joined(separator: " ")
  }

  var remedy: String? {
    surplus.contains { $0.hasSuffix(StateGroup.prunedWeight) }
      ? "the file's layers are pruned: load FILE as NAME keeps that"
      : "load FILE lists the file's names and shapes, the network's name its layers"
  }

  private static func list(_ names: [String]) -> String {
    names.map { "\"\($0.visible)\"" }.joined(separator: ", ")
  }
}

extension TensorValue {
  /// The values of a tensor in a file.
  ///
  /// - Throws: `TensorFileError` where they cannot be read, `OutOfMemory`, `Cancelled`.
  init(_ tensor: FileTensor) throws {
    self =
      switch try tensor.values() {
      case .float32(let tensor): TensorValue(tensor)
      case .int64(let tensor): .int64(tensor)
      case .bool(let tensor): .bool(tensor)
      }
  }
}
