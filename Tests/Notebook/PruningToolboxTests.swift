import Foundation
import TestSupport
import Testing

@testable import Language
@testable import Notebook

/// PyTorch's pruning functions on random layers, pruned up to three times, as
/// `Fixtures/pruning/record_toolbox.py` recorded them: masks, weights, and what the generator draws
/// next.
struct PruningToolboxTests {
  /// A file of other cases.
  private static let others = ProcessInfo.processInfo.environment["DPU_PRUNING"]

  /// The cases of the fixture, or those of the file that DPU_PRUNING names.
  private static func cases() throws -> [(cells: [String], answers: [String], next: Float)] {
    let text =
      try others.map {
        try String(contentsOfFile: $0, encoding: .utf8)
      } ?? Fixture.text("pruning/toolbox.txt")
    return try text.split(separator: "\n").dropFirst().map { line in
      let sides = line.components(separatedBy: "\t")
      var answers = try #require(sides.last).components(separatedBy: " ")
      let next = try #require(Float(answers.removeLast()))
      return (sides[0].components(separatedBy: " / "), answers, next)
    }
  }

  /// FNV-1a over the words of each layer's mask, if it has one, and weight; its low 48 bits.
  private static func digest(_ session: Session) throws -> String {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    for (_, entry) in session.layers {
      let weight = try #require(entry.layer.affine?.weight)
      for tensor in [weight.pruning?.tensor, weight.variable.tensor].compactMap(\.self) {
        for value in tensor.elements {
          let word = value.isNaN ? 0x7fc0_0000 : value.bitPattern
          digest = (digest ^ UInt64(word)) &* 0x100_0000_01b3
        }
      }
    }
    return String(format: "%012llx", digest & 0xffff_ffff_ffff)
  }

