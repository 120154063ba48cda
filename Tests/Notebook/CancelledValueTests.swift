import Gradients
import Language
import Layers
import Running
import Tensors
import Testing

@testable import Notebook

/// A cell that is cancelled shows nothing, however late.
struct CancelledValueTests {
  /// A layer that is asked to stop while its text is made.
  private struct Stopping: PlainLayer {
    static let kind = "Stopping"
    static let verb = "stopping"

    var description: String {
      Cancellation.request()
      return Self.kind
    }

    func apply(to input: Variable) throws -> Variable { input }
  }

  @Test func aCellCancelledAfterItsTextWasMadeShowsNothing() async {
    await #expect(processExitsWith: .success) {
      var notebook = Notebook()
      notebook.session.names["r"] = .layer(Session.LayerEntry(layer: Stopping(), serial: 1))
      let result = notebook.run("r")
      #expect(result.wasCancelled)
      #expect(result.text == nil)
      #expect(result.report == nil)
      #expect(result.value == nil)
    }
  }

  /// A channel may have as many values as the batch.
  @Test func checkingABatchNormStops() async {
    await #expect(processExitsWith: .success) {
      let input = Tensor([1, 2, 3, 4], shape: [1, 1, 2, 2])
      let one = Tensor([1], shape: [1])
      let operation = BatchNormalize(statistics: .batch)
      let pass = try ForwardPass(of: operation, [input, one, one])
      Cancellation.request()
      #expect(throws: Cancelled.self) { try operation.gradientMagnitudes(one, after: pass) }
    }
  }

  /// A network may have a hundred thousand stages, each with arguments.
  @Test func whatCommandsAreGivenStops() async {
    await #expect(processExitsWith: .success) {
      let cell = try Parser.parse("net conv(1,1,1) relu")
      let command = try #require(cell.statements.first?.command)
      var evaluation = Evaluation(session: Session()) { _ in .nothing }
      Cancellation.request()
      #expect(throws: Cancelled.self) { try evaluation.evaluated(command, for: NetCommand.self) }
    }
  }

  /// What a cell displayed may have a line for each of millions of elements.
  @Test func sessionFilesStop() async {
    await #expect(processExitsWith: .success) {
      var notebook = Notebook()
      let result = notebook.run("tensor [1]")
      let file = try SessionFile(text: "# dpu session 1\ntensor [1]\n", path: "a")
      let record = try result.record
      let difference = try #require(try Difference(file.cells[0], result))
      Cancellation.request()
      #expect(throws: Cancelled.self) { try result.record }
      #expect(throws: Cancelled.self) { try Transcript.text(of: notebook.log) }
      #expect(throws: Cancelled.self) {
        try HistoryText.text(notebook.log.cells, showsOutputs: true)
      }
      #expect(throws: Cancelled.self) { try Transcript.text(of: file, recording: [record]) }
      #expect(throws: Cancelled.self) { try difference.text(file: "a") }
    }
  }
}
