import Gradients
import Tensors

/// A computation drawn as rails from its inputs down to its result.
///
/// A value that only one step uses stands above that step on the same rail; other inputs of the
/// step come in from the right. Plain ASCII, so that it is the same on every machine.
struct GraphText {
  /// What one value says of itself.
  private struct Row {
    var rail: String
    var name = ""
    var columns: [String] = []
  }

  /// One thing to draw; the stack of these runs from the result to the inputs.
  private enum Item {
    /// A value; the steps that are drawn further up are only named.
    case value(Variable, depth: Int, above: Set<UInt64>)
    case join(depth: Int)
  }

  /// What is drawn.
  let output: Variable
  /// The gradients of a backward pass that ran through it, if there was one.
  let gradients: GradientMap?
  /// Whether a leaf still has the gradient that arrived there.
  let hasGradient: (Leaf) -> Bool
  /// What a value without a step is called.
  let name: (Variable) -> String
  let options: PrintOptions

  /// The drawing.
  ///
  /// - Returns: lines of at most 80 columns, as far as names and shapes allow.
  func text() -> String {
    let rows = rows()
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
    let isFolded = labels + 2 + columns.reduce(-2) { $0 + $1 + 2 } > Panels.lineWidth
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

  private func rows() -> [Row] {
    let depths = chainLengths()
    func length(_ variable: Variable) -> Int { variable.node.flatMap { depths[$0.serial] } ?? 0 }
    var rows: [Row] = []
    var waiting = [Item.value(output, depth: 0, above: [])]
    // From the result upwards; the lines are turned around at the end.
    while let item = waiting.popLast() {
      switch item {
      case .join(let depth):
        rows.append(Row(rail: String(repeating: "| ", count: depth) + "|/"))
      case .value(let variable, let depth, var above):
        let rail = String(repeating: "| ", count: depth)
        guard let node = variable.node else {
          rows.append(Row(rail: rail + "o ", name: name(variable), columns: columns(variable)))
          continue
        }
        guard !above.contains(node.serial) else {
          rows.append(
            Row(rail: rail + "o ", name: "\(node.operation.gradientName) (as above)"))
          continue
        }
        rows.append(
          Row(rail: rail + "* ", name: node.operation.gradientName, columns: columns(variable)))
        guard !node.inputs.isEmpty else { continue }
        // The longest way stays on the rail; the first input where ways are equally long.
        let longest = node.inputs.map(length).max() ?? 0
        let trunk = node.inputs.firstIndex { length($0) == longest } ?? 0
        waiting.append(.value(node.inputs[trunk], depth: depth, above: above))
        var earlier = node.inputs[trunk]
        for (index, input) in node.inputs.enumerated() where index != trunk {
          above.formUnion(Backward.order(of: earlier).map(\.serial))
          waiting.append(.value(input, depth: depth + 1, above: above))
          waiting.append(.join(depth: depth))
          earlier = input
        }
      }
    }
    return rows.reversed()
  }

  /// For each step how many steps lie on the longest way to it.
  private func chainLengths() -> [UInt64: Int] {
    var lengths: [UInt64: Int] = [:]
    for node in Backward.order(of: output).reversed() {
      lengths[node.serial] =
        1 + (node.inputs.compactMap(\.node).compactMap { lengths[$0.serial] }.max() ?? 0)
    }
    return lengths
  }

  private func columns(_ variable: Variable) -> [String] {
    let gradient: Tensor? =
      switch variable.source {
      case .constant: nil
      case .leaf(let leaf): hasGradient(leaf) ? gradients?.leaves[leaf] : nil
      case .node(let node): gradients?.gradient(of: node.serial)
      }
    return [
      variable.tensor.shape.description, Self.share(variable.tensor),
      gradient.map(Self.share) ?? "-",
      gradient.map { NumberFormat([Self.norm($0)], options: options).string(Self.norm($0)) } ?? "-",
    ]
  }

  /// The share of zeros: none and all are said only where they are exact.
  static func share(_ tensor: Tensor) -> String {
    let zeros = tensor.elements.count { $0 == 0 }
    guard tensor.count > 0 else { return "-" }
    if zeros == 0 || zeros == tensor.count { return zeros == 0 ? "0%" : "100%" }
    let percent = (Double(zeros) * 100 / Double(tensor.count)).rounded()
    return percent < 1 ? "<1%" : percent > 99 ? ">99%" : "\(Int(percent))%"
  }

  private static func norm(_ tensor: Tensor) -> Float {
    Float(tensor.elements.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
  }
}
