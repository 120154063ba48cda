import Foundation
import TestSupport
import Testing

@testable import Notebook

/// Notebooks and programs as sessions.
struct ImportTests {
  /// What a text becomes.
  private static func imported(_ text: String, _ path: String = "a.py") throws -> ImportedSession {
    try ImportedSession(text, path: path)
  }

  /// The cells of a session, and whether each shows something, with what it shows.
  private static func cells(_ session: ImportedSession) throws -> [String] {
    try SessionFile(text: session.text, path: "a.dpu").cells.map(\.source)
  }

  private static func prose(_ session: ImportedSession) throws -> [String] {
    try SessionFile(text: session.text, path: "a.dpu").items.compactMap { item in
      if case .prose(let line) = item { line } else { nil }
    }
  }

  /// Replaying gives what was recorded.
  private static func disagreements(_ session: ImportedSession) throws -> [String] {
    let file = try SessionFile(text: session.text, path: "a.dpu")
    var notebook = Notebook(files: .nothing)
    notebook.isReplaying = true
    return try file.cells.compactMap { cell in
      let result = notebook.run(cell.source)
      return try result.record == cell.record ? nil : cell.source
    }
  }

  // MARK: The notebooks in Fixtures, whose outputs PyTorch has written

  /// What stays prose, by notebook: the place, and the beginning of the reason.
  private static let left: [String: [(place: String, reason: String)]] = [
    "a-first-convolution": [
      ("cell 9, line 2", "matplotlib.pyplot.imshow"), ("cell 11, line 1", "a generator"),
    ]
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
    let session = try Self.imported(text, "\(name).ipynb")
    let left = Self.left[name] ?? []
    #expect(session.different.map(\.place) == [])
    #expect(session.left.map(\.place) == left.map(\.place))
    for (found, expected) in zip(session.left, left) {
      #expect(found.reason.hasPrefix(expected.reason))
    }
    #expect(try Self.disagreements(session) == [])
  }

  /// A program with markers becomes the same session as the notebook, but for what places are called.
  @Test(arguments: notebooks)
  func program(name: String) throws {
    let notebook = try Self.imported(try Fixture.text("imports/\(name).ipynb"), "a.ipynb")
    let program = try Self.imported(try Fixture.text("imports/\(name).py"), "a.py")
    #expect(try Self.cells(program) == Self.cells(notebook))
    #expect(program.left.map(\.reason).count == notebook.left.map(\.reason).count)
  }

  // MARK: Texts

