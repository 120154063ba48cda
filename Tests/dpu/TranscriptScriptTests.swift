import Foundation
import TestSupport
import Testing

/// Scripts that are transcripts: their cells run, and errors have their places in the file.
@Suite struct TranscriptScriptTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let transcript = """
    In [1]: tensor [[1],
       ...:   [2]]
    Out[1]:
    tensor([[1.],
            [2.]])

    # prose
    (ins)In [2]: mask 7

    """

  @Test func standardInputIsReadAsOne() throws {
    let run = try Program.run(script: Self.transcript)
    #expect(run.output == "tensor([[1.],\n        [2.]])\n" && run.status == 1)
    #expect(run.errors.hasPrefix("<stdin>:8:19: error: mask: the rate"), "\(run.errors)")
    #expect(run.errors.contains("\n  mask 7\n       ^\n"))
  }

  @Test func soIsAFile() throws {
    let file = try folder.write(Self.transcript, to: "a.txt")
    let run = try Program.run([file])
    #expect(
      run.output == """
        In [1]: tensor [[1],
           ...:   [2]]
        Out[1]: 
        tensor([[1.],
                [2.]])
        # prose

        In [2]: mask 7

        """)
    #expect(run.errors.contains("a.txt:8:19: error: mask: the rate") && run.status == 1)
    let export = try Program.run(["export", file, "--to", "markdown"])
    #expect(export.errors.contains("a.txt:8:19: error: "), "\(export.errors)")
  }

  @Test func soAreCellsOfTheCommandLine() throws {
    let run = try Program.run(["-c", ">>> tensor [1]", "-c", ">>> _"])
    #expect(run.output == "tensor([1.])\ntensor([1.])\n" && run.errors.isEmpty)
  }

  /// What the cells gave is recorded anew, and the file is a session then.
  @Test func recordMakesASessionOfIt() throws {
    let file = try folder.write(Self.transcript, to: "a.txt")
    let run = try Program.run(["record", "--yes", file])
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      try String(contentsOfFile: file, encoding: .utf8) == """
        # dpu session 1
        tensor [[1],
          [2]]
        #> tensor([[1.],
        #>         [2.]])
        # prose
        mask 7
        #! mask: the rate must be at least 0 and below 1, not 7

        """)
    #expect(try Program.run(["check", file]).status == 0)
  }
}
