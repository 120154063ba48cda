import Notebook
import Reports
import Running

/// `dpu check --report FILE…`: what students expected, for their teacher.
enum ExpectationReport {
  /// Shows a row for each question of each file, and a line for each file.
  ///
  /// - Throws: ``Status`` where a file cannot be read or a cell fails that was not recorded to.
  static func show(_ paths: [String], _ shared: SharedOptions) throws {
    var table = Table(
      [["file", "line", "expectation", "answer", "shown", "verdict"]], leading: [0, 2, 3, 4, 5])
    var sums: [String] = []
    var worst = Status.done
    for path in paths {
      do {
        let file = try SessionFile.open(path)
        let name = SessionFile.name(path).visible
        var (right, count, failed, changed, lost) = (0, 0, 0, 0, 0)
        _ = try CheckFiles.run(file, files: shared.access(for: path)) { cell, result in
          if result.failure != nil, !result.hasFailed(as: cell.record) { failed += 1 }
          if cell.record != nil, try Difference(cell, result) != nil { changed += 1 }
          for question in cell.questions {
            let expectation = question.expectation
            let verdict = expectation.verdict(on: question.answer, value: result.value)
            if verdict == .incomparable { lost += 1 } else { count += 1 }
            if verdict == .right { right += 1 }
            try table.append(
              [
                name, "\(cell.line)", expectation.name, question.answer?.visible ?? "",
                expectation.truthText(in: result.value) ?? "", verdict.label,
              ], mark: nil)
          }
        }
        sums.append(
          count + lost == 0
            ? "\(name): no questions"
            : (["\(name): \(right) of \(count) right"]
              + [
                (lost, "with nothing to compare"), (failed, "failed"),
                (changed, "showed something else than recorded"),
              ].filter { $0.0 > 0 }.map { "\($0.0) cell\($0.0 == 1 ? "" : "s") \($0.1)" })
              .joined(separator: "; "))
      } catch {
        let status = Status(of: error)
        if status == .interrupted { throw status }
        if worst == .done { worst = status }
      }
    }
    if table.rowCount > 1 { Console.print(try table.text + "\n") }
    for sum in sums { Console.print(sum) }
    try worst.leave()
  }
}

extension Expectation.Verdict {
  /// The verdict in a table.
  fileprivate var label: String {
    switch self {
    case .right: "right"
    case .wrong: "wrong"
    case .empty: "no answer"
    case .incomparable: "nothing to compare"
    }
  }
}
