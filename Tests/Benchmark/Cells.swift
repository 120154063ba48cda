import Notebook

extension Row {
  /// A hundred thousand cells, parsed, run, logged and kept for undo, in one notebook.
  static var cells: [Row] {
    [
      Row(name: "cells") {
        var fresh = Notebook()
        for cell in ["conv 1 2 3 padding=1 bias=false;", "input [[[\(rows(publishedInput))]]];"] {
          precondition(fresh.run(cell).failure == nil)
        }
        let cells = ["forward;", "relu;", "backward;", "zero_grad"]
        return {
          var notebook = fresh
          for _ in 0..<25_000 {
            for cell in cells { precondition(notebook.run(cell).failure == nil) }
          }
        }
      }
    ]
  }

  private static func rows(_ values: [Float]) -> String {
    stride(from: 0, to: 16, by: 4).map { row in
      "[" + values[row..<row + 4].map { "\($0)" }.joined(separator: ", ") + "]"
    }.joined(separator: ", ")
  }
}
