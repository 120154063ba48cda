import Gradients
import Reports
import Running
import Tensors

/// A gradient as a map: one letter for each element, saying why it is zero.
struct WhyMap {
  let target: GradientTarget
  var explanation: Explanation

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
    let map = Panels(target.shape).text(
      cellWidth: 2,
      title: { plane in
        let plane = Panels.Plane(indices: prefix + plane.indices)
        return target.isParameter ? plane.filterTitle(of: target.tensor.shape) : plane.title
      },
      cell: { " \(letters[$0])" })
    if !map.isEmpty { lines += [map, ""] }
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
}
