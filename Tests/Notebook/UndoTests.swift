import Language
import Gradients
import Layers
import Tensors
import TestSupport
import Testing

@testable import Notebook

/// Undo and redo restore everything, exactly.
@Suite struct UndoTests {
  /// Every bit of a state that a cell could notice, the next random numbers included.
  ///
  /// Identities of steps and leaves are the same only within one process's notebook.
  private static func fingerprint(_ notebook: Notebook, identities: Bool = true) -> Int {
    let session = notebook.session
    var hasher = Hasher()
    func add(_ tensor: Tensor?) {
      hasher.combine(tensor?.shape)
      for element in tensor?.elements ?? [] { hasher.combine(element.bitPattern) }
    }
    func add(_ variable: Variable?) {
      add(variable?.tensor)
      guard identities else { return }
      hasher.combine(variable?.node?.serial)
      hasher.combine(variable?.leaf)
    }
    for (name, binding) in session.names.sorted(by: { $0.key < $1.key }) {
      hasher.combine(name)
      switch binding {
      case .value(.tensor(let variable)): add(variable)
      case .value(let value): hasher.combine((try? value.text(options: PrintOptions())) ?? "")
      case .alias(let path): hasher.combine(path)
      case .layer(let entry):
        hasher.combine(entry.layer.description)
        for parameter in entry.layer.parameters {
          add(parameter.variable)
          add(session.gradient(of: parameter.leaf))
        }
        if let affine = entry.layer.affine {
          add(affine.weight.mask?.tensor)
          add(affine.weight.variable)
          hasher.combine(affine.epsilon)
        }
      }
    }
    add(session.input)
    add(session.output)
    if case .tensor(let variable)? = session.last { add(variable) }
    hasher.combine(session.currentLayer)
    hasher.combine(session.usedUp.count)
    hasher.combine(session.outputOrigin.older)
    hasher.combine(session.printOptions)
    hasher.combine(session.layersMade)
    var generator = session.generator
    for _ in 0..<3 { hasher.combine(generator.pairwiseNormal()) }
    return hasher.finalize()
  }

