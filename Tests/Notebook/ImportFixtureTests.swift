import Foundation
import TestSupport
import Testing

@testable import Notebook

/// Whole notebooks as sessions: those in Fixtures, whose outputs PyTorch has written, and what dpu
/// itself exports.
struct ImportFixtureTests {
  /// What stays prose, by notebook: the place, and the beginning of the reason.
  private static let left: [String: [(place: String, reason: String)]] = [
    "a-first-convolution": [
      ("cell 9, line 2", "matplotlib.pyplot.imshow"), ("cell 11, line 1", "a call of 'sum'"),
    ],
    "autograd-basics": [
      ("cell 5, line 1", "'is not'"),
      ("cell 12, line 1", "the gradient of a value that is not asked to retain it"),
      ("cell 13, line 1", "zero_, which changes a tensor in place"),
    ],
    "batch-norm": [("cell 8, line 1", "an assignment to a part of a value")],
    "epsilon-and-relu": [
      ("cell 8, line 1", "an optimizer of some parameters only"),
      ("cell 9, line 1", "torch.optim.SGD with 'momentum': steps here are plain SGD"),
    ],
    "lenet-module": [
      ("cell 8, line 1", "the class 'Two', whose forward is no row of layers"),
      ("cell 9, line 1", "a call of 'sum'"),
    ],
    "linear-regression": [
      ("cell 5, line 3", "'-=', which changes a tensor in place"),
      ("cell 6, line 1", "'w' is set or changed in cell 5, which is prose"),
      ("cell 10, line 2", "the function 'train', which does more than give a value"),
      ("cell 11, line 1", "'model' is set or changed in cell 10, which is prose"),
    ],
    "masked-training": [("cell 9, line 1", "a comprehension")],
    "own-units": [
      ("cell 6, line 1", "here: unit: a rule works on each element by itself, and randn_like"),
      ("cell 7, line 2", "a mask that leaves the bias alone"),
      ("cell 9, line 5", "random numbers were drawn in cell 7, which is prose"),
    ],
    "pruning-tutorial": [
      ("cell 4, line 2", "a call of 'list'"),
      ("cell 7, line 1", "'_forward_pre_hooks' of a layer"),
      ("cell 12, line 1", "pruning of another parameter than the weight"),
    ],
    "published-notebook": [],
    "tensors-tour": [("cell 9, line 1", "numpy.array")],
    "training-loop": [
      ("cell 7, line 1", "matplotlib.pyplot.plot"),
      ("cell 10, line 6", "'if' with what is not known before"),
      ("cell 11, line 1", "'loss' is set or changed in cell 10, which is prose"),
      ("cell 12, line 1", "'model' is set or changed in cell 10, which is prose"),
    ],
  ]

  private static let notebooks = made {
    let folder = Fixture.tests.appending(path: "Fixtures/imports").path
    return try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".ipynb") }.map { String($0.dropLast(6)) }.sorted()
  }

  @Test func everyNotebookIsTold() { #expect(Self.notebooks == Self.left.keys.sorted()) }

  /// What was taken over shows what PyTorch showed; what was not is told with its reason.
  @Test(arguments: notebooks)
  func notebook(name: String) throws {
    let text = try Fixture.text("imports/\(name).ipynb")
    let session = try ImportedSession.of(text, "\(name).ipynb")
    let left = Self.left[name] ?? []
    #expect(session.different.map(\.place) == [])
    #expect(session.left.map(\.place) == left.map(\.place))
    for (found, expected) in zip(session.left, left) {
      #expect(found.reason.hasPrefix(expected.reason))
    }
    #expect(try session.disagreements() == [])
  }

  /// A program with markers becomes the same session as the notebook, but for what places are called.
  @Test(arguments: notebooks)
  func program(name: String) throws {
    let notebook = try ImportedSession.of(try Fixture.text("imports/\(name).ipynb"), "a.ipynb")
    let text = try Fixture.text("imports/\(name).py")
    let program = try ImportedSession.of(text, "a.py")
    // What fails is told by a notebook alone.
    guard !text.contains("# %% raises") else { return }
    #expect(try program.sources() == notebook.sources())
    #expect(program.left.map(\.reason).count == notebook.left.map(\.reason).count)
  }

  /// The gradients that the authors printed.
  @Test func thePublishedNotebookGivesThePublishedDigits() throws {
    let session = try ImportedSession.of(
      try Fixture.text("imports/published-notebook.ipynb"), "a.ipynb")
    let shown = try session.cells().compactMap {
      if case .output(let lines)? = $0.record { lines.joined(separator: "\n") } else { nil }
    }
    for digits in [
      "tensor([0., 1.])", "tensor([1.5058, 1.8242], grad_fn=<SumBackward1>)",
      """
      tensor([[[[ 0.6681,  2.7298,  4.3273],
                [ 2.2807,  3.8396,  4.5354],
                [ 2.8895,  4.5643,  4.7680]]],


              [[[ 0.9566,  3.4354, -1.4009],
                [ 1.1768,  5.1519, -0.2187],
                [-0.7392, -1.3219,  1.3150]]]])
      """,
      """
      tensor([[[[ 5.7206,  3.4495, -3.1273],
                [ 2.4458,  0.5445, -4.4313],
                [-3.3191,  2.3399, -1.3938]]],


              [[[ 0.0000,  0.0000, -0.0000],
                [ 0.0000,  0.0000, -0.0000],
                [-0.0000, -0.0000, -0.0000]]]])
      """,
      """
      tensor([[[[ 5.7206,  3.4495, -3.1273],
                [ 2.4458,  0.5445, -4.4313],
                [-3.3191,  2.3399, -1.3938]]],


              [[[ 1.2246,  1.5253, -1.9536],
                [ 1.5667,  1.3428, -2.7680],
                [-0.7879, -1.7737, -5.8281]]]])
      """,
    ] { #expect(shown.contains(digits)) }
  }

  // MARK: What dpu itself exports

  private static let sessions = made {
    try FileManager.default
      .contentsOfDirectory(atPath: Fixture.package.appending(path: "sessions").path)
      .filter { $0.hasSuffix(SessionFile.suffix) }.sorted()
  }

  /// Every session comes back from the program and from the notebook that it is exported to, and shows
  /// what they print.
  @Test(arguments: sessions)
  func whatWasExportedComesBack(name: String) throws {
    let path = Fixture.package.appending(path: "sessions/\(name)").path
    let folder = TextFile.folder(of: path)
    let files = FileAccess(reading: .folders([folder]), writing: .folders([]), folder: folder)
    let replayed = try ReplayedFile(
      SessionFile(text: try String(contentsOfFile: path, encoding: .utf8), path: path), path: path,
      files: files)
    let program = try ImportedSession.of(try PythonExport().text(of: replayed), files: files)
    #expect(program.left.map(\.reason) == [])
    let shown = try program.cells().compactMap(\.record)
    #expect(
      shown
        == (try replayed.program.shown.map { text in
          .output(text.lines.map(\.trimmingTrailingBlanks))
        }))
    #expect(try program.disagreements(files: files) == [])
    let notebook = try ImportedSession.of(
      try IpynbExport().text(of: replayed), "a.ipynb", files: files)
    #expect(notebook.left.map(\.reason) == [] && notebook.different.map(\.place) == [])
    #expect(try notebook.disagreements(files: files) == [])
  }
}
