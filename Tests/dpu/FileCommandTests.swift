import Foundation
import Testing
import TestSupport

/// `replay`, `check` and `record` in a shell, and what a file may do.
@Suite struct FileCommandTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private let published = Program.packageFolder + "/sessions/published-notebook.dpu"

  @Test func replayShowsANotebook() throws {
    let file = try folder.write(
      "# dpu session 1\n# Prose.\n\ntensor [[1],\n  [2]]\nmask 7\n"
        + "#! mask: the rate must be at least 0 and below 1, not 7\ntensor [3]\n", to: "a.dpu")
    let run = try Program.run([file])
    #expect(run.status == 0)
    #expect(
      run.output == """
        # Prose.

        In [1]: tensor [[1],
           ...:   [2]]
        Out[1]: 
        tensor([[1.],
                [2.]])

        In [2]: mask 7

        In [3]: tensor [3]
        Out[3]: tensor([3.])

        """)
    #expect(run.errors.contains("a.dpu:6:6: error: mask: "))
  }

  @Test func replayShowsEveryPublishedNumber() throws {
    let run = try Program.run(["replay", published])
    #expect(run.status == 0)
    for line in Self.publishedLines { #expect(run.output.contains(line)) }
  }

  /// The lines of the notebook's cells 2, 3, 4, 23 and 24, as its authors published them.
  private static let publishedLines = [
    "tensor([0., 1.])",
    "tensor([1.5058, 1.8242], grad_fn=<SumBackward1>)",
    """
    tensor([[[[ 0.6681,  2.7298,  4.3273],
              [ 2.2807,  3.8396,  4.5354],
              [ 2.8895,  4.5643,  4.7680]]],


            [[[ 0.9566,  3.4354, -1.4009],
              [ 1.1768,  5.1519, -0.2187],
              [-0.7392, -1.3219,  1.3150]]]])
    """,
    """
    tensor([[[[ 5.7206,  3.4495, -3.1273],
              [ 2.4458,  0.5445, -4.4313],
              [-3.3191,  2.3399, -1.3938]]],


            [[[ 0.0000,  0.0000, -0.0000],
              [ 0.0000,  0.0000, -0.0000],
              [-0.0000, -0.0000, -0.0000]]]])
    """,
    """
            [[[ 1.2246,  1.5253, -1.9536],
              [ 1.5667,  1.3428, -2.7680],
              [-0.7879, -1.7737, -5.8281]]]])
    """,
  ]

  @Test func checkAgreesAndFindsOneChangedDigit() throws {
    #expect(try Program.run(["check", published]).status == 0)
    let text = try String(contentsOfFile: published, encoding: .utf8)
    let changed = try folder.write(
      text.replacingOccurrences(of: "4.7680]]],", with: "4.7681]]],"), to: "changed.dpu")
    let run = try Program.run(["check", changed])
    #expect(run.status == 3)
    #expect(run.output.contains("  - #>           [ 2.8895,  4.5643,  4.7681]]],"))
    #expect(run.output.contains("  + #>           [ 2.8895,  4.5643,  4.7680]]],"))
    #expect(run.output.contains("1 of 25 cells differ"))
    #expect(try folder.read("changed.dpu").contains("4.7681"), "check never writes")
  }

  @Test func checkMissesNothingUnrecorded() throws {
    let file = try folder.write("# dpu session 1\ntensor [1]\nmask 7\n", to: "a.dpu")
    let run = try Program.run(["check", file])
    #expect(run.status == 3 && run.output.contains("2 of 2 cells differ"))
  }

  @Test func recordAsksAndWritesTheSameFileTwice() throws {
    let file = try folder.write("tensor [1]\n\n# prose\nmask 7\n", to: "a.dpu")
    let refused = try Program.run(["record", file])
    #expect(refused.status == 5)
    #expect(try folder.read("a.dpu") == "tensor [1]\n\n# prose\nmask 7\n")
    #expect(try Program.run(["record", "--yes", file]).status == 0)
    let expected = """
      # dpu session 1
      tensor [1]
      #> tensor([1.])

      # prose
      mask 7
      #! mask: the rate must be at least 0 and below 1, not 7

      """
    #expect(try folder.read("a.dpu") == expected)
    #expect(try Program.run(["record", file]).status == 0)
    #expect(try folder.read("a.dpu") == expected)
    #expect(try Program.run(["check", file]).status == 0)
  }

  @Test func rerunMeansTheSameInReplayAndCheck() throws {
    let text = """
      # dpu session 1
      tensor [1] as a;
      relu a; output as a;
      input 1 1 1 1;
      rerun 3
      input 1 1 1 1
      """
    let file = try folder.write(text + "\n", to: "a.dpu")
    let replayed = try Program.run([file]).output
    #expect(try Program.run(["record", "--yes", file]).status == 0)
    let recorded = try folder.read("a.dpu").split(separator: "\n").last?.dropFirst(3)
    let value = try #require(recorded)
    #expect(replayed.hasSuffix("\(value)\n"))
  }

  @Test func outInAReplayedFileIsTheFilesOwn() throws {
    let file = try folder.write(
      "# dpu session 1\ntensor [1]\ntensor [2]\nOut[1]\n", to: "a.dpu")
    let run = try Program.run(script: "tensor [7]\nreplay \(file)\n")
    #expect(run.output == "tensor([7.])\ntensor([1.])\ntensor([2.])\ntensor([1.])\n")
  }

  @Test func severalFilesAreRunInOrder() throws {
    let good = try folder.write("# dpu session 1\ntensor [1]\n#> tensor([1.])\n", to: "good.dpu")
    let bad = try folder.write(
      "# dpu session 1\ntensor [2]\n#> tensor([1.])\noops\n", to: "bad.dpu")
    let check = try Program.run(["check", bad, good])
    #expect(check.status == 3 && check.output.contains("good.dpu: 1 cell agrees"))
    #expect(try Program.run(["check", bad, folder.path + "/none", good]).status == 4)
    let replay = try Program.run([bad, good])
    #expect(replay.status == 1 && !replay.output.contains("tensor([1.])"))
    let going = try Program.run(["--keep-going", bad, good])
    #expect(going.status == 1 && going.output.contains("tensor([1.])"))
    #expect(try Program.run(["record", "--yes", bad, good]).status == 0)
    #expect(try Program.run(["check", good, bad]).status == 0)
  }

  @Test func linksStayAndDevicesAreRefused() throws {
    let file = try folder.write("tensor [1]\n", to: "real.dpu")
    let link = folder.path + "/link.dpu"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
    #expect(try Program.run(["record", "--yes", link]).status == 0)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == file)
    #expect(try folder.read("real.dpu").contains("#> tensor([1.])"))
    let run = try Program.run(["-c", "save /dev/null overwrite=true"])
    #expect(run.status == 1 && run.errors.contains("is a device"))
    #expect(try Program.run(["/dev/zero"]).status == 4)
  }

  @Test func aFileLearnsNothingOfOtherFilesThroughSave() throws {
    for path in ["/etc/passwd", "/root", "/etc/no-such-file"] {
      let file = try folder.write("# dpu session 1\nsave \(path)\n", to: "a.dpu")
      let run = try Program.run([file])
      #expect(run.status == 5)
      #expect(run.errors.contains("a session from a file may not write '\(path)'"))
    }
  }

  @Test func quitEndsCheckAndRecordAsItEndsAReplay() throws {
    let text = "# dpu session 1\ntensor [1]\n#> tensor([1.])\nquit\nnonsense\n#> kept\n"
    let file = try folder.write(text, to: "a.dpu")
    let check = try Program.run(["check", file])
    #expect(check.status == 3)
    #expect(check.output.contains("a.dpu:5: not run: the session was left above"))
    #expect(check.output.contains("1 of 3 cells differ"))
    let record = try Program.run(["record", "--yes", file])
    #expect(record.status == 0)
    #expect(record.errors.contains("1 cell behind the one that leaves the session stays as before"))
    #expect(try folder.read("a.dpu") == text)
  }

  @Test(arguments: ["#! x\n#> tensor([1.])\n", "#> tensor([1.])\n#! x\n"])
  func aRecordThatSaysBothAgreesWithNothing(record: String) throws {
    let file = try folder.write("# dpu session 1\ntensor [1]\n" + record, to: "a.dpu")
    let run = try Program.run(["check", file])
    #expect(run.status == 3 && run.output.contains("  - #! x"))
    #expect(try Program.run(["record", "--yes", file]).status == 0)
    #expect(try folder.read("a.dpu") == "# dpu session 1\ntensor [1]\n#> tensor([1.])\n")
  }

  @Test func anErrorOfARerunNamesTheCellThatWasRun() throws {
    let run = try Program.run(
      script: "conv 1 2 3 as m;\ninput 1 1 4 4;\nforward m;\ninput 1 1 2 2;\n\nrerun 3\n")
    #expect(run.status == 1)
    #expect(run.errors.hasPrefix("<stdin>:6: In[6]:1:1: error: forward: "))
    #expect(run.errors.contains("\n  forward m;\n"))
  }

  @Test func filesThatCannotBeReadAreStatus4() throws {
    let newer = try folder.write("# dpu session 2\n", to: "newer.dpu")
    let plain = try folder.write("tensor [1]\n", to: "plain.dpu")
    for (arguments, words) in [
      (["check", newer], "version 2"), (["check", plain], "not a session"),
      ([folder.path], "is a folder"), (["replay", folder.path + "/none.dpu"], "there is no file"),
    ] {
      let run = try Program.run(arguments)
      #expect(run.status == 4 && run.errors.contains(words), "\(arguments)")
    }
  }

  @Test func aBrokenHeaderIsNamedAndNotRecordedOver() throws {
    let text = "# dpu session one\ntensor [1]\n#> tensor([1.])\n"
    let broken = try folder.write(text, to: "broken.dpu")
    let script = try folder.write("tensor [1]\n", to: "script.dpu")
    for arguments in [["check", broken], ["record", "--yes", broken]] {
      let run = try Program.run(arguments)
      #expect(run.status == 4 && run.output.isEmpty)
      #expect(
        run.errors == """
          dpu: error: '\(broken)' is not a session: its first line is not '# dpu session 1'
            the first line must be exactly so, with nothing above it

          """)
    }
    #expect(try folder.read("broken.dpu") == text)
    #expect(
      try Program.run(["check", script]).errors.contains("dpu record FILE makes a session of it"))
    #expect(try Program.run(["record", "--yes", script]).status == 0)
    #expect(try Program.run(["check", script]).status == 0)
  }

  @Test func lessonsAreNotForFiles() throws {
    let file = try folder.write(
      "# dpu session 1\nlessons\nlesson first-steps\n", to: "lessons.dpu")
    for run in [
      try Program.run(["--keep-going", file]),
      try Program.run(script: "replay \(file)\n", ["--keep-going"]),
    ] {
      #expect(run.status == 1)
      #expect(
        run.errors == """
          \(file):2:1: error: lessons: a session file cannot list the lessons
            lessons
            ^^^^^^^
            dpu lessons lists them, as lessons does at a prompt
          \(file):3:1: error: lesson: a session file cannot open a lesson
            lesson first-steps
            ^^^^^^^^^^^^^^^^^^
            dpu lesson first-steps opens it, as lesson first-steps does at a prompt

          """)
    }
  }

  @Test func aSessionFromAFileMayNotWriteOrReadElsewhere() throws {
    let file = try folder.write("# dpu session 1\ntensor [1]\nsave stolen.dpu\n", to: "a.dpu")
    let run = try Program.run([file], directory: folder.path)
    #expect(run.status == 5)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/stolen.dpu"))
    let allowed = try Program.run(
      ["replay", "--allow-write", folder.path, file], directory: folder.path)
    #expect(allowed.status == 0)
    #expect(try folder.read("stolen.dpu").hasPrefix("# dpu session 1\ntensor [1]\n#> tensor([1.])"))
  }
}
