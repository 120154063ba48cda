import Running
import Tensors

/// Numbers as text, a row in each line, separated by commas, semicolons or tabs: what a spreadsheet
/// and `numpy.savetxt` write. A first line of names is passed over.
enum NumberTable {
  /// Whether bytes begin as text does.
  static func begins(_ source: ByteSource) -> Bool {
    guard let start = try? source.part(at: 0, count: min(source.count, 512)).array() else {
      return false
    }
    guard start.allSatisfy({ (0x20..<0x7f).contains($0) || [9, 10, 13].contains($0) }) else {
      return false
    }
    // The first line may have names, and the last one may go on.
    let lines = String(decoding: start, as: UTF8.self).split { $0.isNewline }
    return lines.prefix(2).contains { line in
      let cells = line.split(separator: separator(in: line), omittingEmptySubsequences: false)
      return cells.allSatisfy { number($0.trimmed) != nil }
        && cells.contains { !$0.trimmed.isEmpty }
    }
  }

  /// What stands between two numbers.
  private static func separator(in text: some StringProtocol) -> Character {
    text.contains(",") ? "," : text.contains(";") ? ";" : text.contains("\t") ? "\t" : ","
  }

  /// Reads the table: `[rows, columns]`, int64 where all numbers are written whole, else float32.
  ///
  /// - Throws: ``TensorFileError`` with the line of what is no number, `OutOfMemory`, `Cancelled`.
  static func read(_ source: ByteSource) throws -> FileTensor {
    let text = try source.text()
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    let separator = separator(in: text)
    var numbers: [Double] = []
    var whole: [Int64]? = []
    var (columns, rows): (Int?, Int) = (nil, 0)
    for (index, line) in lines.enumerated() where !line.allSatisfy(\.isWhitespace) {
      try Cancellation.check()
      let cells = line.split(separator: separator, omittingEmptySubsequences: false).map {
        $0.trimmed
      }
      let values = cells.map(number)
      if values.contains(nil) {
        // Names of columns.
        if columns == nil, values.allSatisfy({ $0 == nil }) {
          columns = cells.count
          continue
        }
        let cell = zip(cells, values).first { $0.1 == nil }?.0 ?? ""
        throw TensorFileError("has '\(cell.prefix(40))' in line \(index + 1), which is no number")
      }
      guard columns == nil || columns == cells.count else {
        throw TensorFileError(
          "has \(cells.count) numbers in line \(index + 1) and \(columns ?? 0) above it")
      }
      columns = cells.count
      rows += 1
      try Memory.borrow(bytes: 16 * cells.count)
      numbers += values.compactMap(\.self)
      let integers = cells.compactMap { Int64($0) }
      if integers.count == cells.count { whole?.append(contentsOf: integers) } else { whole = nil }
    }
    guard rows > 0, let columns else { throw TensorFileError("holds no numbers") }
    let shape: Shape = [rows, columns]
    if let whole, whole.count == shape.count {
      return FileTensor(.int64(IntegerTensor(whole, shape: shape)), stored: .int64)
    }
    return FileTensor(
      .float32(Tensor(numbers.map { Float($0) }, shape: shape)), stored: .float32)
  }

  private static func number(_ cell: Substring) -> Double? {
    switch cell.lowercased() {
    // Swift reads hexadecimal numbers too, which no table has.
    case "nan", "": .nan
    case let word where word.contains("x") || word.contains("p"): nil
    case let word: Double(word)
    }
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var text = self
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    if text.count > 1, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
    return text
  }
}
