import Reports
import Tensors
import Testing

/// Reports as text and as marked lines: the two never differ.
struct ReportTests {
  private static func report() throws -> Report {
    let tensor = Tensor([1, 2, 3, 4], shape: [2, 2])
    var table = Table([["name", "n"]], leading: [0])
    try table.append(["first", "10"])
    try table.append(["b", "2"], mark: .masked)
    var report = Report([.text("heading\n"), .table(table)])
    report.append(Report([.tensor(try tensor.printed(), marks: [nil, .masked])]))
    report.append(.heatMap(try HeatMap(tensor, title: { _ in "" })))
    return report
  }

  @Test func blocksStandBelowEachOther() throws {
    #expect(
      try Self.report().text() == """
        heading

        name    n
        first  10
        b       2

        tensor([[1., 2.],
                [3., 4.]])
          ;  x
          #  @

        shade       .       :       ;       o       x       %       #       @
         from  0.0000  0.5000  1.0000  1.5000  2.0000  2.5000  3.0000  3.5000
        largest magnitude 4.0000
        """)
  }

  @Test func linesAreTheTextWithMarks() throws {
    let report = try Self.report()
    let lines = try report.lines()
    #expect(lines.map(\.text).joined(separator: "\n") == (try report.text()))
    #expect(lines.indices.filter { lines[$0].mark == .masked } == [4, 7])
  }

  @Test func shortRowsAreFilled() throws {
    let table = Table([["a", "b", "c"], ["1"], ["", "22"]])
    #expect(try table.text == "a   b  c\n1\n   22")
  }

  @Test func itsKindIsInWords() throws {
    #expect(Report([.text("x")]).kind == "a table")
    let map = try HeatMap(Tensor([1], shape: [1]), title: { _ in "" })
    #expect(Report([.heatMap(map)]).kind == "a heat map")
  }
}
