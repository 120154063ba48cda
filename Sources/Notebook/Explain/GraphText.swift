import Gradients
import Reports
import Running
import Tensors

/// A computation drawn as rails from its inputs down to its result.
///
/// A value that only one node uses stands above that node on the same rail; other inputs of the
/// node come in from the right. Plain ASCII, so that it is the same on every machine.
struct GraphText {
  /// What one value says of itself.
  private struct Row {
    var rail: String
    var name = ""
    var columns: [String] = []
  }

  /// One thing to draw; the stack of these runs from the result to the inputs.
  private enum Item {
    /// A value; one whose node is drawn further up is only named.
    case value(Variable, depth: Int, isNamed: Bool)
    case join(depth: Int)
  }

  /// One use of a value by a node.
  private struct Use: Hashable {
    let node: UInt64
    let input: Int
  }

  /// What is drawn.
  let output: Variable
  /// The gradients of a backward pass that ran through it, if there was one.
  let gradients: GradientMap?
  /// Whether a leaf still has the gradient that arrived there.
  let hasGradient: (Leaf) -> Bool
  /// What a value without a node is called.
  let name: (Variable) -> String
  let options: PrintOptions

  /// The drawing.
  ///
  /// - Returns: lines of at most 80 columns, as far as names and shapes allow.
  /// - Throws: `Cancelled`.
  func text() throws -> String {
    let rows = try rows()
    let head = ["shape", "zero", "grad zero", "grad norm"]
    let columns = (0..<head.count).map { column in
      rows.compactMap { column < $0.columns.count ? $0.columns[column].count : nil }
        .reduce(head[column].count, max)
    }
    func aligned(_ cells: [String]) -> String {
      zip(cells, columns).enumerated().map { index, entry in
        let blanks = String(repeating: " ", count: max(0, entry.1 - entry.0.count))
        return index == 0 ? entry.0 + blanks : blanks + entry.0
      }.joined(separator: "  ")
    }
    let labels = rows.map { $0.rail.count + $0.name.count }.reduce("value".count, max)
    let isFolded = labels + 2 + columns.reduce(-2) { $0 + $1 + 2 } > Report.lineWidth
    let indent = isFolded ? 4 : labels + 2
    func line(_ label: String, _ cells: [String], rail: String) -> String {
      guard !cells.isEmpty else { return label }
      guard isFolded else {
        return label + String(repeating: " ", count: indent - label.count) + aligned(cells)
      }
      let under = rail.replacing("o", with: "|").replacing("*", with: "|")
      return label + "\n" + under + String(repeating: " ", count: indent) + aligned(cells)
    }
    return
      ([line("value", head, rail: "")]
      + rows.map { line($0.rail + $0.name, $0.columns, rail: $0.rail) })
      .joined(separator: "\n")
  }

  private func rows() throws -> [Row] {
    let trunks = trunks()
    let named = try namedUses(trunks)
    var rows: [Row] = []
    var waiting = [Item.value(output, depth: 0, isNamed: false)]
    // From the result upwards; the lines are turned around at the end.
    while let item = waiting.popLast() {
      try Cancellation.check()
      switch item {
      case .join(let depth):
        rows.append(Row(rail: String(repeating: "| ", count: depth) + "|/"))
      case .value(let variable, let depth, let isNamed):
        let rail = String(repeating: "| ", count: depth)
        guard let node = variable.node else {
          rows.append(Row(rail: rail + "o ", name: name(variable), columns: try columns(variable)))
          continue
        }
        guard !isNamed else {
          rows.append(
            Row(rail: rail + "o ", name: "\(node.operation.gradientName) (as above)"))
          continue
        }
        rows.append(
          Row(
            rail: rail + "* ", name: node.operation.gradientName, columns: try columns(variable)))
        guard let trunk = trunks[node.serial] else { continue }
        func isAbove(_ input: Int) -> Bool { named.contains(Use(node: node.serial, input: input)) }
        waiting.append(.value(node.inputs[trunk], depth: depth, isNamed: isAbove(trunk)))
        for (index, input) in node.inputs.enumerated() where index != trunk {
          waiting.append(.value(input, depth: depth + 1, isNamed: isAbove(index)))
          waiting.append(.join(depth: depth))
        }
      }
    }
    return rows.reversed()
  }

  /// For each node with inputs the one that stays on its rail: that of the longest way, the first
  /// where ways are equally long.
  private func trunks() -> [UInt64: Int] {
    var lengths: [UInt64: Int] = [:]
    var trunks: [UInt64: Int] = [:]
    for node in Backward.order(of: output).reversed() {
      let inputs = node.inputs.map { $0.node.flatMap { lengths[$0.serial] } ?? 0 }
      let longest = inputs.max() ?? 0
      lengths[node.serial] = longest + 1
      trunks[node.serial] = inputs.firstIndex(of: longest)
    }
    return trunks
  }

  /// The uses whose node stands further up already: all but the first in the order in which lines are
  /// read, a node's trunk before its other inputs.
  private func namedUses(_ trunks: [UInt64: Int]) throws -> Set<Use> {
    var drawn: Set<UInt64> = []
    var named: Set<Use> = []
    var waiting: [(node: Node, use: Use?)] = output.node.map { [($0, nil)] } ?? []
    while let (node, use) = waiting.popLast() {
      try Cancellation.check()
      guard drawn.insert(node.serial).inserted else {
        if let use { named.insert(use) }
        continue
      }
      guard let trunk = trunks[node.serial] else { continue }
      // What is read first is pushed last.
      for index in node.inputs.indices.filter({ $0 != trunk }).reversed() + [trunk] {
        guard let input = node.inputs[index].node else { continue }
        waiting.append((input, Use(node: node.serial, input: index)))
      }
    }
    return named
  }

  private func columns(_ variable: Variable) throws -> [String] {
    let gradient: Tensor? =
      switch variable.source {
      case .constant: nil
      case .leaf(let leaf): hasGradient(leaf) ? gradients?.leaves[leaf] : nil
      case .node(let node): gradients?.gradient(of: node.serial)
      }
    return [
      variable.tensor.shape.description, try Self.share(variable.tensor),
      try gradient.map(Self.share) ?? "-",
      try gradient.map {
        let norm = try Self.norm($0)
        return NumberFormat([norm], options: options).string(norm)
      } ?? "-",
    ]
  }

  /// The share of zeros: none and all are said only where they are exact.
  ///
  /// - Throws: `Cancelled`.
  static func share(_ tensor: Tensor) throws -> String {
    var zeros = 0
    try Cancellation.forEachPiece(of: tensor.count) { piece in
      for index in piece where tensor.elements[index] == 0 { zeros += 1 }
    }
    guard tensor.count > 0 else { return "-" }
    if zeros == 0 || zeros == tensor.count { return zeros == 0 ? "0%" : "100%" }
    let percent = (Double(zeros) * 100 / Double(tensor.count)).rounded()
    return percent < 1 ? "<1%" : percent > 99 ? ">99%" : "\(Int(percent))%"
  }

  private static func norm(_ tensor: Tensor) throws -> Float {
    var sum = 0.0
    try Cancellation.forEachPiece(of: tensor.count) { piece in
      for index in piece { sum += Double(tensor.elements[index]) * Double(tensor.elements[index]) }
    }
    return Float(sum.squareRoot())
  }
}
