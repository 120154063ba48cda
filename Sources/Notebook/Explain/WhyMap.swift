import Gradients
import Pruning
import Reports
import Running
import Tensors

/// A gradient as a map: one letter for each element, saying why it is zero.
struct WhyMap {
  let target: GradientTarget
  var explanation: Explanation
  /// The mask of the weight whose gradient it is.
  var mask: Mask?

  /// The map, a panel for each filter, with its legend and counts.
  ///
  /// - Throws: `Cancelled`.
  mutating func text() throws -> String {
    let elements = target.elements
    try Memory.borrow(bytes: elements.count * MemoryLayout<Character>.stride)
    var letters: [Character] = []
    letters.reserveCapacity(elements.count)
    var counts: [ZeroReason: Int] = [:]
    for element in elements {
      if element & 0xfff == 0 { try Cancellation.check() }
      let reasons = try explanation.reasons(at: target.place, element: element)
      // What came before zero_grad is not known to the explanation.
      let reason = target.tensor.elements[element] == 0 ? reasons.simplest.list.first : nil
      letters.append(reason?.letter ?? ".")
      if let reason { counts[reason, default: 0] += 1 }
    }
    let zeros = counts.values.reduce(0, +)
    let prefix = target.indices
    let name =
      target.name + (prefix.isEmpty ? "" : "[\(prefix.map(String.init).joined(separator: ", "))]")
    var lines = ["\(name) \(target.shape): \(zeros) of \(elements.count) are zero", ""]
    let panels = Panels(target.shape)
    let size = panels.rows * panels.columns
    let map = panels.text(
      cellWidth: 2,
      title: { plane in
        let plane = Panels.Plane(indices: prefix + plane.indices)
        return target.isParameter ? plane.filterTitle(of: target.tensor.shape) : plane.title
      },
      choice: (
        { letters[$0.start..<$0.start + size].contains { $0 != "." } }, "without a zero"
      ),
      cell: { " \(letters[$0])" })
    if !map.isEmpty { lines += [map, ""] }
    let groups = try groupLines(letters)
    if !groups.isEmpty { lines += groups + [""] }
    let width = String(elements.count).count
    func legend(_ letter: Character, _ count: Int, _ words: String) -> String {
      let number = "\(count)"
      return
        " \(letter)  " + String(repeating: " ", count: width - number.count) + number + "  \(words)"
    }
    if zeros < elements.count { lines.append(legend(".", elements.count - zeros, "not zero")) }
    for reason in ZeroReason.allCases {
      if let count = counts[reason] { lines.append(legend(reason.letter, count, reason.words)) }
    }
    return lines.joined(separator: "\n")
  }

  /// A map in the mask's own shape: for each group the letter that its gradients share. Of filters the
  /// panels say as much.
  private func groupLines(_ letters: [Character]) throws -> [String] {
    guard let mask, mask.partition.weight == target.shape, mask.partition.groupSize > 1,
      mask.partition != .filters(of: target.shape), mask.partition.count > 1,
      try mask.removedCount > 0
    else { return [] }
    let partition = mask.partition
    var shared = try Memory.array(mapping: partition.count) { _ in Character?.none }
    try partition.forEachRun { run in
      var group = run.group
      for element in run.elements {
        if let letter = shared[group], letter != letters[element] {
          shared[group] = Self.mixed
        } else {
          shared[group] = letters[element]
        }
        group += run.stride
      }
    }
    // Where no group is alike in itself, the reasons have nothing to do with groups.
    guard shared.contains(where: { $0 != Self.mixed }) else { return [] }
    let heading = mask.structure.heading
    let map = Panels(partition.groups).text(
      cellWidth: 4, title: { $0.title },
      cell: {
        let letter = String(shared[$0] ?? " ")
        return mask.keeps($0) ? "  \(letter) " : " [\(letter)]"
      })
    let hint = shared.contains(Self.mixed) ? "; \(Self.mixed) not all alike" : ""
    return ["by \(heading), masked ones in brackets\(hint):", map]
  }

  /// What stands for a group whose gradients are zero for several reasons, or some of them.
  private static let mixed: Character = "~"
}
