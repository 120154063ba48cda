import Files
import Tensors

/// The part of a file that is a network's state_dict.
///
/// A checkpoint holds several things by name, perhaps two versions of its network: `model` and the
/// average `ema`. One of them is taken, and the others are named.
struct StatePart {
  /// Its tensors, without the names that all of them begin with.
  private(set) var entries: [TensorFile.Entry]
  /// What it is called in a checkpoint with more in it; empty where it is the whole file.
  private(set) var name = ""
  /// What the other parts are called that hold layers.
  private(set) var others: [String] = []
  /// What the parts of a checkpoint are called that stand one after the other in it; none where it is
  /// one state_dict.
  private(set) var joined: [String] = []

  /// The words under which checkpoints keep the state of their network, the surest first.
  private static let usual = ["model", "state_dict", "model_state_dict", "net", "network"]

  /// The tensors whose names begin with a word and a dot.
  init(_ entries: [TensorFile.Entry], named name: String) {
    self.name = name
    self.entries = entries.compactMap { $0.entry(in: name) }
  }

  /// Of a checkpoint the part that is its network, as far as names and shapes tell; without the
  /// `module.` of what was trained on several devices.
  init(_ entries: [TensorFile.Entry]) {
    self.entries = entries
    var path = ""
    // A dictionary with another one alone in it says nothing.
    while let word = Self.onlyWord(self.entries) {
      path += word + "."
      self.entries = StatePart(self.entries, named: word).entries
    }
    let candidates = Candidate.all(in: self.entries, where: Self.usual.contains)
    if let taken = Self.choice(among: candidates) {
      if taken.entries.count < self.entries.count { name = path + taken.word }
      self.entries = taken.entries
      others = candidates.map(\.word).filter { $0 != taken.word }.map { path + $0 }
    } else if candidates.count > 1, candidates.allSatisfy({ $0.isNested && $0.layerCount > 1 }) {
      joined = candidates.map { path + $0.word }
    }
    if self.entries.allSatisfy({ $0.name.hasPrefix("module.") }) {
      self.entries = StatePart(self.entries, named: "module").entries
    }
  }

  /// What is said of it.
  var words: String { name.isEmpty ? "" : " of '\(name)'" }

  /// The key of the one dictionary in which everything lies.
  private static func onlyWord(_ entries: [TensorFile.Entry]) -> String? {
    guard let first = entries.first?.keys.first,
      entries.allSatisfy({ $0.keys.count > 1 && $0.keys[0] == first })
    else { return nil }
    return first.description
  }

  private static func choice(among candidates: [Candidate]) -> Candidate? {
    let usual = usual.compactMap { word in candidates.first { $0.word == word } }
    if let dictionary = usual.first(where: \.isNested) { return dictionary }
    guard let first = usual.first ?? candidates.first else { return nil }
    let others = candidates.filter { $0.word != first.word }
    // A word and a dot may also be the name of a layer within one state_dict: then the others go on
    // where it ends, while a second version has the same tensors once more.
    if usual.count == 1 { return others.allSatisfy(first.isCopied) ? first : nil }
    guard usual.isEmpty, first.isNested else { return nil }
    return others.isEmpty || others.contains(where: first.isCopied) ? first : nil
  }
}

/// What in a file has a name of its own and holds layers.
private struct Candidate {
  let word: String
  /// Whether it is a dictionary of its own, as in a checkpoint; elsewhere a dot follows the word.
  let isNested: Bool
  let entries: [TensorFile.Entry]
  let layerCount: Int

  /// The candidates in a file's order; none in a state_dict without a word that checkpoints use.
  static func all(
    in entries: [TensorFile.Entry], where isUsual: (String) -> Bool
  ) -> [Candidate] {
    var words: [String] = []
    var groups: [String: [TensorFile.Entry]] = [:]
    for entry in entries {
      guard let word = entry.word else { continue }
      if groups[word] == nil { words.append(word) }
      groups[word, default: []].append(entry)
    }
    guard words.contains(where: isUsual) || entries.contains(where: { $0.keys.count > 1 }) else {
      return []
    }
    return words.compactMap { word in
      let group = groups[word] ?? []
      let inner = StatePart(group, named: word).entries
      let layerCount = NetworkFromState(inner).stages.count
      return layerCount == 0
        ? nil
        : Candidate(
          word: word, isNested: group.allSatisfy { $0.keys.count > 1 }, entries: inner,
          layerCount: layerCount)
    }
  }

  /// Whether another one has tensors of the same names and shapes, of more than one layer.
  func isCopied(in other: Candidate) -> Bool {
    func shapes(_ entries: [TensorFile.Entry]) -> [String: Shape] {
      Dictionary(
        entries.map { ($0.name, $0.tensor.shape) }, uniquingKeysWith: { first, _ in first })
    }
    return layerCount > 1 && shapes(entries) == shapes(other.entries)
  }
}

extension TensorFile.Entry {
  /// The key of its dictionary, or what stands before the first dot of its name.
  fileprivate var word: String? {
    if keys.count > 1 { return keys[0].description }
    return name.firstIndex(of: ".").map { String(name[..<$0]) }
  }

  /// The same tensor as a part of this name has it; nil where it does not belong to that.
  fileprivate func entry(in part: String) -> TensorFile.Entry? {
    guard name.hasPrefix(part + ".") else { return nil }
    for depth in 1..<max(1, keys.count)
    where keys[..<depth].map(\.description).joined(separator: ".") == part {
      return TensorFile.Entry(keys: Array(keys[depth...]), tensor: tensor)
    }
    return TensorFile.Entry(name: String(name.dropFirst(part.count + 1)), tensor: tensor)
  }
}
