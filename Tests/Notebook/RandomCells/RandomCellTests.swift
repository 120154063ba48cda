import Language
import Foundation
import Testing

@testable import Notebook

/// Random cells drive every command: nothing traps, a failed cell changes nothing, undo and redo are
/// exact, and what is saved checks.
///
/// `DPU_CELLS` sets how many cells run, `DPU_SEED` where they begin; a failure names its own seed.
struct RandomCellTests {
  /// How many cells one session has.
  private static let sessionLength = 60

  /// What was tried.
  struct Tally {
    var cells = 0
    var succeeded = 0
    var reached: Set<String> = []
    var messages: [String: Int] = [:]
  }

  @Test func anyCellLeavesTheNotebookSound() throws {
    let environment = ProcessInfo.processInfo.environment
    let wanted = environment["DPU_CELLS"].flatMap { Int($0) } ?? 3000
    var seed = environment["DPU_SEED"].flatMap { UInt64($0) } ?? 1
    var tally = Tally()
    while tally.cells < wanted {
      try Self.runSession(seed: seed, &tally)
      seed += 1
    }
    let share = Double(tally.succeeded) / Double(tally.cells)
    if wanted > 3000 {
      for (message, count) in tally.messages.sorted(by: { $0.value > $1.value }).prefix(40) {
        print("\(count)  \(message)")
      }
      print("\(tally.cells) cells, \(tally.succeeded) succeeded (\(share)), next seed \(seed)")
    }
    #expect(share >= 0.6)
    #expect(Set(CommandTable.verbs).subtracting(tally.reached).isEmpty)
  }

  private static func runSession(seed: UInt64, _ tally: inout Tally) throws {
    let scratch = try Scratch()
    var cells = RandomCells(seed: seed, folder: scratch.path)
    var notebook = Notebook(
      files: FileAccess(reading: .everything, writing: .folders([scratch.path])))
    let end = tally.cells + sessionLength
    while tally.cells < end {
      if cells.random.chance(0.05) { goBackAndForward(&notebook, seed) }
      let source = cells.cell(in: notebook)
      let before = SessionFingerprint(notebook.session)
      let result = run(source, in: &notebook)
      tally.cells += 1
      tally.reached.formUnion(source.split { !$0.isIdentifierPart }.map(String.init))
      guard let failure = result.failure else {
        tally.succeeded += 1
        continue
      }
      tally.messages[failure.message, default: 0] += 1
      #expect(
        SessionFingerprint(notebook.session) == before, "seed \(seed): a failed cell: \(source)")
    }
    goBackAndForward(&notebook, seed)
    try checkSaved(notebook, seed)
  }

  /// Runs a cell, and what it asks for.
  private static func run(_ source: String, in notebook: inout Notebook) -> CellResult {
    let result = notebook.run(source)
    switch result.reply {
    case .rerun(let sources)?:
      for source in sources { _ = notebook.run(source) }
    case .replay(let file, let path)?:
      var inner = notebook.entering(path)
      for cell in file.cells { _ = inner.run(cell.source) }
      notebook = inner.leaving(to: notebook)
    default: break
    }
    return result
  }

  /// Undoes some cells and does them again.
  private static func goBackAndForward(_ notebook: inout Notebook, _ seed: UInt64) {
    let count = min(notebook.timeline.position, 5)
    guard count > 0 else { return }
    let now = SessionFingerprint(notebook.session)
    var states = [now]
    for _ in 0..<count {
      #expect(notebook.run("undo").failure == nil)
      states.append(SessionFingerprint(notebook.session))
    }
    for state in states.reversed().dropFirst() {
      #expect(notebook.run("redo").failure == nil)
      #expect(SessionFingerprint(notebook.session) == state, "seed \(seed): redo")
    }
    #expect(notebook.run("undo \(count)").failure == nil)
    #expect(SessionFingerprint(notebook.session) == states[count], "seed \(seed): undo \(count)")
    #expect(notebook.run("redo \(count)").failure == nil)
    #expect(SessionFingerprint(notebook.session) == now, "seed \(seed): redo \(count)")
  }

  /// What `save` writes, `check` confirms.
  private static func checkSaved(_ notebook: Notebook, _ seed: UInt64) throws {
    let text = try Transcript.text(of: notebook.log)
    let file = try SessionFile(text: text, path: "saved.dpu")
    var fresh = Notebook()
    for cell in file.cells {
      let result = fresh.run(cell.source)
      if let difference = try Difference(cell, result) {
        Issue.record("seed \(seed): \(try difference.text(file: "saved.dpu"))")
        return
      }
    }
  }
}

extension Character {
  fileprivate var isIdentifierPart: Bool { isASCII && (isLetter || isNumber) || self == "_" }
}