  @Test func masksAndWeightsAreThoseOfPyTorch() throws {
    let cases = try Self.cases()
    #expect(cases.count >= 1000 || Self.others != nil)
    let wrong = try cases.compactMap { sample in
      try Self.difference(sample.cells, sample.answers, next: sample.next).map {
        "\($0) in \(sample.cells.joined(separator: " / "))"
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count) of \(cases.count), first \(wrong.first ?? "")")
  }

  /// The first cell that does something else than PyTorch, or what is drawn at the end; nil where
  /// nothing differs.
  private static func difference(
    _ cells: [String], _ answers: [String], next: Float
  ) throws -> String? {
    var notebook = Notebook()
    var answers = answers.makeIterator()
    for cell in cells {
      let before = try digest(notebook.session)
      let failure = notebook.run(cell).failure
      guard cell.hasPrefix("prune") else {
        if let failure { return "\(cell): \(failure.message)" }
        continue
      }
      let (found, expected) = (try digest(notebook.session), answers.next())
      let isRight =
        expected == "error"
        ? failure != nil && found == before : failure == nil && found == expected
      if !isRight { return failure.map { "\(cell): \($0.message)" } ?? cell }
    }
    var generator = notebook.session.generator
    return generator.uniform(low: 0, high: 1) == next ? nil : "the next number"
  }

  /// PyTorch looks for pruning in all modules of a network; what is no layer with a weight has none.
  @Test func isPrunedLooksIntoNetworks() {
    var notebook = Notebook.after([
      "net conv(1,2,2) relu residual(conv(2,2,1)) as n", "conv 1 2 2 as m",
    ])
    #expect(notebook.shown("prune is_pruned n") == "False")
    _ = notebook.run("prune identity n.residual1.conv1")
    #expect(notebook.shown("prune is_pruned n") == "True")
    #expect(notebook.shown("prune is_pruned n.residual1") == "True")
    #expect(notebook.shown("prune is_pruned n.conv1") == "False")
    #expect(notebook.shown("prune is_pruned n.relu1") == "False")
    #expect(notebook.shown("prune is_pruned as b; b") == "False")
    _ = notebook.run("prune remove n")
    #expect(notebook.shown("prune is_pruned n") == "False")
  }

  /// On a network each convolution is pruned, and drawn for in turn; what is left is said.
  @Test func aNetworksConvolutionsArePruned() {
    var notebook = Notebook.after(["net conv(1,3,2) relu conv(3,2,2) flatten linear(2,2) as n"])
    #expect(
      notebook.shown("prune l1_unstructured 5")
        == "conv1: 7 of 12 weights left\nconv2: 19 of 24 weights left")
    #expect(
      notebook.shown("prune random_structured 1 dim=1")
        == "conv1: 0 of 1 channels left\nconv2: 2 of 3 channels left")
    #expect(notebook.shown("prune is_pruned n.linear1") == "False")
    #expect(
      notebook.shown("prune global_unstructured 1.0 n.linear1 n")?.split(separator: "\n").map(
        String.init) == [
          "n.linear1: 0 of 4 weights left", "n.conv1: 0 of 12 weights left",
          "n.conv2: 0 of 24 weights left",
        ])
  }

  /// With `layers=all` the linear layers too, except the last, whose outputs are the network's.
  @Test func layersAllTakesLinearLayersToo() {
    var notebook = Notebook.after(["net conv(1,3,2) flatten linear(12,4) linear(4,2) as n"])
    #expect(
      notebook.shown("prune l1_unstructured 0.5 layers=all")
        == "conv1: 6 of 12 weights left\nlinear1: 24 of 48 weights left")
    #expect(
      notebook.shown("prune 1.0 n layers=all")
        == "conv1: 0 of 3 filters left\nlinear1: 0 of 4 filters left")
    #expect(notebook.shown("prune remove; prune is_pruned") == "True")
    #expect(notebook.shown("prune remove layers=all; prune is_pruned") == "False")
    #expect(
      notebook.shown("prune global_unstructured 61 n n.linear2 layers=all")
        == "n.conv1: 0 of 12 weights left\nn.linear1: 0 of 48 weights left\n"
        + "n.linear2: 7 of 8 weights left")
  }

  /// The table of layers counts weights where parts of filters are gone.
  @Test func theTableOfLayersSaysWhatIsLeft() {
    var notebook = Notebook.after(["conv 1 2 2 as a; prune 0.5", "conv 1 2 2 as b"])
    #expect(notebook.shown("layers")?.contains("1 of 2 ") == true)
    _ = notebook.run("prune l1_unstructured 3")
    #expect(notebook.shown("layers")?.contains("5 of 8 weights") == true)
  }

  @Test func notesSayWhatIsCounted() {
    var notebook = Notebook.after(["conv 1 2 3", "prune l1_unstructured 4"])
    #expect(
      notebook.run("prune l1_unstructured 0.5").notes == [.prunedAgain(left: 14, unit: "weight")])
    #expect(
      notebook.run("prune random_structured 0.1 dim=-1").notes == [
        .prunedAgain(left: 3, unit: "channel"), .nothingPruned(unit: "channel", of: 3, rate: 0.1),
      ])
    #expect(
      notebook.run("prune ln_structured 1 n=2 dim=-4").notes == [
        .prunedAgain(left: 2, unit: "filter")
      ])
  }

  /// A word of the command is no name, and what is a count of PyTorch's is one here.
  @Test func wordsAndNumbersMayComeFromNames() {
    var notebook = Notebook.after(["conv 1 2 3 as m", "k = (m.weight > 0).sum() * 0 + 4"])
    #expect(notebook.shown("prune l1_unstructured k m; (m.weight_mask == 0).sum()") == "tensor(4)")
    #expect(
      notebook.shown(
        "for f in \"l1_unstructured\" \"random_unstructured\" { prune f 2; m.weight_mask.sum() }")
          == """
          f                    value
          l1_unstructured        12.
          random_unstructured    10.
          """)
    #expect(notebook.shown("remove = tensor [1, 0]; prune remove; prune is_pruned") == "False")
  }
}
