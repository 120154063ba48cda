import Files
import Tensors

/// The tensors of one layer in a state_dict: those whose names begin alike.
struct StateGroup {
  /// The layer's name in the file: `features.0`.
  let prefix: String
  /// The tensors by the last part of their names.
  var tensors: [String: FileTensor] = [:]

  var weight: FileTensor? { tensors["weight"] }

  /// The groups of a state_dict in the order of the layers.
  ///
  /// A file that has sorted its names has lost that order: there the numbers in names count as numbers,
  /// and what follows a flatten stands last.
  static func groups(of entries: [TensorFile.Entry]) -> [StateGroup] {
    var groups: [StateGroup] = []
    var places: [String: Int] = [:]
    for entry in entries {
      let words = entry.name.split(separator: ".", omittingEmptySubsequences: false)
      let attribute = words.last.map(String.init) ?? ""
      // PyTorch counts batches besides; no value depends on that.
      guard attribute != "num_batches_tracked" else { continue }
      let prefix = words.dropLast().joined(separator: ".")
      if places[prefix] == nil {
        places[prefix] = groups.count
        groups.append(StateGroup(prefix: prefix))
      }
      groups[places[prefix] ?? 0].tensors[attribute] = entry.tensor
    }
    // Sorted by type first, as safetensors does, what counts batches stands apart.
    let names = entries.map(\.name).filter { !$0.hasSuffix("num_batches_tracked") }
    guard names.count > 1, names == names.sorted() else { return groups }
    return groups.enumerated().sorted { first, second in
      let ranks = [first, second].map { $0.element.weight?.shape.rank == 2 ? 1 : 0 }
      if ranks[0] != ranks[1] { return ranks[0] < ranks[1] }
      return first.element.prefix.isBefore(second.element.prefix) ?? (first.offset < second.offset)
    }.map(\.element)
  }
}

/// The part of a file that is a network's state_dict.
struct StatePart {
  /// Its tensors, without the names that all of them begin with.
  let entries: [TensorFile.Entry]
  /// What it is called in a checkpoint with more in it; empty where it is the whole file.
  private(set) var name = ""

  /// The words under which checkpoints keep the state of their network.
  private static let usual = ["model", "state_dict", "model_state_dict", "net", "network"]

  /// The tensors whose names begin with a word and a dot.
  init(_ entries: [TensorFile.Entry], named name: String) {
    let prefix = name + "."
    self.name = name
    self.entries = entries.filter { $0.name.hasPrefix(prefix) }.map {
      TensorFile.Entry(name: String($0.name.dropFirst(prefix.count)), tensor: $0.tensor)
    }
  }

  /// Of a checkpoint the part with a usual name, where there is one such; without the `module.` of
  /// what was trained on several devices.
  init(_ entries: [TensorFile.Entry]) {
    var entries = entries
    let words = Set(entries.map { String($0.name.prefix { $0 != "." }) })
    let known = Self.usual.filter { words.contains($0) }
    if known.count == 1 {
      let part = StatePart(entries, named: known[0])
      if !part.entries.isEmpty {
        entries = part.entries
        if words.count > 1 { name = known[0] }
      }
    }
    if entries.allSatisfy({ $0.name.hasPrefix("module.") }) {
      entries = StatePart(entries, named: "module").entries
    }
    self.entries = entries
  }

  /// What is said of it.
  var words: String { name.isEmpty ? "" : " of '\(name)'" }
}

extension String {
  /// Whether a name stands before another one where numbers in it count as numbers; nil for the same.
  fileprivate func isBefore(_ other: String) -> Bool? {
    for (first, second) in zip(parts, other.parts) where first != second {
      if let left = Int(first), let right = Int(second) { return left < right }
      return first < second
    }
    return parts.count == other.parts.count ? nil : parts.count < other.parts.count
  }

  /// Runs of digits, and what stands between them.
  private var parts: [String] {
    var parts: [String] = []
    var wasDigit: Bool?
    for character in self {
      let isDigit = character.isASCII && character.isNumber
      if isDigit == wasDigit {
        parts[parts.count - 1].append(character)
      } else {
        parts.append(String(character))
      }
      wasDigit = isDigit
    }
    return parts
  }
}
