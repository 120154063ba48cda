import TestSupport
import Testing

@testable import Notebook

/// `compare` and `ablate` in a network against two PyTorch 2.15.0 networks each, in which the one
/// layer is pruned one way and the other.
struct TrialFixtureTests {
  struct Side: Decodable, Sendable {
    let largest: Floats
    let zeros: [Int]
  }

  struct Trial: Decodable, Sendable {
    let layer: String
    let rate: Double
    let round: String
    let mask: [Int]
    let norms: Floats
    let blocked: Side
    let passed: Side
    /// The columns of `ablate`; none where nothing is pruned.
    let parts: Floats?
  }

  struct Net: Decodable, Sendable, CustomTestStringConvertible {
    let cells: [String]
    let trials: [Trial]
    var testDescription: String { cells.joined(separator: "; ") }

    /// A notebook that has run them.
    func notebook() -> Notebook {
      var notebook = Notebook()
      for cell in ["printoptions precision=9 sci_mode=true"] + cells {
        if let failure = notebook.run(cell).failure { Issue.record("\(cell): \(failure.message)") }
      }
      return notebook
    }
  }

  struct Content: Decodable { let networks: [Net] }

  private static let networks: [Net] =
    ((try? Fixture.read("trials")) as Content?)?.networks ?? []

  @Test func thereAreNetworks() {
    #expect(Self.networks.count == 12)
    #expect(Self.networks.flatMap(\.trials).count { $0.parts != nil } > 12)
  }

  /// The rows of a table as `compare` shows it: words, `of 9` left out.
  private static func rows(_ text: String) -> [[Float]] {
    text.split(separator: "\n").compactMap { line in
      let words = line.replacing(#/ of \d+/#, with: "").split(separator: " ")
      let numbers = words.compactMap { Float($0) }
      return words.count == 7 && numbers.count == 7 ? numbers : nil
    }
  }

  private static func agree(_ found: [Float], _ expected: [Float], _ what: String) {
    let scale = expected.map(\.magnitude).max() ?? 1
    let difference = FloatDifference(
      found.map { $0 / max(scale, 1e-30) }, near: expected.map { $0 / max(scale, 1e-30) },
      tolerance: 1e-5)
    #expect(difference == nil, "\(what)")
  }

  private static func check(_ rows: [[Float]], _ trial: Trial) {
    guard rows.count == trial.mask.count else {
      Issue.record("\(trial.layer): \(rows.count) rows")
      return
    }
    func column(_ place: Int) -> [Float] { rows.map { $0[place] } }
    #expect(column(1) == trial.mask.map(Float.init), "\(trial.layer): mask")
    agree(column(2), trial.norms.values, "\(trial.layer): norms")
    agree(column(3), trial.blocked.largest.values, "\(trial.layer): under pruning")
    agree(column(5), trial.passed.largest.values, "\(trial.layer): in the unit")
    for (place, side) in [(4, trial.blocked), (6, trial.passed)] {
      let largest = side.largest.values
      // Batch norm takes the gradient of a constant channel away, up to rounding.
      let noise = 1e-5 * (largest.max() ?? 0)
      for (filter, zeros) in side.zeros.enumerated()
      where largest[filter] == 0 || largest[filter] > noise {
        #expect(rows[filter][place] == Float(zeros), "\(trial.layer): zeros of filter \(filter)")
      }
    }
  }

  @Test(arguments: networks) func comparisonsArePyTorchs(_ net: Net) {
    var notebook = net.notebook()
    for trial in net.trials {
      let cell = "compare \(trial.rate) \(trial.layer) round=\(trial.round)"
      Self.check(Self.rows(notebook.shown(cell) ?? ""), trial)
      // A graph that backward has used up, and the current layer, make no difference.
      var used = notebook
      _ = used.run("backward; use \(trial.layer)")
      let current = "compare \(trial.rate) round=\(trial.round)"
      #expect(used.shown(current) == notebook.shown(cell))
    }
  }

  @Test(arguments: networks) func ablationsArePyTorchs(_ net: Net) {
    var notebook = net.notebook()
    for trial in net.trials {
      guard let parts = trial.parts?.values else { continue }
      let text = notebook.shown("ablate \(trial.rate) \(trial.layer)") ?? ""
      let last = text.split(separator: "\n").last?.split(separator: " ") ?? []
      #expect(last.first == "n")
      Self.agree(last.dropFirst().compactMap { Float($0) }, parts, trial.layer)
    }
  }

  /// A network's convolutions in turn: what each shows by itself, under its name.
  @Test(arguments: networks.prefix(4)) func aNetworkIsItsConvolutions(_ net: Net) {
    var notebook = net.notebook()
    for verb in ["compare", "ablate"] {
      let each = net.trials.map { trial in
        "\(trial.layer.dropFirst(2))\n" + (notebook.shown("\(verb) 0.5 \(trial.layer)") ?? "")
      }
      #expect(notebook.shown("\(verb) 0.5 n") == each.joined(separator: "\n\n"))
      #expect(notebook.shown("use n; \(verb) 0.5") == each.joined(separator: "\n\n"))
    }
  }

  /// What is shown in full is, to the last digit, what masking or pruning that layer by hand gives.
  @Test(arguments: networks) func byHandItIsTheSame(_ net: Net) throws {
    let notebook = net.notebook()
    let loss = try #require(net.cells.last)
    for trial in net.trials {
      var (compared, byHand) = (notebook, notebook)
      let full = compared.shown("compare \(trial.rate) \(trial.layer) full round=\(trial.round)")
      if byHand.run("\(trial.layer).mask").failure == nil {
        _ = byHand.run("mask off \(trial.layer)")
      }
      // mask counts filters with int, prune with round.
      let isUnit = trial.round == "int"
      for cell in ["\(isUnit ? "mask" : "prune") \(trial.rate) \(trial.layer)", "forward n", loss] {
        #expect(byHand.run(cell).failure == nil, "\(cell)")
      }
      _ = byHand.run("backward")
      let gradient = byHand.shown("\(trial.layer).grad") ?? ""
      let title =
        isUnit ? "Dynamic Pruning Unit, weight.grad:" : "ordinary pruning, weight_orig.grad:"
      #expect(full?.contains("\(title)\n\(gradient)") == true, "\(trial.layer)")
    }
  }
}
