import Foundation
import Kernels
import TestSupport
import Testing

/// The command line: what it prints, and what it ends with.
@Suite struct CommandLineTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aScriptPrintsValuesAndNothingElse() throws {
    let run = try Program.run(script: "conv 1 2 3;\n# prose\nmask 0.5\nseed 3\ntensor [1] # here\n")
    #expect(run.output == "tensor([0., 1.])\ntensor([1.])\n")
    #expect(run.errors.isEmpty && run.status == 0)
  }

  @Test func aPipeHasNoEscapeByte() throws {
    let run = try Program.run(script: "conv 1 2 3\nmask 9\nhelp\n", ["--keep-going"])
    #expect(!(run.output + run.errors).utf8.contains(0x1b))
  }

  @Test func cellsFromTheCommandLineShareASession() throws {
    let run = try Program.run(["-c", "conv 1 2 3; mask 0.5", "-c", "mask"])
    #expect(run.output == "tensor([0., 1.])\ntensor([0., 1.])\n")
  }

  @Test func theFirstErrorEndsAScript() throws {
    let run = try Program.run(script: "tensor [1]\n  mask 7\ntensor [2]\n")
    #expect(run.output == "tensor([1.])\n")
    #expect(run.status == 1)
    #expect(
      run.errors.hasPrefix(
        """
        <stdin>:2:8: error: mask: the rate must be at least 0 and below 1, not 7
            mask 7
                 ^

        """))
  }

  @Test func anErrorBehindTimeHasItsPlaceInTheLine() throws {
    let run = try Program.run(script: "time mask 7\n")
    let lines = run.errors.split(separator: "\n")
    #expect(
      lines.prefix(3) == [
        "<stdin>:1:11: error: mask: the rate must be at least 0 and below 1, not 7",
        "  time mask 7", "            ^",
      ])
  }

  @Test func aDashIsStandardInput() throws {
    let run = try Program.run(script: "tensor [1]\n", ["-"])
    #expect(run.output == "tensor([1.])\n" && run.errors.isEmpty && run.status == 0)
    let failed = try Program.run(script: "mask 7\ntensor [1]\n", ["-", "--keep-going"])
    #expect(failed.output == "tensor([1.])\n" && failed.status == 1)
    #expect(failed.errors.hasPrefix("<stdin>:1:6: error: "))
  }

  @Test(arguments: [
    (["chek", "a.dpu"], "there is no file 'chek'; did you mean 'dpu check'?"),
    (["lesons"], "there is no file 'lesons'; did you mean 'dpu lessons'?"),
    (["conv", "1", "2", "3"], "there is no file 'conv'; cells go with -c: dpu -c 'conv 1 2 3'"),
  ])
  func aWordThatIsNoFileGetsWhatToType(arguments: [String], message: String) throws {
    let run = try Program.run(arguments)
    #expect(run.status == 64)
    #expect(run.errors.contains(message), "\(run.errors)")
  }

  /// Typed at the prompt, each subcommand gets more than that this is dpu.
  @Test func everySubcommandIsAnsweredAtThePrompt() throws {
    let help = try Program.run(["--help"]).output
    let list = help.split(separator: "SUBCOMMANDS:\n").last ?? ""
    let names = list.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
      .compactMap { $0.split(separator: " ").first }.filter { $0 != "See" }
    #expect(names.contains("check") && names.count >= 8, "\(names)")
    for name in names {
      let run = try Program.run(script: "dpu \(name) x.dpu\n")
      #expect(!run.errors.contains("write: help"), "\(name): \(run.errors)")
      let last = run.errors.split(separator: "\n").last ?? ""
      #expect(last.hasPrefix("  write: "), "\(name): \(run.errors)")
    }
  }

  /// Large enough for Winograd's way in all three passes, and for several tasks in each.
  private static let largeLayer = """
    printoptions precision=9 threshold=100000
    conv 16 32 3 padding=1;
    input 2 16 28 28 requires_grad=true;
    forward;
    output
    backward
    grad
    input.grad
    """

  @Test func theNumberOfThreadsChangesNoBit() throws {
    let runs = try [["--threads", "1"], ["--threads", "2"], []].map {
      try Program.run(script: Self.largeLayer, $0)
    }
    #expect(runs.allSatisfy { $0.status == 0 && $0.errors.isEmpty })
    #expect(runs[0].output.utf8.count > 500_000)
    #expect(runs.allSatisfy { $0.output == runs[0].output })
    #expect(try Program.run(["--threads", "0", "-c", "seed 0"]).status == 64)
  }

  @Test func theWidthOfVectorsChangesNoBit() throws {
    let widths = VectorWidth.supported.map(String.init)
    let runs = try (widths + [""]).map {
      try Program.run([], input: Data(Self.largeLayer.utf8), environment: ["DPU_VECTORS": $0])
    }
    #expect(runs.allSatisfy { $0.status == 0 && $0.errors.isEmpty })
    #expect(runs.allSatisfy { $0.output == runs[0].output })
    for width in ["0", "300", "1024", "512x"] {
      let run = try Program.run(["-c", "seed 0"], environment: ["DPU_VECTORS": width])
      #expect(run.status == 64)
      #expect(
        run.errors
          == "dpu: DPU_VECTORS must be \(widths.joined(separator: " or ")) on this processor\n")
    }
  }

  @Test func keepGoingGoesOn() throws {
    let run = try Program.run(script: "mask 7\ntensor [2]\n", ["--keep-going"])
    #expect(run.output == "tensor([2.])\n" && run.status == 1)
  }

  @Test func byteOrderMarkAndCarriageReturnsAreAccepted() throws {
    let run = try Program.run(script: "\u{feff}tensor [1]\r\ntensor [[1],\r\n[2]]\r\n")
    #expect(run.output == "tensor([1.])\ntensor([[1.],\n        [2.]])\n" && run.status == 0)
  }

  @Test func whatIsNotUTF8IsNotRead() throws {
    let run = try Program.run([], input: Data("tensor [1]\nten".utf8) + [0xff] + Data("\n".utf8))
    #expect(run.status == 4)
    #expect(run.errors.contains("line 2, column 4"))
  }

  @Test func aSessionOnStandardInputKnowsItsRecords() throws {
    let text =
      "# dpu session 1\nmask 7\n#! mask: the rate must be at least 0 and below 1, not 7\noops\n"
    let run = try Program.run(script: text)
    #expect(run.status == 1)
    #expect(run.errors.contains("<stdin>:4:1"))
  }

  @Test func aMinusIsStandardInput() throws {
    let script = Data("tensor [7]\n".utf8)
    #expect(try Program.run(["-"], input: script).output == "tensor([7.])\n")
    let session = Data("# dpu session 1\ntensor [7]\n#> tensor([7.])\n".utf8)
    #expect(try Program.run(["check", "-"], input: session).output == "<stdin>: 1 cell agrees\n")
    #expect(
      try Program.run(["replay", "-"], input: script).output.contains("Out[1]: tensor([7.])"))
    #expect(try Program.run(["record", "-"], input: script).status == 64)
  }

  @Test func columnsCountCharacters() throws {
    let run = try Program.run(script: "tensor [1] as x; e\u{301}日本 x; mask 7\n")
    #expect(run.errors.hasPrefix("<stdin>:1:18: error: "))
    let file = try folder.write("# dpu session 1\n# 日本\n\n#> x\n", to: "a.dpu")
    #expect(
      try Program.run(["check", file]).errors.hasPrefix(
        "\(file):4:1: error: '\(file)' has a record without a cell above it: line 4\n"))
  }

  @Test func saveKeepsProse() throws {
    let path = folder.path + "/p.dpu"
    _ = try Program.run(script: "# A\ntensor [1] as x;\n# B\nsave \(path)\n")
    #expect(try folder.read("p.dpu") == "# dpu session 1\n# A\ntensor [1] as x;\n# B\n")
  }

  @Test func sizesAtTheLimitAreErrorsAndNoCrash() throws {
    for cell in [
      "conv 1 1 3 dilation=2147483647; forward", "conv 1 1 3 dilation=2147483647; ablate 0.5",
      "conv 1 1 1 padding=2147483647; forward", "conv 100000 100000 100",
      "tensor [1] as x; x[0][0]",
    ] {
      #expect(try Program.run(["-c", cell]).status == 1, "\(cell)")
    }
  }

  @Test func wrongUsageIs64() throws {
    #expect(try Program.run(["--nonsense"]).status == 64)
    #expect(try Program.run(["-c", "seed 1", "file.dpu"]).status == 64)
    let resume = try Program.run(["--resume", "file.dpu"])
    #expect(resume.status == 64 && resume.errors.contains("--resume takes neither -c nor files"))
  }

  @Test(arguments: ["", "open", "replay", "check", "record", "export", "lessons", "lesson"])
  func helpFitsTheScreen(_ command: String) throws {
    let words = command.isEmpty ? [] : [command]
    for flag in ["--help", "--nonsense"] {
      let run = try Program.run(words + [flag])
      let text = run.output + run.errors
      #expect(text.contains("Usage: dpu") || text.contains("USAGE: dpu"))
      for line in text.split(separator: "\n") { #expect(line.count <= 80) }
    }
  }

  @Test func saveAndReplayAtAPromptWork() throws {
    let saved = folder.path + "/s.dpu"
    let run = try Program.run(
      script: "seed 5\ninput 1 1 2 2;\nnonsense\nsave \(saved)\n", ["--keep-going"])
    #expect(run.status == 1)
    let again = try Program.run(script: "replay \(saved)\ninput\n")
    let direct = try Program.run(script: "seed 5\ninput 1 1 2 2\n")
    #expect(again.output == direct.output)
  }

  @Test func aVeryLongLineAndNULBytesAreErrors() throws {
    let long = try Program.run(script: String(repeating: "a", count: 10_000_000) + "\n")
    #expect(long.status == 1 && long.errors.utf8.count < 1000)
    let nul = try Program.run(script: "tensor\u{0} [1]\n")
    #expect(
      nul.status == 1 && nul.errors.contains("<stdin>:1:7: error: a control character, U+0000"))
  }

  @Test func aLiteralOfTenMegabytesIsRead() throws {
    let literal = "[" + repeatElement("1.5", count: 2_000_000).joined(separator: ", ") + "]"
    let run = try Program.run(script: "tensor \(literal)\n")
    #expect(run.output == "tensor([1.5000, 1.5000, 1.5000,  ..., 1.5000, 1.5000, 1.5000])\n")
  }
}
