import Foundation
import TestSupport
import Testing

@testable import Notebook

/// Notebooks and programs as sessions.
struct ImportTests {
  // MARK: Texts

  @Test func markdownIsProse() throws {
    let session = try ImportedSession.of(
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
    let session = try ImportedSession.of(
      """
      import torch
      # Two numbers:
      x = torch.tensor([1., 2.])  # in a tensor
      print("x is", x)
      print()
      print("-" * 20)
      print(f"{x.sum()} of {x.numel():d}", end="")
      """)
    #expect(try session.prose() == ["# Two numbers:", "# in a tensor", "# x is", "# of"])
    #expect(
      try session.sources() == [
        "x = torch.tensor([1.0, 2.0]);", "x", "x.sum().item()", "x.numel()",
      ])
    #expect(try session.disagreements() == [])
  }

  @Test func aTranscriptIsTakenFromItsPrompts() throws {
    let session = try ImportedSession.of(
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
    #expect(try session.prose().first == "# What I typed:")
    #expect(try session.sources() == ["x = torch.ones(2)", "x.sum()"])
    #expect(session.different.map(\.place) == ["line 9"])
    let python = try ImportedSession.of(
      ">>> import torch\n>>> torch.ones(\n...   1)\ntensor([1.])\n", "a.txt")
    #expect(try python.sources() == ["torch.ones(1)"] && python.different.isEmpty)
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
    let error = #expect(throws: ImportError.self) { try ImportedSession.of(text, "a.ipynb") }
    #expect(error?.message.contains(message) == true)
  }

  @Test func whatFailsThereAndHereIsTakenOver() throws {
    let session = try ImportedSession.of(
      #"""
      {"cells": [
        {"cell_type": "code", "source": "import torch\nx = torch.ones(2)\nx @ torch.ones(3)",
         "outputs": [{"output_type": "error", "ename": "RuntimeError"}]},
        {"cell_type": "code", "source": "x @ torch.ones(3)\nx", "outputs": []}],
       "nbformat": 4, "nbformat_minor": 5}
      """#, "a.ipynb")
    #expect(session.taken == 1 && session.left.map(\.place) == ["cell 2, line 1"])
    #expect(try session.sources() == ["x = torch.ones(2);", "x @ torch.ones(3)"])
    #expect(try session.disagreements() == [])
  }

  @Test func otherValuesThanTheNotebooksAreTold() throws {
    let session = try ImportedSession.of(
      #"""
      {"cells": [
        {"cell_type": "code", "source": "import torch\nprint(torch.ones(1) / 3)",
         "outputs": [{"output_type": "stream", "name": "stdout", "text": "tensor([0.3334])\n"}]},
        {"cell_type": "code", "source": "torch.ones(1) / 3",
         "outputs": [{"output_type": "execute_result", "data": {"text/plain": ["tensor([0.4])"]}}]}],
       "nbformat": 4, "nbformat_minor": 5}
      """#, "a.ipynb")
    // One unit of the last place is the order of a sum.
    #expect(session.different.map(\.place) == ["cell 2"])
    #expect(try session.prose() == ["# (cell 2 showed something else in the notebook.)"])
  }

  @Test func tensorsThatNobodyElseSeesAreChangedInPlace() throws {
    let session = try ImportedSession.of(
      """
      import torch
      x = torch.zeros(2, 3)
      x[0] = 1
      x[:, -1] = 5
      x += 1
      x.mul_(2)
      x[x > 3] = 0
      print(x)
      i = torch.tensor([1])
      x[i] = -1
      print(x)

      y = x[0]
      x.add_(1)
      print(x[0, 0])

      print(y)

      z = x
      z.add_(1)
      """)
    let shown = try session.cells().compactMap(\.record)
    #expect(
      shown == [
        .output(["tensor([[0., 0., 0.],", "        [2., 2., 0.]])"]),
        .output(["tensor([[ 0.,  0.,  0.],", "        [-1., -1., -1.]])"]),
        .output(["tensor(1.)"]),
      ])
    #expect(session.left.map(\.place) == ["line 17", "line 20"])
  }

  // MARK: Loops

  /// A loop's first turns do not decide for the others.
  @Test(arguments: [
    ("for i in range(20):\n    if i > 5:\n        x = x * 2", ["'if'"]),
    ("for i in range(20):\n    print(x * i)", ["a loop that prints"]),
    ("for i in range(20):\n    x = x + i", []),
    ("for i in range(3):\n    if i > 1:\n        x = x * 2", []),
    ("while True:\n    x = x + 1", ["'while'"]),
    ("for i in range(0):\n    x = x + 1", []),
    ("for i in range(2):\n    for j in range(2):\n        x = x + i * j", []),
  ])
  func loops(code: String, reasons: [String]) throws {
    let session = try ImportedSession.of("import torch\nx = torch.ones(2)\n\n\(code)\n\nprint(x)\n")
    #expect(
      session.left.prefix(1).map { String($0.reason.prefix(reasons.first?.count ?? 0)) } == reasons)
    #expect(try session.disagreements() == [])
  }

  // MARK: What changes without a word

  /// After a cell that stays prose nothing is shown that the cell may have changed.
  @Test(arguments: [
    "while False:\n    x = 1", "for i in [1]:\n    x.zero_()", "x[0:1] = 5",
    "x += torch.ones(2, requires_grad=True)",
    "x.clamp_(2)",
    "def f():\n    x.zero_()\n\nf()", "exec('x = 1')\nx = lambda: 1", "y = x\nx.mul_(2)", "x = {}",
    "try:\n    pass\nexcept:\n    x = 3", "(x) = [1, 2]", "torch.nn.init.normal_(x)",
  ])
  func whatProseMayChangeIsNotShown(code: String) throws {
    let session = try ImportedSession.of("import torch\nx = torch.ones(2)\n\n\(code)\n\nprint(x)\n")
    #expect(try session.sources() == ["x = torch.ones(2);"])
    #expect(session.left.last?.reason.hasPrefix("'x' is set or changed in line ") == true)
  }

  @Test func drawsAfterUnknownDrawsStayProseUntilTheNextSeed() throws {
    let session = try ImportedSession.of(
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
      try session.sources() == [
        "seed 1;", "y = torch.ones(2);", "seed 2;", "x = torch.randn(2);",
      ])
  }

  @Test func namesThatShareMemoryWithALayerAreNotShownOnceItHasChanged() throws {
    let session = try ImportedSession.of(
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
    #expect(try session.sources().contains("conv1.weight"))
    #expect(try session.disagreements() == [])
  }

  @Test func gradientsThatPyTorchDoesNotKeepAreNotShown() throws {
    let session = try ImportedSession.of(
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
    #expect(try session.disagreements() == [])
  }

  /// Words of the notebook's own are other names there; a name in use is not taken from its value.
  @Test func namesAreThoseOfTheProgramWhereTheyAreFree() throws {
    let session = try ImportedSession.of(
      """
      import torch
      mask = torch.ones(1)
      mask1 = torch.zeros(1)
      other = mask
      mask = mask + 1
      print(mask, mask1, other)
      """)
    let shown = try session.cells().compactMap(\.record)
    #expect(
      shown == [.output(["tensor([2.])"]), .output(["tensor([0.])"]), .output(["tensor([1.])"])])
  }
}
