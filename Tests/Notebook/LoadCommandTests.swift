import Foundation
import LessonTexts
import TestSupport
import Testing

@testable import Notebook

/// `load`: what it lists, names, refuses, and what a changed file does to what was read before.
struct LoadCommandTests {
  private static let folder = Fixture.tests.appendingPathComponent("Fixtures/files").path

  private func shown(_ cell: String, in notebook: inout Notebook) -> String {
    let result = notebook.run(cell.replacing("@", with: Self.folder + "/"))
    return result.text ?? result.failure?.message ?? ""
  }

  @Test func aTensorGetsItsNameAndTheCellRecordsTheFile() {
    var notebook = Notebook()
    let line = shown("load @type-f8.npy as w", in: &notebook)
    #expect(line.hasPrefix("float64 [2, 3] as float32, 1 of 6 changed, crc32 "))
    #expect(shown("w[1]", in: &notebook) == "tensor([3.2500e+00, 1.0000e-03, 6.5504e+04])")
    _ = shown("load @stored.npz labels as y", in: &notebook)
    #expect(shown("y", in: &notebook) == "tensor([0, 1, 2, 3, 4])")
    _ = shown("load @state.pt fc.weight as v", in: &notebook)
    #expect(shown("v.shape", in: &notebook) == "torch.Size([3, 8])")
  }

  @Test func withoutANameItListsWhatIsThere() {
    var notebook = Notebook()
    let table = shown("load @state.pt", in: &notebook)
    #expect(table.contains("conv1.weight"))
    #expect(table.contains("\n9 tensors, crc32 "))
  }

  /// LeNet's names are those of a class; a net's are its own, so the order decides.
  @Test(arguments: ["state.pt into n", "state.safetensors into n", "checkpoint.pt model into n"])
  func aStateFillsANetwork(_ arguments: String) {
    var notebook = Notebook()
    #expect(
      notebook.run("net conv(1,2,3) batchnorm(2) relu flatten linear(8,3) as n;").failure == nil)
    let line = shown("load @\(arguments)", in: &notebook)
    #expect(line.hasPrefix("8 tensors in order into n, crc32 "), "\(line)")
    _ = shown("load @state.pt fc.weight as v", in: &notebook)
    _ = shown("load @state.pt norm.running_var as r", in: &notebook)
    #expect(shown("(n.linear1.weight == v).all()", in: &notebook) == "tensor(True)")
    #expect(shown("(n.batchnorm1.running_var == r).all()", in: &notebook) == "tensor(True)")
  }

  @Test func whatDoesNotFitIsListedAsPyTorchListsIt() {
    var notebook = Notebook()
    _ = notebook.run("net conv(1,2,3) flatten linear(8,4) as n;")
    let before = shown("n.conv1.weight", in: &notebook)
    let message = shown("load @state.pt into n", in: &notebook)
    #expect(
      message.hasPrefix("load: Error(s) in loading state_dict for Sequential: Missing key(s)"),
      "\(message)")
    #expect(message.contains("\"linear1.weight\", \"linear1.bias\"."))
    #expect(message.contains("Unexpected key(s) in state_dict: \"norm.weight\""))
    #expect(shown("n.conv1.weight", in: &notebook) == before)
  }

  @Test func whatCannotBeReadSaysWhy() {
    var notebook = Notebook()
    #expect(shown("load @model.pt as m", in: &notebook).contains("needs the Python name"))
    #expect(shown("load @state.pt as m", in: &notebook).contains("tensors"))
    #expect(shown("load @state.pt fc.wieght as m", in: &notebook).contains("holds no tensor"))
    #expect(shown("load @record.py as m", in: &notebook).contains("none of the formats"))
  }

  @Test func aFilesCellsReadItsOwnFolderOnly() {
    let allowed = FileAccess(reading: .folders([Self.folder]), writing: .folders([]))
    var notebook = Notebook(files: allowed)
    #expect(shown("load @rank-1.npy as w", in: &notebook).hasPrefix("float32 [1]"))
    #expect(shown("load /etc/passwd as w", in: &notebook).contains("lies outside"))
  }

  @Test func aStateIsRebuiltFromTheSameFileOrNotAtAll() throws {
    let copy = FileManager.default.temporaryDirectory.appendingPathComponent(
      "dpu-load-\(UUID()).npy")
    defer { try? FileManager.default.removeItem(at: copy) }
    let bytes = try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/rank-4.npy"))
    try bytes.write(to: copy)
    // Without a budget every state but the first is rebuilt.
    var notebook = Notebook(undoBudget: 0)
    for cell in ["load \(copy.path) as w", "x = w * 2", "y = x * 2", "z = y * 2"] {
      #expect(notebook.run(cell).failure == nil)
    }
    #expect(notebook.run("undo 2").failure == nil)
    try (bytes.dropLast() + [1]).write(to: copy)
    #expect(notebook.run("undo").failure?.message.contains("has changed since cell 1") == true)
    #expect(shown("w.shape", in: &notebook) == "torch.Size([1, 2, 3, 4])")
  }

  /// What lessons load comes with the program, from any folder; a file of the user's own comes first.
  @Test func filesOfLessonsComeWithTheProgram() throws {
    let scratch = try Scratch()
    let files = FileAccess(
      reading: .folders([scratch.path]), writing: .folders([]), folder: scratch.path)
    var notebook = Notebook(files: files)
    let shown = notebook.shown("load digits.pt")
    #expect(shown?.hasSuffix("4 tensors, crc32 7dffd6a6") == true)
    for sample in Sample.all {
      let path = Program.packageFolder + "/sessions/\(sample.name)"
      #expect(try Data(sample.bytes) == Data(contentsOf: URL(filePath: path)), "\(sample.name)")
    }
    #expect(Sample.all.map(\.name) == ["digits.npz", "digits.pt"])
    #expect(notebook.run("load digits.npz labels as y").failure == nil)
    #expect(notebook.run("undo").failure == nil)
    #expect(notebook.run("redo").failure == nil)
    _ = try scratch.write("digits.pt", "1,2".utf8)
    #expect(notebook.shown("load digits.pt as t; t") == "tensor([[1, 2]])")
    #expect(notebook.run("load ./digits.npz").failure?.message.contains("there is no file") == true)
  }
}
