import LessonTexts
import TestSupport
import Testing

@testable import Notebook

/// A lecture is a pure value: what is shown, what was run, and the states to go back to.
@Suite struct LectureTests {
  private static let text = """
    # dpu session 1
    # TITLE
    # First the layer.

    conv 1 2 3;

    # Then a draw.
    input 1 1 3 3
    mask 7
    #! mask: the rate must be at least 0 and below 1, not 7
    forward; relu; backward
    input 1 1 2 2
    # The end.
    """

  private func lecture(_ text: String = LectureTests.text) throws -> Lecture {
    let outer = Notebook()
    return Lecture(
      try SessionFile(text: text, path: "a.dpu"), in: outer.entering("a.dpu"), outer: outer)
  }

  /// What a person could see of a state, the next random numbers included.
  private func fingerprint(_ notebook: Notebook) -> [String] {
    var copy = notebook
    return ["\(copy.nextNumber)"]
      + ["layers", "weight", "grad", "input", "_", "Out[2]", "input 1 1 4 4"].map {
        let result = copy.run($0)
        return result.text ?? result.failure?.message ?? ""
      }
  }

  @Test func proseBelongsToTheCellBehindIt() throws {
    let lecture = try lecture()
    #expect(lecture.pages.count == 5)
    #expect(lecture.pages[0].prose == ["# TITLE", "# First the layer."])
    #expect(lecture.pages[1].prose == ["# Then a draw."])
    #expect(lecture.epilogue == ["# The end."])
  }

  @Test func showingAndRunningAreTwoSteps() throws {
    var lecture = try lecture()
    #expect(lecture.currentCell == 0 && !lecture.isShown)
    lecture.show()
    #expect(lecture.currentCell == 1 && lecture.isShown && lecture.position == 0)
    #expect(lecture.run()?.number == 1)
    #expect(lecture.currentCell == 1 && !lecture.isShown && lecture.position == 1)
  }

  @Test func backIsExactFromEveryCell() throws {
    var lecture = try lecture()
    var states = [fingerprint(lecture.notebook)]
    while lecture.run() != nil { states.append(fingerprint(lecture.notebook)) }
    lecture.show()
    #expect(lecture.isAtEnd && states.count == 6)
    for place in (0..<5).reversed() {
      #expect(lecture.back() == nil)
      #expect(lecture.position == place && fingerprint(lecture.notebook) == states[place])
    }
    #expect(lecture.back() == nil && lecture.position == 0)
  }

  @Test func goingToACellGivesTheStateOfAReplay() throws {
    var lecture = try lecture()
    var states: [[String]] = []
    repeat { states.append(fingerprint(lecture.notebook)) } while lecture.run() != nil
    for number in [4, 2, 5, 1, 3] {
      #expect(lecture.go(before: number) == nil)
      #expect(fingerprint(lecture.notebook) == states[number - 1])
    }
  }

  @Test func aLongLectureKeepsFewStatesAndGoesBackAllTheSame() throws {
    let cells = (0..<1000).map { _ in "input 1 1 1 2" }.joined(separator: "\n")
    var lecture = try lecture(cells)
    #expect(lecture.go(before: 778) == nil)
    let state = fingerprint(lecture.notebook)
    #expect(lecture.go(before: 1001) == nil && lecture.next == nil)
    #expect(lecture.go(before: 778) == nil)
    #expect(fingerprint(lecture.notebook) == state)
  }

  @Test func keptStatesAreFewAndSpread() throws {
    var states = StatesBeforeCells()
    for place in 0..<1000 { states.keep(Notebook(), at: place) }
    #expect(states.count <= 64)
    for place in [0, 1, 17, 500, 999] {
      let nearest = try #require(states.nearest(to: place))
      #expect(nearest.place <= place && place - nearest.place < 32)
    }
    states.drop(from: 500)
    #expect(states.nearest(to: 999)?.place ?? 500 < 500)
  }

