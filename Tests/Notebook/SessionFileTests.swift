import Language
import Testing

@testable import Notebook

struct SessionFileTests {
  private static func read(_ lines: String...) throws -> SessionFile {
    try SessionFile(text: lines.joined(separator: "\n") + "\n", path: "a.dpu")
  }

  private static func sketch(_ file: SessionFile) -> [String] {
    file.items.map { item in
      switch item {
      case .blank: "blank"
      case .prose(let text): "prose \(text)"
      case .cell(let cell):
        "\(cell.line) \(cell.source) \(cell.record.map { "\($0.lines)" } ?? "-")"
      }
    }
  }

  @Test func holdsProseCellsAndRecords() throws {
    let file = try Self.read(
      "# dpu session 1", "# Half of them …", "", "mask 0.5", "#> tensor([0., 1.])", "mask 7",
      "#! mask: too much", "seed 1")
    #expect(file.isSession)
    #expect(file.interpreter == nil)
    #expect(
      Self.sketch(file) == [
        "prose # Half of them …", "blank", "4 mask 0.5 [\"#> tensor([0., 1.])\"]",
        "6 mask 7 [\"#! mask: too much\"]", "8 seed 1 -",
      ])
    #expect(file.cells.count == 3)
    #expect(file.cells.first?.record == .output(["tensor([0., 1.])"]))
    #expect(file.cells.dropFirst().first?.record == .failure(["mask: too much"]))
  }

  @Test func recordsHaveSeveralLines() throws {
    let file = try Self.read(
      "# dpu session 1", "weight", "#> a", "#>", "#>   b  ", "relu", "#>c")
    #expect(file.cells.first?.record == .output(["a", "", "  b"]))
    #expect(file.cells.last?.record == .output(["c"]))
  }

  @Test func blankLinesBetweenCellAndRecordAreAllowed() throws {
    let file = try Self.read("# dpu session 1", "weight", "", "  ", "#> a", "", "#> b", "relu")
    #expect(file.cells.first?.record == .output(["a", "b"]))
    #expect(file.cells.count == 2)
  }

  @Test func proseEndsWhatARecordBelongsTo() {
    #expect(throws: FileError.recordWithoutCell("a.dpu", line: 4)) {
      try Self.read("# dpu session 1", "weight", "# prose", "#> a")
    }
    #expect(throws: FileError.recordWithoutCell("a.dpu", line: 2)) {
      try Self.read("# dpu session 1", "#! a")
    }
  }

  @Test func recordsStandInColumnOne() throws {
    let file = try Self.read("# dpu session 1", "weight", " #> a")
    #expect(Self.sketch(file) == ["2 weight -", "prose #> a"])
  }

  @Test func aPlainScriptHasNoRecords() throws {
    let file = try Self.read("# a script", "weight", "#> a")
    #expect(!file.isSession)
    #expect(Self.sketch(file) == ["prose # a script", "2 weight -", "prose #> a"])
    #expect(try !SessionFile(text: "", path: "a").isSession)
    #expect(try SessionFile(text: "weight", path: "a").cells.map(\.source) == ["weight"])
  }

  @Test(arguments: ["2", "10", "01"])
  func anotherVersionIsRefused(version: String) {
    #expect(throws: FileError.otherVersion("a.dpu", version: version)) {
      try Self.read("# dpu session \(version)", "weight")
    }
    #expect(throws: FileError.otherVersion("a.dpu", version: version)) {
      try Self.read("#!/usr/bin/env dpu", "# dpu session \(version)", "weight")
    }
  }

  @Test(arguments: [
    ("2", "a newer dpu reads it"), ("10", "a newer dpu reads it"),
    ("0", "its first line must be '# dpu session 1'"),
    ("01", "its first line must be '# dpu session 1'"),
    ("000", "its first line must be '# dpu session 1'"),
  ])
  func onlyAHigherVersionIsForANewerProgram(version: String, remedy: String) {
    #expect(FileError.otherVersion("a.dpu", version: version).remedy == remedy)
    #expect(throws: FileError.otherVersion("a.dpu", version: version)) {
      try Self.read("# dpu session \(version)", "weight")
    }
  }

  @Test(arguments: [
    ("# dpu session", true), ("#dpu session 1", true), ("# DPU Session 1", true),
    ("# dpu session one", true), ("# dpu session 1.0", true), ("# dpu sesion 1", true),
    ("# dpu session \u{663}", true), ("# dpu session 1", false), ("# dpu", false),
    ("# dpu is a notebook", false), ("weight", false), ("", false),
  ])
  func aHeaderThatIsNoneIsNoticed(line: String, isNearly: Bool) throws {
    let file = try Self.read(line, "weight")
    #expect(file.isNearlySession == isNearly)
    #expect(try Self.read("#!/usr/bin/env dpu", line, "weight").isNearlySession == isNearly)
  }

  @Test func anInterpreterLineMayComeFirst() throws {
    let file = try Self.read("#!/usr/bin/env dpu", "# dpu session 1", "weight", "#> a")
    #expect(file.interpreter == "#!/usr/bin/env dpu")
    #expect(file.isSession)
    #expect(file.cells.map(\.line) == [3])
  }

  @Test func byteOrderMarkAndCarriageReturnsAreAccepted() throws {
    let text = "\u{feff}# dpu session 1\r\nweight [[1,\r\n 2]]\r\n#> a\r\n#>\r\n#> b\r\n"
    let file = try SessionFile(text: text, path: "a")
    #expect(file.isSession)
    #expect(file.cells.map(\.source) == ["weight [[1,\n 2]]"])
    #expect(file.cells.first?.record == .output(["a", "", "b"]))
  }

  @Test func aCellMayHaveSeveralLines() throws {
    let file = try Self.read("# dpu session 1", "weight [[1,", "# no prose", "2]]", "#> a", "relu")
    #expect(file.cells.map(\.source) == ["weight [[1,\n# no prose\n2]]", "relu"])
    #expect(file.cells.map(\.line) == [2, 6])
    #expect(file.cells.first?.record == .output(["a"]))
  }

  /// The record of its failure ends a cell whose bracket was never closed.
  @Test func aRecordEndsAnOpenCell() throws {
    let file = try Self.read("# dpu session 1", "weight [1", "#! the '[' is not closed", "relu")
    #expect(file.cells.map(\.source) == ["weight [1", "relu"])
    #expect(file.cells.first?.record == .failure(["the '[' is not closed"]))
    #expect(try Self.read("weight [1", "relu").cells.map(\.source) == ["weight [1\nrelu"])
  }

  @Test func recordLinesInBracketsAreCommentsInScriptsOnly() throws {
    let file = try Self.read("# dpu session 1", "tensor [1,", "#> 2", "3]")
    #expect(Self.sketch(file) == ["2 tensor [1, [\"#> 2\"]", "4 3] -"])
    let script = try Self.read("tensor [1,", "#> 2", "3]")
    #expect(Self.sketch(script) == ["1 tensor [1,\n#> 2\n3] -"])
  }

  @Test(arguments: [
    "\n# dpu session 1\n", "\u{feff}\u{feff}# dpu session 1\n", "  \n\u{feff}# dpu session 1\n",
    "#!/usr/bin/dpu\n\n# dpu session 1\n", "\n#!/usr/bin/dpu\n# dpu session 1\n",
    "#dpu session 1\n", "# dpu sesion 1\n",
  ])
  func aHeaderThatIsNotFirstIsNone(start: String) throws {
    let file = try SessionFile(text: start + "tensor [1]\n#> old\n", path: "a")
    #expect(!file.isSession && file.isNearlySession)
  }

  @Test(arguments: ["", "\n\n", "tensor [1]\n# dpu session 1\n", "# prose\n# dpu session 1\n"])
  func whatBeginsOtherwiseIsAScript(text: String) throws {
    let file = try SessionFile(text: text, path: "a")
    #expect(!file.isSession && !file.isNearlySession)
  }

  /// An accent after the mark makes one character of both, and would hide the mark.
  @Test func marksAreBytes() throws {
    let file = try Self.read("# dpu session 1", "weight", "#>\u{301} a")
    #expect(file.cells.first?.record != nil)
    let recorded = try Transcript.text(of: file, recording: [.output(["b"])])
    #expect(recorded == "# dpu session 1\nweight\n#> b\n")
  }

  /// Reading them one by one into a growing copy took minutes.
  @Test(.timeLimit(.minutes(2))) func manyRecordLinesAreReadInLinearTime() throws {
    let lines = (0..<200_000).map { "#> line \($0)\n\n" }.joined()
    let file = try SessionFile(text: "# dpu session 1\nweight\n" + lines, path: "a")
    #expect(file.cells.first?.record?.lines.count == 200_000)
    let text = try Transcript.text(of: file, recording: [.output(["x"])])
    #expect(text.hasPrefix("# dpu session 1\nweight\n#> x\n\n\n"))
  }

  @Test func longLinesAreErrorsOfTheirLine() {
    let long = "# dpu session 1\n\n# " + String(repeating: "a", count: Limit.line.value) + "\n"
    #expect(throws: FileError.lineTooLong("a.dpu", line: 3, Limit.line)) {
      try SessionFile(text: long, path: "a.dpu")
    }
  }
}
