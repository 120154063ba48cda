/// The cell to which a record would belong, while its lines come.
struct OpenCell {
  private var cell: SessionFile.Cell?
  private var lines: [(text: String, isFailure: Bool)] = []
  private var blanks = 0

  mutating func begin(
    _ source: String, _ line: Int, _ questions: inout Questions, _ items: inout [SessionFile.Item]
  ) {
    end(&items)
    cell = SessionFile.Cell(source: source, line: line, questions: questions.taken())
  }

  /// Takes a line of its record.
  ///
  /// - Returns: whether there is a cell.
  mutating func take(_ text: String, isFailure: Bool) -> Bool {
    guard cell != nil else { return false }
    lines.append((text, isFailure))
    // Blank lines within a record are none between cells.
    blanks = 0
    return true
  }

  mutating func takeBlank(_ items: inout [SessionFile.Item]) {
    if cell == nil { items.append(.blank) } else { blanks += 1 }
  }

  mutating func end(_ items: inout [SessionFile.Item]) {
    guard var cell else { return }
    cell.record = record
    items.append(.cell(cell))
    items += repeatElement(.blank, count: blanks)
    self = OpenCell()
  }

  private var record: SessionFile.Record? {
    guard let first = lines.first else { return nil }
    if lines.allSatisfy({ $0.isFailure == first.isFailure }) {
      let texts = lines.map(\.text)
      return first.isFailure ? .failure(texts) : .output(texts)
    }
    return .contradiction(
      lines.flatMap { line -> [String] in
        let record: SessionFile.Record =
          line.isFailure ? .failure([line.text]) : .output([line.text])
        return record.lines
      })
  }
}