  @Test func paragraphsOfProseEnterTheLog() throws {
    var lecture = try lecture("# One.\n\n# Two.\n\ntensor [1]\n\n# Three.\n\n# Four.\n")
    _ = lecture.run()
    lecture.show()
    #expect(
      try Transcript.text(of: lecture.opened.log)
        == "# dpu session 1\n# One.\n\n# Two.\ntensor [1]\n#> tensor([1.])\n# Three.\n\n# Four.\n")
  }

  @Test func aRecordedFailureIsPassed() throws {
    var lecture = try lecture()
    #expect(lecture.go(before: 3) == nil)
    #expect(lecture.run()?.failure != nil)
    #expect(lecture.position == 3)
  }

  @Test func anUnrecordedFailureStaysAtItsCell() throws {
    var lecture = try lecture("tensor [1]\nnonsense\ntensor [2]\n")
    let failed = lecture.go(before: 3)
    #expect(failed?.failure != nil && lecture.position == 1)
    let state = fingerprint(lecture.notebook)
    lecture.show()
    #expect(lecture.run()?.failure != nil)
    #expect(lecture.position == 1 && lecture.isShown && fingerprint(lecture.notebook) == state)
    #expect(lecture.run(skipping: true)?.failure != nil)
    #expect(lecture.position == 2)
    #expect(lecture.run()?.number == 3)
    #expect(lecture.back() == nil && lecture.position == 2, "what was passed over stays so")
  }

  @Test func aBranchChangesNothing() throws {
    var lecture = try lecture()
    _ = (lecture.run(), lecture.run())
    let state = fingerprint(lecture.notebook)
    var branch = lecture.opened
    for cell in ["seed 9", "mask 0.5", "input ones 1 1 3 3"] {
      let result = branch.run(cell)
      #expect(result.failure == nil)
    }
    #expect(fingerprint(lecture.notebook) == state)
    #expect(fingerprint(branch) != state)
  }

  @Test func theFileHasFewerRightsThanThePerson() throws {
    var lecture = try lecture("save /tmp/dpu-never-written.dpu\n")
    #expect(lecture.run()?.wasRefused == true)
    #expect(lecture.notebook.isReplaying && !lecture.opened.isReplaying)
    guard case .everything = lecture.opened.files.writing else {
      Issue.record("the person's rights are not back")
      return
    }
  }

  @Test func whatWasRunEntersTheLogWithItsProse() throws {
    var lecture = try lecture()
    _ = (lecture.run(), lecture.run(), lecture.back())
    #expect(
      try Transcript.text(of: lecture.opened.log)
        == "# dpu session 1\n# TITLE\n# First the layer.\nconv 1 2 3;\n")
  }
}

/// Prose is wrapped for the window, and keeps the shape that its author gave it.
@Suite struct ProseTests {
  @Test func fullLinesFlowAndShortOnesStay() {
    let lines = [
      "# HEADING",
      "# One line that was broken because the next word had no room left in it any more,",
      "# and its rest.",
      "#",
      "# Another paragraph.",
    ]
    #expect(
      Prose.wrapped(lines, width: 50) == [
        "HEADING",
        "One line that was broken because the next word had",
        "no room left in it any more, and its rest.",
        "",
        "Another paragraph.",
      ])
  }

  @Test func itemsOfAListHang() {
    let lines = [
      "# It says:",
      "#   1. the first thing, which is long enough to have been broken by its author here",
      "#      and goes on;",
      "#   2. the second.",
    ]
    #expect(
      Prose.wrapped(lines, width: 40) == [
        "It says:",
        "  1. the first thing, which is long",
        "     enough to have been broken by its",
        "     author here and goes on;",
        "  2. the second.",
      ])
  }

  @Test func noControlCharacterComesThrough() {
    #expect(Prose.wrapped(["# a\u{1b}[2Jb"], width: 40) == ["a^[[2Jb"])
  }
}

/// Lessons are found by name, and listed.
@Suite struct LessonsTests {
  @Test func aNameIsFoundAndAMistypedOneSuggested() throws {
    let lessons = Lessons()
    #expect(try lessons.open("first-steps").path == "first-steps.dpu")
    #expect(try lessons.open("first-steps.dpu").file.title == "FIRST STEPS")
    #expect(throws: LessonError.unknown("first-step", nearest: "first-steps")) {
      try lessons.open("first-step")
    }
  }

  @Test func aPathIsAFileAndASuffixMayBe() throws {
    let folder = try TemporaryFolder()
    let mine = try folder.write("# dpu session 1\n# Mine.\ntensor [1]\n", to: "first-steps.dpu")
    let opened = try Lessons().open(mine)
    #expect(opened.file.title == "Mine." && opened.path == mine)
    #expect(throws: FileError.notFound("./nowhere.dpu")) { try Lessons().open("./nowhere.dpu") }
    #expect(throws: LessonError.unknown("nowhere.dpu", nearest: nil)) {
      try Lessons().open("nowhere.dpu")
    }
    #expect(throws: FileError.readRefused(mine)) {
      try Lessons().open(mine, files: FileAccess(reading: .folders([]), writing: .folders([])))
    }
  }

  @Test func theTableHasNamesCellsAndTitlesWithin80Columns() throws {
    let lines = try Lessons().table(opening: "dpu lesson").split(separator: "\n")
    #expect(lines.first == "dpu lesson NAME steps through one:")
    #expect(
      lines.contains {
        $0.split(separator: " ") == ["first-steps", "26", "cells", "FIRST", "STEPS"]
      })
    #expect(lines.allSatisfy { $0.count <= 80 })
    let long = "# dpu session 1\n# \(String(repeating: "title ", count: 30))\ntensor [1]\n"
    let row = try Lessons([Lesson(name: "long", text: long)]).table(opening: "lesson")
      .split(separator: "\n")[1]
    #expect(row.hasPrefix("long  1 cell  title title") && row.hasSuffix("…") && row.count <= 80)
  }
}
