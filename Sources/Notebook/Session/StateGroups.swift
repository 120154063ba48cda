import Files
import Tensors

/// The tensors of one layer in a state_dict: those whose names begin alike.
struct StateGroup {
  /// The layer's name in the file: `features.0`.
  let prefix: String
  /// The tensors by the last part of their names.
  var tensors: [String: FileTensor] = [:]
  /// PyTorch's `weight_mask`, where the weight was pruned; `weight` is its `weight_orig` then.
  private(set) var pruning: FileTensor?

  /// What PyTorch calls the parameter of a pruned weight.
  static let prunedWeight = "weight_orig"

  var weight: FileTensor? { tensors["weight"] }

  /// The same with the dense weight of a pruned one as its weight.
  private var dense: StateGroup {
    guard weight == nil, let dense = tensors[Self.prunedWeight],
      let mask = tensors["weight_mask"], mask.shape == dense.shape
    else { return self }
    var group = self
    group.tensors[Self.prunedWeight] = nil
    group.tensors["weight_mask"] = nil
    group.tensors["weight"] = dense
    group.pruning = mask
    return group
  }

  /// The groups of a state_dict in the order of the layers.
  ///
  /// A file that has sorted its names has lost that order: there the numbers in names count as numbers,
  /// a batch norm follows the convolution of its number, blocks follow what stands before them, and
  /// what follows a flatten stands last.
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
    groups = groups.map(\.dense)
    guard names.count > 1, names == names.sorted() else { return groups }
    return groups.map { ($0, $0.order) }.sorted { $0.1.lexicographicallyPrecedes($1.1) }.map(\.0)
  }

  /// What decides the place of a layer in a file of sorted names: a few numbers for each part of its
  /// name.
  private var order: [Int] {
    let rank = weight?.shape.rank ?? 0
    let kind = rank == 4 ? 0 : rank == 1 ? 1 : 2
    let parts = prefix.split(separator: ".")
    var order = [rank == 2 ? 1 : 0]
    for (index, part) in parts.enumerated() {
      let digits = String(part.reversed().prefix { $0.isASCII && $0.isNumber }.reversed())
      let isBlock = index + 1 < parts.count
      order += [isBlock ? 1 : 0, Int(digits) ?? .max, isBlock ? 0 : kind]
      // Names of equal rank stand as they are sorted.
      order += part.dropLast(digits.count).unicodeScalars.prefix(12).map { Int($0.value) } + [-1]
    }
    return order
  }
}
