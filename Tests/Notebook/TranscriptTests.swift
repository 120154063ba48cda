import Language
import TestSupport
import Testing

@testable import Notebook

struct TranscriptTests {
  private static func log(_ cells: String...) -> Log {
    var notebook = Notebook()
    for cell in cells { _ = notebook.run(cell) }
    return notebook.log
  }

  @Test func savesWhatSucceededWithItsResults() throws {
    var notebook = Notebook()
    _ = notebook.run("conv 1 1 1 bias=false")
    notebook.note(prose: "# Some prose.")
    for cell in ["frward", "weight [[[[2]]]]", "help", "epsilon off", "relu [[-1,\n 2]];"] {
      _ = notebook.run(cell)
    }
    let expected = """
      # dpu session 1
      conv 1 1 1 bias=false
      #> Conv2d(1, 1, kernel_size=(1, 1), stride=(1, 1), bias=False)
      # Some prose.
      weight [[[[2]]]]
      #> Parameter containing:
      #> tensor([[[[2.]]]], requires_grad=True)
      epsilon off
      relu [[-1,
       2]];

      """
    #expect(TextDifference(try Transcript.text(of: notebook.log), expected) == nil)
  }

  @Test func renumbersOutBehindWhatIsLeftOut() throws {
    let log = Self.log(
      "tensor [1]", "oops", "tensor [2]", "Out[3]", #"relu Out[1]; Out[ 3 ]; Out[4][0]"#)
    let text = try Transcript.text(of: log)
    #expect(text.contains("\nOut[2]\n#> tensor([2.])\n"))
    #expect(text.contains("\nrelu Out[1]; Out[2]; Out[3][0]\n"))
    // A replay of the file gives what it says.
    let file = try SessionFile(text: text, path: "a")
    var replay = Notebook()
    for cell in file.cells {
      let result = replay.run(cell.source)
      #expect(try result.record == cell.record, "\(cell.source)")
    }
  }

  @Test func renumberingLeavesNamesStringsAndCommentsAlone() {
    let numbers = [3: 2, 10: 4]
    func renumbered(_ source: String) -> String {
      Transcript.renumbered(source) { numbers[$0] ?? $0 }
    }
    #expect(renumbered("Out[3]; Out[10].grad; Out[7]") == "Out[2]; Out[4].grad; Out[7]")
    #expect(renumbered("forward input=Out[3]") == "forward input=Out[2]")
    #expect(renumbered("Out[ 3\t]") == "Out[2]")
    #expect(renumbered(#"save "Out[3]""#) == #"save "Out[3]""#)
    #expect(renumbered(#"save "\"Out[3]"; Out[3]"#) == #"save "\"Out[3]"; Out[2]"#)
    #expect(renumbered("relu # Out[3]\n; Out[3]") == "relu # Out[3]\n; Out[2]")
    #expect(renumbered("myOut[3]; _Out[3]; éOut[3]") == "myOut[3]; _Out[3]; éOut[3]")
    #expect(renumbered("Out[x]; Out[3") == "Out[x]; Out[3")
  }

  @Test func recordingTwiceGivesTheSameFile() throws {
    let source = """
      #!/usr/bin/env dpu
      # dpu session 1
      # Prose stays, and so do

      blank lines are cells that fail
      conv 1 2 3
      # more prose
      weight
      #> wrong
      #> record
      mask 7
      forward;
      input [[[[1,
        2]]]]

      """
    func record(_ text: String) throws -> String {
      let file = try SessionFile(text: text, path: "a")
      var notebook = Notebook()
      let records = try file.cells.map { try notebook.run($0.source).record }
      return try Transcript.text(of: file, recording: records)
    }
    let first = try record(source)
    #expect(first != source)
    #expect(first.hasPrefix("#!/usr/bin/env dpu\n# dpu session 1\n# Prose stays, and so do\n\n"))
    #expect(first.contains("\nmask 7\n#! mask: the rate must be at least 0 and below 1, not 7\n"))
    #expect(!first.contains("#> wrong"))
    #expect(TextDifference(try record(first), first) == nil)
    let file = try SessionFile(text: first, path: "a")
    var notebook = Notebook()
    for cell in file.cells { #expect(try notebook.run(cell.source).record == cell.record) }
  }

  /// Line ends, a byte order mark, indentation, blanks at the end and a missing last line feed stay.
  @Test func recordingChangesNothingButRecords() throws {
    let before = """
      \u{feff}# dpu session 1\r
        # indented prose  \r
      tensor [[1,\r
        2]]   # a comment\r
      \r
      #> old\r
      \t\r
      conv 1 2 3;\r
      mask 7\n#! old
      relu
      """
    let after = """
      \u{feff}# dpu session 1\r
        # indented prose  \r
      tensor [[1,\r
        2]]   # a comment\r
      #> tensor([[1., 2.]])\r
      \r
      \t\r
      conv 1 2 3;\r
      mask 7\n#! mask: the rate must be at least 0 and below 1, not 7
      relu
      #! relu: there is no output to relu yet
      """
    let file = try SessionFile(text: before, path: "a")
    var notebook = Notebook()
    let results = try file.cells.map { try notebook.run($0.source).record }
    let text = try Transcript.text(of: file, recording: results)
    #expect(text.utf8.elementsEqual(after.utf8), "\(text.debugDescription)")
  }

  /// A script becomes a session file: the header comes first, and comments stay comments.
  @Test func aRecordedScriptGetsTheHeader() throws {
    let file = try SessionFile(text: "\u{feff}#> a comment\r\ntensor [1]\r\n", path: "a")
    var notebook = Notebook()
    let results = try file.cells.map { try notebook.run($0.source).record }
    let text = try Transcript.text(of: file, recording: results)
    let expected = "\u{feff}# dpu session 1\r\n #> a comment\r\ntensor [1]\r\n#> tensor([1.])\r\n"
    #expect(text.utf8.elementsEqual(expected.utf8), "\(text.debugDescription)")
  }

  /// What looks like a record must not become one when it is saved as prose.
  @Test func proseNeverBecomesARecord() throws {
    var notebook = Notebook()
    _ = notebook.run("tensor [1];")
    notebook.note(prose: "#> prose")
    let file = try SessionFile(text: try Transcript.text(of: notebook.log), path: "a")
    #expect(file.cells.map(\.record) == [nil])
    let saved = try Transcript.text(of: notebook.log)
    let results = try file.cells.map { try notebook.run($0.source).record }
    #expect(try Transcript.text(of: file, recording: results) == saved)
  }

  /// A record never ends in blanks and never takes control characters along.
  @Test func recordsAreCleanText() throws {
    var notebook = Notebook()
    let result = notebook.run("mask \u{1b}[31m")
    #expect(try result.record == .failure(["a control character, U+001b, does not belong here"]))
    let escape = notebook.run("frward\u{202e}")
    guard case .failure(let lines)? = try escape.record else {
      Issue.record("no failure")
      return
    }
    #expect(!lines.joined().unicodeScalars.contains("\u{202e}"))
  }

  /// Whatever can be typed and succeeds is saved so that a check of the file finds nothing.
  @Test func whateverIsTypedIsSavedSoThatItReplays() throws {
    let parts = [
      "tensor [1", ",", "2]", "\n", "\n#> 2\n", "\n#! 3\n", "\n#?  x\n", "# note", "#> prose",
      "#! prose",
      "Out[1]", "Out[ 2 ]", " as x", ";", "x", "relu x", "tensor [[1],\n#> [9],\n[2]]", "(", "]",
      "\t",
      "undo", "\"#>\"", "\r", "_", "# dpu session 2", "# dpu session finished", "#>\u{301}",
      "seed 1",
      "Parameter containing:", "tensor([1.],\n  #> x\n requires_grad=True)", "mask 7",
      "input ones 1 1 1 1",
    ]
    var state: UInt64 = 11
    func roll(_ sides: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(sides))
    }
    var accepted = 0
    for _ in 0..<150 {
      var notebook = Notebook()
      let text = (0..<40).map { _ in
        roll(3) == 0 ? parts[roll(parts.count)] : parts[roll(parts.count)] + "\n"
      }.joined()
      // As a prompt takes it, line by line.
      var assembler = CellAssembler()
      for bytes in text.utf8.split(separator: 0x0a) {
        let line = String(decoding: bytes.last == 0x0d ? bytes.dropLast() : bytes, as: UTF8.self)
        if !assembler.isOpen, line.trimmingBlanks.isEmpty { continue }
        if !assembler.isOpen, line.trimmingBlanks.hasPrefix("#") {
          notebook.note(prose: line)
          continue
        }
        if let cell = assembler.feed(line) { _ = notebook.run(cell) }
      }
      let saved = try Transcript.text(of: notebook.log)
      guard let file = try? SessionFile(text: saved, path: "s") else {
        Issue.record("\(saved.debugDescription)")
        continue
      }
      accepted += file.cells.count
      var again = Notebook()
      let agree = try file.cells.map { try again.run($0.source).record == $0.record }
      let isTheSame = try Transcript.text(of: file, recording: file.cells.map(\.record)) == saved
      #expect(
        !agree.contains(false) && isTheSame && agree.count == notebook.log.savedCells,
        "\(saved.debugDescription)")
    }
    #expect(accepted > 150)
  }
}