  /// A small generator of its own, so that the cells are the same on every run.
  private struct Dice {
    var state: UInt64
    mutating func roll(_ sides: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(sides))
    }
  }

  private static let cells = [
    "conv 1 2 3", "conv 1 3 2 padding=1 as m", "use conv1", "use m", "mask 0.5", "mask off",
    "mask 0.4", "prune 0.5", "forward", "forward; relu", "relu", "backward", "zero_grad",
    "step 0.1",
    "input 1 1 4 4", "input ones 1 1 5 5", "input", "output as y", "weight as x", "_ as x",
    "epsilon off", "epsilon 1e-6", "seed 3", "printoptions precision=2", "printoptions precision=4",
    "copy m as n", "use n", "nonsense", "mask 7", "grad", "input 1 1 4 4 requires_grad=true",
    "backward y", "tensor [1, 2] as y;", "input 1 1 3 3; forward; relu; backward",
  ]

  @Test func tenThousandRandomCellsWithUndoAndRedoBetween() {
    var notebook = Notebook()
    var dice = Dice(state: 20_261_122)
    // The fingerprint behind each accepted cell in force; the first one is that of a fresh state.
    var expected = [Self.fingerprint(notebook)]
    var undone: [Int] = []
    var run = 0
    while run < 10_000 {
      if dice.roll(12) == 0, expected.count > 1 {
        let count = 1 + dice.roll(min(expected.count - 1, 9))
        #expect(notebook.run("undo \(count)").failure == nil)
        undone = Array(expected.suffix(count)) + undone
        expected.removeLast(count)
        #expect(Self.fingerprint(notebook) == expected.last)
        if dice.roll(2) == 0 {
          let again = 1 + dice.roll(undone.count)
          #expect(notebook.run("redo \(again)").failure == nil)
          expected += undone.prefix(again)
          undone.removeFirst(again)
          #expect(Self.fingerprint(notebook) == expected.last)
        }
        continue
      }
      run += 1
      let result = notebook.run(Self.cells[dice.roll(Self.cells.count)])
      guard result.failure == nil else { continue }
      undone = []
      expected.append(Self.fingerprint(notebook))
    }
    #expect(expected.count > 3000, "most cells are accepted")
  }

  @Test func aStateThatWasGivenUpIsRebuilt() {
    var notebook = Notebook(undoBudget: 1 << 20)
    var expected: [String] = []
    // Each draw makes 16 KiB, so that the budget is passed after some fifty.
    for _ in 0..<90 {
      expected.append(notebook.run("input 1 1 64 64").text ?? "")
    }
    #expect(notebook.run("Out[3]").text == expected[2], "the value was given up and made anew")
    #expect(notebook.run("undo 85").failure == nil)
    #expect(notebook.run("input").text == expected[5])
  }

  @Test func numbersAreNeverGivenTwice() {
    var notebook = Notebook()
    _ = notebook.run("tensor [1]")
    #expect(notebook.run("undo").number == 2)
    let next = notebook.run("tensor [2]")
    #expect(next.number == 3)
    #expect(
      notebook.run("Out[1]").failure?.message == "there is no Out[1]: that cell was undone")
    #expect(notebook.run("Out[3]").text == "tensor([2.])")
  }

  @Test func asidesAndFailuresDoNotCount() {
    var notebook = Notebook()
    for cell in ["tensor [1] as x", "help", "mask 7", "history", "undo"] {
      _ = notebook.run(cell)
    }
    #expect(notebook.run("x").failure != nil)
    #expect(notebook.run("undo").failure?.message == "undo: there is nothing to undo")
  }

  @Test func redoEndsWithANewCell() {
    var notebook = Notebook()
    for cell in ["tensor [1] as x", "undo", "tensor [2] as x"] { _ = notebook.run(cell) }
    #expect(notebook.run("redo").failure?.message == "redo: there is nothing to redo")
    #expect(notebook.run("x").text == "tensor([2.])")
  }

  @Test func tooMuchIsExplainedInEachCommandsOwnWords() {
    var notebook = Notebook()
    func failure(_ cell: String) -> [String?] {
      let failure = notebook.run(cell).failure
      return [failure?.message, failure?.remedy]
    }
    #expect(
      failure("diff") == [
        "diff: there is no earlier state to compare with",
        "run a cell; diff then shows what it changed",
      ])
    _ = notebook.run("tensor [1] as x")
    #expect(
      failure("diff 2") == [
        "diff: there is 1 cell to look back on, not 2", "diff 1 looks back to the beginning",
      ])
    #expect(failure("diff 1") == [nil, nil])
    _ = notebook.run("tensor [2] as x")
    #expect(
      failure("undo 3") == [
        "undo: there are 2 cells to undo, not 3", "undo 2 goes back to the beginning",
      ])
    #expect(failure("undo 2") == [nil, nil])
    #expect(
      failure("redo 5") == [
        "redo: there are 2 cells to redo, not 5", "redo 2 brings back all that was undone",
      ])
    #expect(failure("redo 2") == [nil, nil])
  }

  @Test func diffNamesWhatChanged() {
    var notebook = Notebook()
    for cell in ["conv 1 2 3 bias=false as m", "input 1 1 3 3"] { _ = notebook.run(cell) }
    _ = notebook.run("mask 0.5")
    guard case .text(let text)? = notebook.run("diff").reply else {
      Issue.record("diff has no text")
      return
    }
    #expect(text.hasPrefix("m.mask  new: tensor(["))
    _ = notebook.run("forward; relu; backward")
    guard case .text(let more)? = notebook.run("diff 1").reply else { return }
    #expect(more.contains("m.weight.grad  new: tensor of shape [2, 1, 3, 3]"))
    #expect(more.contains("output") && !more.contains("generator"))
    _ = notebook.run("mask unit=blocked")
    guard case .text(let unit)? = notebook.run("diff").reply else { return }
    #expect(unit.contains("m.mask") && unit.contains("unit dpu → blocked"))
  }

  @Test func historyMarksWhatIsNotInForce() {
    var notebook = Notebook()
    for cell in ["tensor [1]", "mask 7", "tensor [2]", "undo"] { _ = notebook.run(cell) }
    guard case .text(let text)? = notebook.run("history -o").reply else { return }
    #expect(
      text == """
          1  tensor [1]
             tensor([1.])
          2  mask 7   (failed)
          3  tensor [2]   (undone)
             tensor([2.])
          4  undo
        """)
  }

  /// What was written is listed with the cells that were the last ones then, and with no others.
  @Test func undoListsTheFilesThatItsCellsWrote() throws {
    let folder = try TemporaryFolder()
    var notebook = Notebook()
    func undo(_ cell: String = "undo") -> String {
      guard case .message(let text)? = notebook.run(cell).reply else { return "" }
      return text.replacing(folder.path + "/", with: "")
    }
    for cell in [
      "tensor [1]", "save \(folder.path)/one.dpu", "tensor [3]", "tensor [4]",
      "save \(folder.path)/four.dpu", "tensor [6]",
    ] { #expect(notebook.run(cell).failure == nil) }
    #expect(undo() == "undid In [6]")
    #expect(undo() == "undid In [4]; not undone: the file written to four.dpu")
    #expect(undo("redo 2") == "redid In [4] to In [6] (2 cells)")
    #expect(
      undo("undo 3")
        == "undid In [3] to In [6] (3 cells); not undone: the file written to four.dpu")
    #expect(undo() == "undid In [1]; not undone: the file written to one.dpu")
    #expect(notebook.run("tensor [12]").failure == nil)
    #expect(undo() == "undid In [12]")
  }

  @Test func saveLeavesOutWhatWasUndone() throws {
    var notebook = Notebook()
    for cell in ["tensor [1] as x", "tensor [2] as x", "undo", "mask 7", "tensor [3]", "Out[5]"] {
      _ = notebook.run(cell)
    }
    #expect(
      try Transcript.text(of: notebook.log) == """
        # dpu session 1
        tensor [1] as x
        #> tensor([1.])
        tensor [3]
        #> tensor([3.])
        Out[2]
        #> tensor([3.])

        """)
  }

  @Test func whatFailedIsRunAgainWhereItIsAskedForAlone() {
    var notebook = Notebook()
    for cell in ["forward m", "conv 1 2 3 as m;", "help"] { _ = notebook.run(cell) }
    func sources(_ cell: String) -> [String]? {
      if case .rerun(let sources)? = notebook.run(cell).reply { sources } else { nil }
    }
    #expect(sources("rerun 1") == ["forward m"])
    #expect(sources("rerun 1-3") == ["conv 1 2 3 as m;"])
    #expect(
      notebook.run("rerun 3").failure?.message
        == "rerun: cell 3 worked on the notebook, and is not run again")
    #expect(
      notebook.run("rerun 3-5").failure?.message
        == "rerun: cells 3 to 5 failed or worked on the notebook")
    // One that failed for naming itself would never end.
    let number = notebook.nextNumber
    _ = notebook.run("rerun \(number)")
    #expect(
      notebook.run("rerun \(number)").failure?.message
        == "rerun: cell \(number) worked on the notebook, and is not run again")
  }

  @Test func rerunRunsCellsOnceMore() {
    var notebook = Notebook()
    for cell in ["seed 1", "mask 7", "help", "tensor [1]"] { _ = notebook.run(cell) }
    guard case .rerun(let sources)? = notebook.run("rerun 1-4").reply else {
      Issue.record("rerun gave no cells")
      return
    }
    #expect(sources == ["seed 1", "tensor [1]"])
    #expect(notebook.run("rerun 9").failure?.message == "rerun: there is no cell 9")
    #expect(notebook.run("rerun 2-1").failure != nil)
  }

  @Test func timeIsNotRecorded() throws {
    var notebook = Notebook()
    let result = notebook.run("time tensor [1]")
    #expect(result.timings.count == 1 && result.text == "tensor([1.])")
    #expect(try Transcript.text(of: notebook.log).contains("\ntensor [1]\n"))
    #expect(notebook.run("time").failure != nil)
  }

  @Test func restoringAJournalGivesTheSameOutputs() throws {
    var first = Notebook()
    let cells = [
      "conv 1 2 3", "mask 0.5", "mask 7", "undo", "help", "redo", "forward", "relu", "backward",
      "Out[2]",
    ]
    for cell in cells { _ = first.run(cell) }
    var lines = ["# dpu session 1"]
    for cell in first.log.cells {
      lines.append(cell.source)
      if case .failed(let message) = cell.status { lines.append("#! \(message)") }
    }
    var second = Notebook()
    for cell in try SessionFile(text: lines.joined(separator: "\n"), path: "journal").cells {
      second.restore(cell)
    }
    #expect(second.log.cells.map(\.text) == first.log.cells.map(\.text))
    #expect(second.log.cells.map(\.status) == first.log.cells.map(\.status))
    #expect(
      Self.fingerprint(first, identities: false) == Self.fingerprint(second, identities: false))
  }
}
