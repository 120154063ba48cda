import Language
import Testing

@testable import Notebook

/// What is pasted from a transcript is stripped to its commands.
@Suite struct PasteFilterTests {
  @Test func aNotebooksPromptsAndOutputsGo() {
    let text = """
      In [1]: conv 1 2 3
      Out[1]: Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1))

      In [2]: tensor [[1],
         ...:   [2]]
      Out[2]:
      tensor([[1.],
              [2.]])

      In [6a]: relu
      """
    #expect(PasteFilter.commands(in: text) == "conv 1 2 3\ntensor [[1],\n  [2]]\nrelu")
  }

  @Test func proseBetweenPromptsStays() {
    #expect(
      PasteFilter.commands(in: "# Half\nIn [1]: relu\n#> record\n\n# of them\nOut[1]: x\n1 # no")
        == "# Half\nrelu\n# of them")
  }

  @Test func aSessionFilesRecordsGo() {
    #expect(
      PasteFilter.commands(in: "mask 0.5\n#> tensor([0., 1.])\n#!  x\n# prose\nforward")
        == "mask 0.5\n# prose\nforward")
  }

  @Test func continuationPromptsGoWhereACellIsOpen() {
    #expect(PasteFilter.continuation("   ...: 2.],\n   ...: [3., 4.]]") == "2.],\n[3., 4.]]")
    #expect(PasteFilter.continuation("2.]]\n#> tensor([1.])") == "2.]]")
    #expect(PasteFilter.continuation("Out[2]:\n\nIn [3]: relu") == "relu")
  }

  @Test(arguments: [
    ("Out[3]: tensor([1.])", true), ("Out[3]:", true), ("  Out[6b]: x", true), ("Out[3]", false),
    ("Out[3] as y", false), ("relu Out[3]", false), ("", false),
  ]) func outputsAreKnown(line: String, isOutput: Bool) {
    #expect(PasteFilter.isOutput(line) == isOutput)
  }

  @Test func oneLineWithItsPromptIsACommand() {
    #expect(PasteFilter.commands(in: "In [3]: relu") == "relu")
    #expect(PasteFilter.commands(in: "In[3]") == "In[3]")
  }

  @Test(arguments: [
    "(ins)In [3]: relu", "(cmd)In [3]: relu", "[ins] In [3]: relu", "[nav] In [3]: relu",
    "  In [12]:relu", ">>> relu", "In [6a]: relu",
  ]) func promptsOfAllKindsAreKnown(line: String) {
    #expect(PasteFilter.commands(in: line) == "relu")
    #expect(PasteFilter.continuation(line) == "relu")
  }

  @Test func pythonsTranscriptsAreStripped() {
    let text = """
      >>> tensor [1,
      ...   2]
      tensor([1., 2.])
      >>>
      >>> relu
      """
    #expect(PasteFilter.commands(in: text) == "tensor [1,\n  2]\n\nrelu")
    #expect(PasteFilter.continuation("... 2.]") == "2.]")
  }

  @Test func carriageReturnsBeforeLineFeedsGo() {
    #expect(PasteFilter.commands(in: "conv 1 2 3\r\nrelu") == "conv 1 2 3\nrelu")
    #expect(PasteFilter.commands(in: "In [1]: [1,\r\n   ...: 2]\r\nOut[1]: x") == "[1,\n2]")
  }

  /// Dots of a summarized tensor are no prompt.
  @Test func whatOnlyLooksLikeAPromptStays() {
    for text in ["tensor([[1.],\n        ...,\n        [2.]])", ">>>x", "(ins) x", "In [3] x"] {
      #expect(PasteFilter.commands(in: text) == text)
      #expect(PasteFilter.continuation(text) == text)
    }
  }

  @Test func anythingElseStaysAsItIs() {
    let text = "conv 1 2 3 # In [3]: nothing\n\n  mask 0.5"
    #expect(PasteFilter.commands(in: text) == text)
  }
}
