import Testing

@testable import Notebook

/// The word `time` before a cell.
struct TimeTests {
  @Test(arguments: [
    ("time tensor [1]", "tensor [1]", 5), ("time time\ttime  tensor [1]", "tensor [1]", 16),
    ("  time tensor [1] ", "tensor [1]", 7), ("time time", "time", 5), ("time [", "[", 5),
  ])
  func saysWhereTheCellBegins(source: String, cell: String, start: Int) throws {
    let timed = try #require(TimeCommand.timed(source))
    #expect(timed.cell == cell && timed.start == start)
  }

  @Test(arguments: ["time", "timer 1", "tensor [1]", " ", "time;", "time\ntensor [1]"])
  func otherCellsAreNotTimed(source: String) {
    #expect(TimeCommand.timed(source) == nil)
  }

  /// Each word used to take a frame of the stack and a copy of the rest.
  @Test(.timeLimit(.minutes(1))) func aHundredThousandTimesIsOnce() {
    var notebook = Notebook()
    let result = notebook.run(String(repeating: "time ", count: 100_000) + "tensor [1]")
    #expect(result.text == "tensor([1.])" && result.timing != nil)
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

  @Test func aQuestionIsShownAsWhatItAsks() throws {
    var notebook = Notebook()
    let result = notebook.run("time frward?")
    #expect(result.typed == "time help frward")
    #expect(result.failure?.range == 10..<16)
  }
}
