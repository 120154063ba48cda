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
  /// The text is gone through twice, so that beside it there is never more than the tensor.
  ///
  /// - Throws: ``TensorFileError`` with the line of what is no number, `OutOfMemory`, `Cancelled`.
  static func read(_ source: ByteSource) throws -> FileTensor {
    let text = try source.text()[...]
    let separator = separator(in: text)
    var isWhole = true
    var (names, columns, rows): (Int?, Int?, Int) = (nil, nil, 0)
    try forEachLine(of: text) { line, row in
      var (cells, others): (Int, Int) = (0, 0)
      var firstOther: Substring?
      try forEachCell(of: row, separator) { cell in
        cells += 1
        if number(cell) == nil {
          others += 1
          firstOther = firstOther ?? cell
        } else if Int64(cell) == nil {
          isWhole = false
        }
      }
      // Names of columns.
      if columns == nil, others == cells { return (names, columns) = (line, cells) }
      if let firstOther {
        throw TensorFileError("has '\(firstOther.prefix(40))' in line \(line), which is no number")
      }
      guard columns == nil || columns == cells else {
        throw TensorFileError(
          "has \(cells) numbers in line \(line) and \(columns ?? 0) above it")
      }
      columns = cells
      rows += 1
    }
    guard rows > 0, let columns else { throw TensorFileError("holds no numbers") }
    let shape: Shape = [rows, columns]
    func elements<Element>(_ element: (Substring) -> Element) throws -> [Element] {
      try Memory.array(shape.count) { (target: UnsafeMutablePointer<Element>) in
        var place = 0
        try forEachLine(of: text) { line, row in
          guard line != names else { return }
          try forEachCell(of: row, separator) { cell in
            (target + place).initialize(to: element(cell))
            place += 1
          }
        }
      }
    }
    if isWhole {
      let integers = try elements { Int64($0) ?? 0 }
      return FileTensor(.int64(IntegerTensor(integers, shape: shape)), stored: .int64)
    }
    let floats = try elements { Float(number($0) ?? .nan) }
    return FileTensor(.float32(Tensor(floats, shape: shape)), stored: .float32)
  }

  /// Calls `body` with the number and the text of each line that is not blank.
  private static func forEachLine(
    of text: Substring, _ body: (Int, Substring) throws -> Void
  ) throws {
    var line = 0
    try forEachPart(of: text, between: \.isNewline) { row in
      line += 1
      if !row.allSatisfy(\.isWhitespace) { try body(line, row) }
    }
  }

  private static func forEachCell(
    of row: Substring, _ separator: Character, _ body: (Substring) throws -> Void
  ) throws {
    try forEachPart(of: row, between: { $0 == separator }) { try body($0.trimmed) }
  }

  private static func forEachPart(
    of text: Substring, between isSeparator: (Character) -> Bool,
    _ body: (Substring) throws -> Void
  ) throws {
    var start = text.startIndex
    while true {
      try Cancellation.check()
      let end = text[start...].firstIndex(where: isSeparator) ?? text.endIndex
      try body(text[start..<end])
      guard end < text.endIndex else { return }
      start = text.index(after: end)
    }
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