  @Test func markdownIsProse() throws {
    let session = try Self.imported(
      #"""
      {"cells": [
        {"cell_type": "markdown", "source": ["# A *title*\n", "\n", "1 \\< 2 &amp; 3\n", "```\n",
          "x = 1\n", "```\n", "\u001b[2J #> #! tail"]},
        {"cell_type": "code", "source": "import torch", "outputs": []}],
       "nbformat": 4, "nbformat_minor": 5}
      """#, "a.ipynb")
    #expect(
      session.text == """
        # dpu session 1
        # A *title*
        #
        # 1 < 2 & 3
        #     x = 1
        # ^[[2J #> #! tail

        """)
    #expect(session.taken == 1 && session.left.isEmpty)
  }

  @Test func commentsAndPrintedWordsAreProse() throws {
    let session = try Self.imported(
      """
      import torch
      # Two numbers:
      x = torch.tensor([1., 2.])  # in a tensor
      print("x is", x)
      print()
      print("-" * 20)
      print(f"{x.sum()} of {x.numel():d}", end="")
      """)
    #expect(try Self.prose(session) == ["# Two numbers:", "# in a tensor", "# x is", "# of"])
    #expect(
      try Self.cells(session) == [
        "x = torch.tensor([1.0, 2.0]);", "x", "x.sum().item()", "x.numel()",
      ])
    #expect(try Self.disagreements(session) == [])
  }

  @Test func aTranscriptIsTakenFromItsPrompts() throws {
    let session = try Self.imported(
      """
      What I typed:
      In [1]: import torch

      In [2]: x = torch.ones(
         ...:     2)
         ...: x
      Out[2]: tensor([1., 1.])

      In [3]: print(x.sum())
      tensor(3.)

      """, "a.txt")
    #expect(try Self.prose(session).first == "# What I typed:")
    #expect(try Self.cells(session) == ["x = torch.ones(2)", "x.sum()"])
    #expect(session.different.map(\.place) == ["line 9"])
    let python = try Self.imported(
      ">>> import torch\n>>> torch.ones(\n...   1)\ntensor([1.])\n", "a.txt")
    #expect(try Self.cells(python) == ["torch.ones(1)"] && python.different.isEmpty)
  }

  @Test(arguments: [
    ("{", "damaged JSON at byte 1"), ("[]", "holds no notebook"),
    (#"{"cells": [], "cells": [], "nbformat": 4}"#, "the key 'cells' twice"),
    (#"{"worksheets": [], "nbformat": 3}"#, "format 3"), (#"{"cells": []}"#, "which nbformat"),
    (#"{"cells": [], "nbformat": 4}"#, "has no cells"),
    (#"{"cells": [1], "nbformat": 4}"#, "at place 1"),
    (#"{"cells": [], "nbformat": 5}"#, "nbformat 5"),
    (
      #"{"cells": [], "metadata": {"kernelspec": {"language": "R"}}, "nbformat": 4}"#,
      "in R, and not in Python"
    ),
  ])
  func whatIsNoNotebookIsRefused(text: String, message: String) throws {
    let error = #expect(throws: ImportError.self) { try Self.imported(text, "a.ipynb") }
    #expect(error?.message.contains(message) == true)
  }

  // MARK: What changes without a word

  /// After a cell that stays prose nothing is shown that the cell may have changed.
  @Test(arguments: [
    "while False:\n    x = 1", "for i in [1]:\n    x.zero_()", "x[0] = 5", "x += 1", "x.add_(1)",
    "def f():\n    x.zero_()\n\nf()", "exec('x = 1')\nx = lambda: 1", "y = x\nx.mul_(2)", "x = {}",
    "try:\n    pass\nexcept:\n    x = 3", "(x) = [1, 2]", "torch.nn.init.normal_(x)",
  ])
  func whatProseMayChangeIsNotShown(code: String) throws {
    let session = try Self.imported("import torch\nx = torch.ones(2)\n\n\(code)\n\nprint(x)\n")
    #expect(try Self.cells(session) == ["x = torch.ones(2);"])
    #expect(session.left.last?.reason.hasPrefix("'x' is set or changed in line ") == true)
  }

  @Test func drawsAfterUnknownDrawsStayProseUntilTheNextSeed() throws {
    let session = try Self.imported(
      """
      import torch
      torch.manual_seed(1)

      noise = torch.bernoulli(torch.ones(3))

      x = torch.randn(2)

      y = torch.ones(2)

      torch.manual_seed(2)
      x = torch.randn(2)
      """)
    #expect(session.left.map(\.place) == ["line 4", "line 6"])
    #expect(
      try Self.cells(session) == [
        "seed 1;", "y = torch.ones(2);", "seed 2;", "x = torch.randn(2);",
      ])
  }

  @Test func namesThatShareMemoryWithALayerAreNotShownOnceItHasChanged() throws {
    let session = try Self.imported(
      """
      import torch
      conv = torch.nn.Conv2d(1, 1, 1)
      whole, part, copied = conv.weight, conv.weight[0], conv.weight.clone()

      conv(torch.ones(1, 1, 1, 1)).sum().backward()
      gradient = conv.weight.grad
      torch.optim.SGD(conv.parameters(), lr=1).step()

      print(whole)
      print(copied)

      print(part)

      print(gradient)

      conv(torch.ones(1, 1, 1, 1)).sum().backward()
      print(gradient)
      """)
    #expect(session.left.map(\.place) == ["line 12", "line 17"])
    #expect(try Self.cells(session).contains("conv1.weight"))
    #expect(try Self.disagreements(session) == [])
  }

  @Test func gradientsThatPyTorchDoesNotKeepAreNotShown() throws {
    let session = try Self.imported(
      """
      import torch
      x = torch.ones(2, requires_grad=True)
      y = x * 2
      z = y * 3
      z.retain_grad()
      z.sum().backward()
      print(x.grad, z.grad)

      print(y.grad)

      z.backward()
      """)
    #expect(session.left.map(\.place) == ["line 9", "line 11"])
    #expect(try Self.disagreements(session) == [])
  }

  /// Words of the notebook's own are other names there; a name in use is not taken from its value.
  @Test func namesAreThoseOfTheProgramWhereTheyAreFree() throws {
    let session = try Self.imported(
      """
      import torch
      mask = torch.ones(1)
      mask1 = torch.zeros(1)
      other = mask
      mask = mask + 1
      print(mask, mask1, other)
      """)
    let shown = try SessionFile(text: session.text, path: "a.dpu").cells.compactMap(\.record)
    #expect(
      shown == [.output(["tensor([2.])"]), .output(["tensor([0.])"]), .output(["tensor([1.])"])])
  }
}
