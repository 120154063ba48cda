import Reports
import Running
import Tensors
import Testing

/// Making, laying out and splitting what is displayed stops when it is told.
///
/// The flag is one for the whole process, so each test has one of its own.
struct CancelledReportTests {
  @Test func tablesStop() async {
    await #expect(processExitsWith: .success) {
      var table = Table([["a", "b"], ["1", "2"]])
      Cancellation.request()
      #expect(throws: Cancelled.self) { try table.append(["3", "4"]) }
      #expect(throws: Cancelled.self) { try table.lines }
      #expect(throws: Cancelled.self) { try table.text }
      #expect(table.rowCount == 2)
    }
  }

  @Test func linesOfATextStop() async {
    await #expect(processExitsWith: .success) {
      Cancellation.request()
      #expect(throws: Cancelled.self) { try Report([.text("a\nb")]).lines() }
    }
  }

  @Test func magnitudesAndScalesStop() async {
    await #expect(processExitsWith: .success) {
      let tensor = try Tensor(repeating: 1, shape: [1 << 17])
      Cancellation.request()
      #expect(throws: Cancelled.self) { try Magnitudes(tensor.elements) }
      #expect(throws: Cancelled.self) { try HeatMap(tensor, title: { _ in "" }) }
    }
  }

  @Test func plotsStop() async {
    await #expect(processExitsWith: .success) {
      let series = [Plot.Series("", try Tensor(repeating: 1, shape: [1 << 17]))]
      let plot = try Plot(series)
      Cancellation.request()
      #expect(throws: Cancelled.self) { try Plot(series) }
      #expect(throws: Cancelled.self) { try plot.lines() }
    }
  }
}
