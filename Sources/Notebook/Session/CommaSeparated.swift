import Functions
import Reports
import Running
import Tensors

/// Tables of numbers as comma-separated values (RFC 4180), a line for each row.
enum CommaSeparated {
  /// A tensor of up to two dimensions, without a heading; what a loop has stacked, with one and with
  /// what each turn was about.
  ///
  /// - Returns: the text, and how many rows of values it has.
  /// - Throws: ``SaveValuesError/notATable(_:)``, `OutOfMemory`, `Cancelled`.
  static func text(of value: Value) throws -> (text: String, rows: Int) {
    guard let datum = value.datum, case .tensor(let tensor) = datum else {
      throw SaveValuesError.notATable(value.kind)
    }
    guard tensor.shape.rank <= 2 else {
      throw SaveValuesError.notATable("a tensor of \(tensor.shape.rank) dimensions")
    }
    let columns = tensor.shape.rank == 2 ? tensor.shape[1] : 1
    let rows = tensor.shape.rank == 0 ? 1 : tensor.shape[0]
    try Memory.borrow(bytes: 24 * tensor.shape.count)
    var lines: [String] = []
    var labels: [String]?
    if case .stacked(let turns) = value {
      labels = turns.labels(rows)
      let names = columns == 1 ? ["value"] : (0..<columns).map { "column \($0)" }
      let heads = turns.columns.count == columns ? turns.columns : names
      lines.append(([turns.variable] + heads).map(quoted).joined(separator: ","))
    }
    let number = Self.numbers(of: tensor)
    for row in 0..<rows {
      try Cancellation.check()
      let numbers = (0..<columns).map { number(row * columns + $0) }
      lines.append(((labels.map { [quoted($0[row])] } ?? []) + numbers).joined(separator: ","))
    }
    return (lines.map { $0 + "\n" }.joined(), rows)
  }

  /// The numbers with as many digits as they have.
  private static func numbers(of tensor: TensorValue) -> (Int) -> String {
    switch tensor {
    case .float32(let variable):
      let elements = variable.tensor.elements
      return { "\(elements[$0])" }
    case .int64(let tensor): return { "\(tensor.elements[$0])" }
    case .bool(let tensor): return { tensor.elements[$0] ? "True" : "False" }
    }
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"\(text.replacing("\"", with: "\"\""))\""
  }
}

extension StackedTurns {
  /// What each turn was about.
  fileprivate func labels(_ count: Int) -> [String] {
    switch places {
    case .counted: (0..<count).map(String.init)
    case .numbers(let numbers):
      numbers.elements.map { $0 == $0.rounded() && abs($0) < 1e7 ? "\(Int($0))" : "\($0)" }
    case .words(let words): words
    }
  }
}
