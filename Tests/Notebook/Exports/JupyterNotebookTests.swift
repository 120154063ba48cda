import Foundation
import Testing

@testable import Notebook

/// Sessions as notebooks of Jupyter.
struct JupyterNotebookTests {
  /// What nbformat 4.5 demands, and what a session shows.
  @Test(arguments: ReplayedFile.sessions)
  func aNotebookIsOne(name: String) throws {
    let (text, file) = try ReplayedFile.session(name)
    let notebook = try JSONDecoder().decode(
      Ipynb.self, from: Data(IpynbExport().text(of: file).utf8))
    #expect(notebook.nbformat == 4 && notebook.nbformat_minor == 5)
    #expect(notebook.metadata.kernelspec.name == "python3")
    let ids = notebook.cells.map(\.id)
    #expect(
      Set(ids).count == ids.count && ids.allSatisfy { $0.wholeMatch(of: /[\w-]{1,64}/) != nil })
    let code = notebook.cells.filter { $0.cell_type == "code" }
    #expect(code.compactMap(\.execution_count) == Array(1...code.count))
    #expect(code.first?.source.joined().hasPrefix("import torch\n") == true)
    // Every recorded line is an output or, where dpu alone shows it, prose.
    let said = notebook.cells.map { cell in
      cell.source.joined()
        + (cell.outputs ?? []).map {
          ($0.data.map { Array($0.values.joined()) } ?? $0.text ?? []).joined()
        }.joined()
    }.joined(separator: "\n").filter { $0 != "\\" }
    for line in text.split(separator: "\n") where line.hasPrefix("#>") {
      for word in line.dropFirst(2).split(separator: " ") {
        #expect(
          said.contains(word) || said.contains(word.replacing("<", with: "&lt;")), "\(line)")
      }
    }
    for cell in code {
      for output in cell.outputs ?? [] {
        // Jupyter shows nothing for None, so that print does.
        let isPrinted = output.text == ["None\n"]
        #expect(output.output_type == (isPrinted ? "stream" : "execute_result"))
        #expect(output.execution_count == (isPrinted ? nil : cell.execution_count))
        #expect(cell.source.last?.hasPrefix("print(") == isPrinted)
      }
    }
  }

  /// Jupyter shows the value of a cell's last line where no semicolon follows it.
  @Test func whatASessionHidesANotebookHides() throws {
    let file = try ReplayedFile.replayed(
      "conv 1 2 3 as m;\nzero_grad\nprune 0.5;\nm.weight_mask\nm.weight_orig.grad")
    let cells = try JSONDecoder().decode(
      Ipynb.self, from: Data(IpynbExport().text(of: file).utf8)
    ).cells.dropFirst()
    #expect(
      cells.map { $0.source.last } == [
        "torch.manual_seed(0);", "m = Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1))",
        "m.zero_grad();", "prune.ln_structured(m, \"weight\", amount=0.5, n=1, dim=0);",
        "m.weight_mask", "print(m.weight_orig.grad)",
      ])
    #expect(cells.map { $0.outputs?.count } == [0, 0, 0, 0, 1, 1])
    #expect(cells.last?.outputs?.first?.text == ["None\n"])
  }

  private struct Ipynb: Decodable {
    struct Output: Decodable {
      let output_type: String
      let execution_count: Int?
      let data: [String: [String]]?
      let text: [String]?
    }

    struct Cell: Decodable {
      let id: String
      let cell_type: String
      let source: [String]
      let execution_count: Int?
      let outputs: [Output]?
    }

    struct Metadata: Decodable {
      struct Kernel: Decodable { let name: String }
      let kernelspec: Kernel
    }

    let nbformat: Int
    let nbformat_minor: Int
    let metadata: Metadata
    let cells: [Cell]
  }
}
