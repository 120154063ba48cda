import Layers
import Running
import Tensors

/// The rows that tell masked filters from kept ones, as text.
public struct FilterTable {
  private struct Group {
    var filters = 0
    var largest: Float = 0
    var zeros = 0
    var elements = 0
  }

  /// The finished table.
  public struct Text: Sendable {
    /// Its lines.
    public let text: String
    /// Which of them, from 0, belong to masked filters.
    public let maskedLines: Set<Int>

    /// Tables below each other, each under its title if it has one.
    ///
    /// - Throws: `OutOfMemory`.
    init(_ tables: [(title: String?, table: FilterTable)]) throws {
      try TextTable.claimRoom(rows: tables.reduce(0) { $0 + $1.table.norms.count })
      var lines: [String] = []
      var masked: Set<Int> = []
      for (title, table) in tables {
        if !lines.isEmpty { lines.append("") }
        if let title { lines.append(title) }
        let first = lines.count + 1
        masked.formUnion(
          table.layer.filters.enumerated().filter { $0.element == 0 }.map { first + $0.offset })
        lines += table.text.split(separator: "\n").map(String.init)
      }
      text = lines.joined(separator: "\n")
      maskedLines = masked
    }
  }

  private static let notComputed = "not computed"

  let layer: Conv2d
  /// The gradient of the dense weight, if there is one.
  let gradient: Tensor?
  /// The L1 norm of each filter.
  let norms: Tensor
  let options: PrintOptions

  var text: String {
    let masks = layer.filterMask
    let count = layer.settings.outChannels
    let length = layer.dense.tensor.shape.droppingFirst.count
    var (masked, kept) = (Group(), Group())
    var largest: [Float] = []
    var zeros: [Int] = []
    for filter in 0..<count {
      let values = gradient?.elements[filter * length..<(filter + 1) * length] ?? []
      let magnitudes = values.lazy.map(\.magnitude)
      // A NaN is the largest thing a gradient can have.
      largest.append(magnitudes.contains(where: \.isNaN) ? .nan : magnitudes.max() ?? 0)
      zeros.append(values.count { $0 == 0 })
      let isMasked = masks?[filter] == 0
      var group = isMasked ? masked : kept
      group.filters += 1
      group.largest =
        group.largest.isNaN || largest[filter].isNaN ? .nan : max(group.largest, largest[filter])
      group.zeros += zeros[filter]
      group.elements += length
      if isMasked { masked = group } else { kept = group }
    }
    let normFormat = NumberFormat(norms.elements, options: options)
    let gradientFormat = NumberFormat(largest, options: options)
    var rows = [["filter", "mask", "L1 norm", "largest |grad|", "zero grads"]]
    for filter in 0..<count {
      rows.append([
        "\(filter)", masks.map { $0[filter] == 0 ? "0" : "1" } ?? "-",
        normFormat.string(norms.elements[filter]),
        gradient == nil ? Self.notComputed : gradientFormat.string(largest[filter]),
        gradient == nil ? "-" : "\(zeros[filter]) of \(length)",
      ])
    }
    func summary(_ name: String, _ group: Group, _ label: String) -> String {
      guard group.filters > 0, gradient != nil else { return "\(group.filters) \(name)" }
      let value = gradientFormat.string(group.largest).trimmingBlanks
      return
        "\(group.filters) \(name): \(label)up to \(value), \(group.zeros) of \(group.elements) zero"
    }
    let label = "|grad| "
    let groups =
      summary("masked", masked, label) + "; "
      + summary("kept", kept, masked.filters > 0 ? "" : label)
    return TextTable.text(rows) + "\n" + groups
      + (gradient == nil ? "; gradients \(Self.notComputed)" : "")
  }
}

/// Columns of text, aligned to the right.
enum TextTable {
  /// Claims memory for the cells and the lines of so many rows.
  ///
  /// - Throws: `OutOfMemory`.
  static func claimRoom(rows: Int) throws { try Memory.borrow(bytes: rows * 1024) }

  /// The rows as lines, each column as wide as its widest cell, two blanks between columns.
  static func text(_ rows: [[String]], leading: Set<Int> = []) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return leading.contains(column) ? cell + padding : padding + cell
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
