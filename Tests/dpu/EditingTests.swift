import Foundation
import TestSupport
import Testing

/// What keys do at the prompt, as it looks on the screen.
@Suite struct EditingTests {
  let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  private func open(
    _ environment: [String: String] = [:], directory: String? = nil
  ) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      Program.path, environment: ["HOME": home.path].merging(environment) { $1 },
      directory: directory)
    try terminal.expect("In [1]: ")
    return terminal
  }

  /// The screen from the first prompt on.
  private func notebook(_ screen: [String]) -> String {
    screen.drop { !$0.hasPrefix("In [1]") }.joined(separator: "\n")
  }

  private func paste(_ text: String) -> String { "\u{1b}[200~\(text)\u{1b}[201~" }

  // MARK: Cells of several lines

  @Test func aPasteStandsBehindPromptsAndThenOnceOnTheScreen() throws {
    let terminal = try open()
    terminal.send(paste("tensor [[1, 2],\n  [3, 4]]\nseed 2\n\nrelu [-1]"))
    let before = notebook(try terminal.expectScreen("relu [-1]"))
    #expect(
      before == """
        In [1]: tensor [[1, 2],
           ...:   [3, 4]]
           ...: seed 2
           ...:
           ...: relu [-1]
        """)
    terminal.send("\r")
    let after = notebook(try terminal.expectScreen("In [4]:"))
    #expect(
      after == """
        In [1]: tensor [[1, 2],
           ...:   [3, 4]]
        Out[1]:
        tensor([[1., 2.],
                [3., 4.]])

        In [2]: seed 2
        In [3]: relu [-1]
        Out[3]: tensor([0.])

        In [4]:
        """)
  }

  @Test func aTranscriptStandsOnceOnTheScreen() throws {
    let terminal = try open()
    terminal.send(
      paste(
        "In [7]: tensor [[1, 2],\n   ...:   [3, 4]] as a\nOut[7]: \ntensor([[1., 2.],\n"
          + "        [3., 4.]])\n\nIn [8]: a[1]\nOut[8]: tensor([3., 4.])\n") + "\r")
    let screen = notebook(try terminal.expectScreen("In [3]:"))
    #expect(
      screen == """
        In [1]: tensor [[1, 2],
           ...:   [3, 4]] as a
        Out[1]:
        tensor([[1., 2.],
                [3., 4.]])

        In [2]: a[1]
        Out[2]: tensor([3., 4.])

        In [3]:
        """)
  }

  /// A paste that leaves a bracket open shows what is still waiting.
  @Test func whatAPasteLeavesOpenGoesOn() throws {
    let terminal = try open()
    terminal.send(paste("seed 1\ntensor [1,\n 2,") + "\r")
    try terminal.expectScreen("In [2]: tensor [1,\n   ...:  2,\n   ...:")
    terminal.send("3]\r")
    try terminal.expect("Out[2]: tensor([1., 2., 3.])")
  }

  @Test func altEnterBeginsANewLine() throws {
    let terminal = try open()
    terminal.send("tensor [1] as a\u{1b}\rtensor [2]")
    #expect(
      notebook(try terminal.expectScreen("tensor [2]"))
        == "In [1]: tensor [1] as a\n   ...: tensor [2]")
    terminal.send("\r")
    try terminal.expect("Out[1]: tensor([1.])")
    try terminal.expect("Out[2]: tensor([2.])")
  }

  @Test func arrowsMoveWithinACell() throws {
    let terminal = try open()
    // Up from the end of the second line stands at its column in the first one.
    terminal.send("tensor [12]\u{1b}\rseed 2\u{1b}[A\u{1b}[C\u{1b}[C9\r")
    try terminal.expect("Out[1]: tensor([912.])")
    try terminal.expect("In [3]: ")
    terminal.send("tensor [1]\u{1b}\rtensor [2]\u{1b}[A\u{1b}[B\u{8}3]\r")
    try terminal.expect("tensor([23.])")
  }

  @Test func aRecalledCellHasItsPrompts() throws {
    let terminal = try open()
    terminal.send("tensor [[1],\r")
    try terminal.expect("...: ")
    terminal.send("[2]]\r")
    try terminal.expect("In [2]: ")
    terminal.send("\u{1b}[A")
    try terminal.expectScreen("In [2]: tensor [[1],\n   ...: [2]]")
    terminal.send("\r")
    try terminal.expect("Out[2]: ")
    #expect(terminal.screen.count { $0.contains("tensor [[1],") } == 2)
  }

  // MARK: Up

  @Test func upLooksForWhatIsTyped() throws {
    let terminal = try open()
    for (number, cell) in ["tensor [1]", "seed 4", "tensor [2]", "seed 5"].enumerated() {
      terminal.enter(cell)
      try terminal.expect("In [\(number + 2)]: ")
    }
    terminal.send("ten\u{1b}[A")
    try terminal.expectScreen("In [5]: tensor [2]")
    terminal.send("\u{1b}[A")
    try terminal.expectScreen("In [5]: tensor [1]")
    terminal.send("\u{1b}[B")
    try terminal.expectScreen("In [5]: tensor [2]")
    // The cursor stands at the end.
    terminal.send("\u{8}, 7]\r")
    try terminal.expect("Out[5]: tensor([2., 7.])")
    try terminal.expect("In [6]: ")
    terminal.send("\u{1b}[A\u{1b}[A")
    try terminal.expectScreen("In [6]: seed 5")
    terminal.send("\u{3}")
    try terminal.expect("In [6]: ")
    terminal.send("\u{1b}OA\u{1b}OA\u{1b}OA")
    try terminal.expectScreen("In [6]: tensor [2]")
  }

  // MARK: edit

  @Test func editPutsACellAtThePrompt() throws {
    let terminal = try open()
    terminal.enter("tensor [1,")
    terminal.enter("2]")
    try terminal.expect("In [2]: ")
    terminal.enter("mask 0.5")
    try terminal.expect("In [3]: ")
    terminal.enter("edit 1")
    try terminal.expectScreen("In [4]: tensor [1,\n   ...: 2]")
    terminal.send("\u{8}, 3]\r")
    try terminal.expect("Out[4]: tensor([1., 2., 3.])")
    try terminal.expect("In [5]: ")
    terminal.enter("mask 0.25")
    try terminal.expect("In [6]: ")
    // Without a number the last cell, which failed; help and edit are not meant.
    terminal.enter("edit")
    try terminal.expectScreen("In [7]: mask 0.25")
    terminal.send("\u{3}")
    try terminal.expect("In [7]: ")
    terminal.enter("edit 99")
    try terminal.expect("error: edit: there is no cell 99")
    terminal.enter("seed 3")
    // The prompt after that is empty again.
    terminal.enter("tensor [5]")
    try terminal.expect("tensor([5.])")
  }

  // MARK: Tab

  @Test func tabPutsInNamesWithoutABlank() throws {
    let terminal = try open()
    terminal.enter("net conv(1,2,3) relu as model;")
    try terminal.expect("In [2]: ")
    terminal.send("mod\t.co\t.wei\t[0].gr\t\t")
    let screen = try terminal.expectScreen("model.conv1.weight[0].grad_fn")
    #expect(screen.last == "In [2]: model.conv1.weight[0].grad")
    terminal.send("\u{7f}\u{7f}\u{7f}\u{7f}sha\t\r")
    try terminal.expect("torch.Size([1, 3, 3])")
  }

  @Test func tabShowsWhereANumberIsMeant() throws {
    let terminal = try open()
    terminal.enter("conv 1 2 3;")
    try terminal.expect("In [2]: ")
    terminal.send("mask \t")
    let screen = try terminal.expectScreen("mask RATE")
    for word in ["conv1", "off", "structure="] {
      #expect(screen.contains { $0.contains(word) }, "\(word)")
    }
    #expect(screen.last == "In [2]: mask")
    terminal.send("o\t\r")
    try terminal.expect("error: mask: ")
  }

  @Test func tabCompletesInALaterLineOfACell() throws {
    let terminal = try open()
    terminal.send("seed 1\u{1b}\rforw\t")
    try terminal.expectScreen("   ...: forward")
    terminal.send("\u{3}")
    try terminal.expect("In [1]: ")
    // In an open bracket nothing but numbers could stand.
    terminal.enter("tensor [1,")
    try terminal.expect("...: ")
    terminal.send("fo\t")
    #expect(try terminal.expectScreen("   ...: fo").last == "   ...: fo")
  }

  @Test func tabQuotesFilesAsTheLanguageWantsThem() throws {
    _ = try home.write("# dpu session 1\ntensor [6]\n", to: "my file.dpu")
    _ = try home.write("seed 1\n", to: "other.dpu")
    let terminal = try open(directory: home.path)
    terminal.send("replay my\t")
    try terminal.expectScreen("In [1]: replay \"my file.dpu\"")
    terminal.send("\r")
    try terminal.expect("tensor([6.])")
    try terminal.expect("In [3]: ")
    terminal.send("replay \"o\t")
    try terminal.expectScreen("replay \"other.dpu\"")
  }

  @Test func oneUndoTakesBackACompletion() throws {
    let terminal = try open()
    terminal.send("forw\t")
    try terminal.expectScreen("In [1]: forward")
    terminal.send("\u{1f}!")
    try terminal.expectScreen("In [1]: forw!")
  }

  @Test func inputrcCountsMore() throws {
    let inputrc = try home.write("\"\\e[A\": \"tensor [8]\"\n", to: "inputrc")
    let terminal = try open(["INPUTRC": inputrc])
    terminal.send("\u{1b}[A\r")
    try terminal.expect("Out[1]: tensor([8.])")
  }
}
