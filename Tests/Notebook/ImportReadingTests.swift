import TestSupport
import Testing

@testable import Notebook

/// How the files that others wrote are read: notebooks, programs, transcripts.
struct ImportReadingTests {
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

  /// readline's and IPython's modes stand before a prompt; one in a docstring is none.
  @Test func promptsOfAllKindsAreKnown() throws {
    let session = try ImportedSession.of(
      """
      (ins)In [1]: import torch

      [nav] In [2]: torch.ones(2)
      Out[2]: tensor([1., 1.])
      """, "a.txt")
    #expect(try session.sources() == ["torch.ones(2)"])
    #expect(TranscriptReader.cells(["  >>> x", "\tIn [1]: x"]) == nil)
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
}
