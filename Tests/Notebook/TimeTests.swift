import Testing

@testable import Notebook

/// The word `time` before a cell.
struct TimeTests {
  @Test(arguments: [
    ("time tensor [1]", "tensor [1]"), ("time time\ttime  tensor [1]", "tensor [1]"),
    ("  time tensor [1] ", "tensor [1]"), ("tensor [1]; time tensor [2]", "tensor [1]; tensor [2]"),
    ("time tensor [1]; time time tensor [2];", "tensor [1]; tensor [2];"),
  ])
  func theCellIsKeptWithoutTheWord(source: String, cell: String) {
    var notebook = Notebook()
    let result = notebook.run(source)
    #expect(result.source == cell && result.typed == source)
  }

  /// Each command by itself.
  @Test(arguments: [
    ("tensor [1]", 0), ("time tensor [1]", 1), ("time tensor [1]; tensor [2]", 1),
    ("time tensor [1]; time tensor [2]", 2), ("time help", 1), ("time [1, 2]", 1),
  ])
  func commandsAreTimed(source: String, count: Int) {
    var notebook = Notebook()
    #expect(notebook.run(source).timings.count == count)
  }

  /// Each word used to take a frame of the stack and a copy of the rest.
  @Test(.timeLimit(.minutes(10))) func aHundredThousandTimesIsOnce() {
    var notebook = Notebook()
    let result = notebook.run(String(repeating: "time ", count: 100_000) + "tensor [1]")
    #expect(result.text == "tensor([1.])" && result.timings.count == 1)
    #expect(result.source == "tensor [1]")
  }

  @Test(arguments: [
    ("time mask «7»", "mask: the rate must be at least 0 and below 1, not 7"),
    ("time time tensor «[»1", "the '[' is not closed"),
    ("time «undo»", "undo: there is nothing to undo"),
    ("time time«»", "time: COMMAND is missing"),
    ("time«»", "time: COMMAND is missing"),
  ])
  func anErrorHasItsPlaceInWhatWasTyped(cell: String, message: String) throws {
    let marked = Marked(cell)
    var notebook = Notebook()
    let result = notebook.run(marked.source)
    let failure = try #require(result.failure)
    #expect(failure.message == message && failure.range == marked.range)
    #expect(result.typed == marked.source)
  }

  @Test(arguments: [
    ("conv?", "help conv"), ("?conv", "help conv"), ("conv??", "help conv"),
    ("? conv", "help conv"),
    ("conv ?", "help conv"), ("?", "help"), ("??", "help"), (" conv? # what", "help conv"),
    ("time conv?", "time help conv"),
  ])
  func aQuestionAsksForHelp(question: String, cell: String) throws {
    var notebook = Notebook()
    guard case .text(let text)? = notebook.run(question).reply,
      case .text(let expected)? = notebook.run(cell).reply
    else {
      Issue.record("no help")
      return
    }
    #expect(text == expected)
  }

  @Test func aQuestionHasItsPlace() throws {
    var notebook = Notebook()
    #expect(notebook.run("time frward?").failure?.range == 5..<11)
    #expect(notebook.run("conv? mask?").failure != nil)
  }
}
