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
        {"cell_type": "code", "source": "x @ torch.ones(3)\nx", "outputs": []},
        {"cell_type": "code", "source": "y = 1",
         "outputs": [{"output_type": "error", "ename": "KeyboardInterrupt"}]}],
       "nbformat": 4, "nbformat_minor": 5}
      """#, "a.ipynb")
    #expect(
      session.taken == 1 && session.left.map(\.place) == ["cell 2, line 1", "cell 3, line 1"])
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

  /// Nor what shares its memory with that, by a name that was given before or in prose.
  @Test(arguments: [
    ("d = a", "while False:\n    d.zero_()", "print(a)"),
    ("d = a.view(-1)", "d.clamp_(0)", "print(a)"),
    ("d = a; x = {}", "d.zero_()", "print(a)"),
    ("d = conv.weight.detach()", "d.zero_()", "print(conv.weight)"),
    ("e = conv; x = {}", "d = e.weight; e = 1; y = {}\n\nd.data.zero_()", "print(conv.weight)"),
    ("b = a.float()", "a.requires_grad_()", "print(b)"),
    ("d = [a, a]", "d[0] += 1", "print(a)"),
    ("d = a.detach(); d[0:1] = 1", "e = 1", "print(a)"),
  ])
  func whatSharesMemoryIsNotShownEither(first: String, second: String, shown: String) throws {
    let session = try ImportedSession.of(
      """
      import torch
      a = torch.ones(2)
      conv = torch.nn.Conv2d(1, 1, 1)

      \(first)

      \(second)

      \(shown)
      """)
    #expect(session.left.last?.reason.contains("is set or changed in line") == true)
    #expect(try !session.sources().contains { !$0.hasSuffix(";") })
  }

  /// What is set to something else in prose leaves what it stood for as it was.
  @Test func whatProseOnlyRenamesIsKnown() throws {
    let session = try ImportedSession.of(
      "import torch\na = torch.ones(2)\nb = a\n\nb = {}\n\nprint(a)\n")
    #expect(session.left.count == 1)
    #expect(try session.sources().last == "a")
  }

  @Test func aPrunedWeightHasNoGraphAfterNoGrad() throws {
    let session = try ImportedSession.of(
      """
      import torch
      import torch.nn.utils.prune as prune
      conv = torch.nn.Conv2d(1, 1, 1, bias=False)
      prune.identity(conv, "weight")
      with torch.no_grad():
          conv(torch.ones(1, 1, 1, 1))
      print(conv.weight.requires_grad)
      y = conv(torch.ones(1, 1, 1, 1))
      print(conv.weight.requires_grad)
      """)
    #expect(
      try session.cells().compactMap(\.record) == [.output(["False"]), .output(["True"])])
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

  /// After pruning PyTorch's parameter is called `weight_orig`, and a name for it follows.
  @Test func namesOfParametersFollowThemThroughPruning() throws {
    let session = try ImportedSession.of(
      """
      import torch, copy
      import torch.nn.utils.prune as prune
      conv = torch.nn.Conv2d(1, 2, 1, bias=False)
      w = conv.weight
      prune.l1_unstructured(conv, "weight", amount=1)
      print(w.requires_grad)

      conv(torch.ones(1, 1, 1, 1))
      conv.weight.retain_grad()
      conv(torch.ones(1, 1, 1, 1)).sum().backward()
      print(w.grad)

      print(conv.weight.grad)

      prune.remove(conv, "weight")
      print(w)

      prune.identity(conv, "weight")
      other = copy.deepcopy(conv)
      """)
    let sources = try session.sources()
    #expect(sources.contains("conv1.weight_orig.requires_grad"))
    #expect(sources.contains("conv1.weight"))
    #expect(session.left.map(\.place) == ["line 13", "line 19"])
    #expect(try session.disagreements() == [])
  }

  @Test func whatHasNoEffectOnValuesIsPassedOver() throws {
    let session = try ImportedSession.of(
      """
      import random, warnings
      import numpy as np
      import torch
      torch.manual_seed(1); np.random.seed(1); random.seed(1); torch.cuda.manual_seed_all(1)
      warnings.filterwarnings("ignore")
      if __name__ == "__main__":
          device = "cuda" if torch.cuda.is_available() else "cpu"
          x = torch.ones(2, device=device).to(device)
          print(x)
      """)
    #expect(session.left.isEmpty)
    #expect(try session.sources() == ["seed 1;", "x = torch.ones(2)"])
  }

  /// A list is not a tensor, as it would be in a cell.
  @Test(arguments: [
    "x = [1, 2]", "print([1, 2])", "print(([1], 2))", "y = {1: 2}", "x = 'a' 'b' + 1",
  ])
  func whatAListOrATextIsIsNotGuessed(code: String) throws {
    let session = try ImportedSession.of("import torch\n\n\(code)\n")
    #expect(try session.left.count == 1 && session.sources().isEmpty)
  }

  /// Under `no_grad` nothing has a graph.
  @Test func noGradLeavesNoGraph() throws {
    let session = try ImportedSession.of(
      """
      import torch
      x = torch.ones(2, requires_grad=True)
      with torch.no_grad():
          print((x * 2).requires_grad)
          print(x.requires_grad)
          y = x + 1
          print(torch.nn.Linear(2, 1, bias=False)(x).shape)
      print(y)
      """)
    #expect(session.left.map(\.place) == ["line 7"])
    let kept = try ImportedSession.of(
      """
      import torch
      x = torch.ones(2, requires_grad=True)
      with torch.no_grad():
          print((x * 2).requires_grad)
          print(x.requires_grad)
          y = x + 1
      print(y)
      """)
    let shown = try kept.cells().compactMap(\.record)
    #expect(
      shown == [.output(["False"]), .output(["True"]), .output(["tensor([2., 2.])"])])
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
