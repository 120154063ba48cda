import Foundation
import Testing

@testable import Notebook

/// Bad input gets a clear error at its place, and changes neither state nor generator.
struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    /// Cells before it.
    let before: [String]
    /// The bad cell, its place between « and »; `FILE` stands for a file made for it.
    let cell: String
    let message: String
    /// What the file holds; nil for a folder.
    var file: [UInt8]? = []
    var testDescription: String { String(cell.prefix(60)) }

    init(_ before: String..., cell: String, _ message: String, file: [UInt8]? = []) {
      (self.before, self.cell, self.message, self.file) = (before, cell, message, file)
    }
  }

  /// Reads everything that a cell could have changed, and draws.
  private static let probes = [
    "_", "layers", "weight", "bias", "mask", "grad", "bias.grad", "output", "input", "weight_mask",
    "epsilon", "tensor [0.125, 1000]", "forward", "relu", "backward", "input 1 1 3 3",
    "conv 1 2 3", "layers", "input 1 1 4 4",
  ]

  private static let made = "seed 3; conv 1 2 3 as m; input 1 1 4 4; input 1 1 4 4"

  static let cases: [Case] = [
    // An unknown verb; a missing or surplus argument; a word for a number.
    Case(made, cell: "«frward»", "there is no command and no name 'frward'"),
    Case(cell: "conv 1 2«»", "conv: K is missing"),
    Case(made, cell: "mask 0.5 «0.6»", "mask: '0.6' is one argument too many"),
    Case(made, cell: "conv «one» 2 3", "conv: IN must be a number, not 'one'"),
    Case(made, cell: "seed 9; input 1 1 2 2; mask «half»", "mask: there is no name 'half'"),
    // What cannot be plotted.
    Case(made, cell: "plot «m»", "plot: 'm' is a layer, not a tensor"),
    Case(made, cell: "plot «nowhere»", "plot: there is no name 'nowhere'"),
    Case(made, cell: "plot «1» 2 3", "plot: a tensor is needed, not '1'"),
    Case(made, cell: "plot «\"words\"»", "plot: a tensor is needed, not \"words\""),
    Case(made, "q = 3", cell: "plot «q»", "plot: q is one number, and a line takes several"),
    Case(made, cell: "plot «weight»", "plot: weight has 4 dimensions"),
    Case(made, cell: "plot «zeros(0)»", "plot: zeros(0) has no values"),
    Case(made, cell: "plot rand(3) «rand(4)»", "plot: rand(4) has 4 values, and rand(3) has 3"),
    Case(made, cell: "plot rand(3) «x=rand(4)»", "plot: x has 4 values, and rand(3) has 3"),
    Case(
      made, cell: "plot rand(3) «x=rand(3, 1)»",
      "plot: x has 2 dimensions, and a place is one number"
    ),
    Case(made, cell: "plot rand(3) «x=m»", "plot: 'm' is a layer, not a tensor"),
    Case(
      made, cell: "plot «rand(3, 9)»",
      "plot: 9 series are too many to be told apart: 8 at most"),
    Case(
      made, cell: "plot «[nan, inf]»", "plot: there is nothing to plot: no value is finite"),
    Case(
      made, cell: "plot [0, -1] «log=y»",
      "plot: there is nothing to plot: log=y takes positive values only"),
    Case(made, cell: "plot rand(3) «log=z»", "plot: log must be x, y or xy, not 'z'"),
    Case(made, cell: "plot rand(3) «kind=pie»", "plot: kind must be line or bars, not 'pie'"),
    // 0 or negative sizes; too many elements.
    Case(made, cell: "conv «0» 2 3", "conv: IN must be at least 1, not 0"),
    Case(made, cell: "conv 1 «-2» 3", "conv: OUT must be at least 1, not -2"),
    Case(made, cell: "input 1 1 «0» 4", "input: H must be at least 1, not 0"),
    Case(made, cell: "input ones 1 «-1» 4 4", "input: C must be at least 1, not -1"),
    Case(
      made, cell: "input «1» 1 65536 65536",
      "input: 1 × 1 × 65536 × 65536 is more than 2^31 elements"
    ),
    Case(
      made, cell: "«conv 65536 65536 1»", "conv: 65536 × 65536 × 1 × 1 is more than 2^31 elements"),
    Case(
      made, cell: "input «2147483648» 2147483648 2147483648 2147483648",
      "input: 2147483648 × 2147483648 × 2147483648 × 2147483648 is more than 2^31 elements"),
    // A rate outside [0, 1).
    Case(made, cell: "mask «1»", "mask: the rate must be at least 0 and below 1, not 1"),
    Case(made, cell: "mask «-0.1»", "mask: the rate must be at least 0 and below 1, not -0.1"),
    Case(made, cell: "mask «nan»", "mask: the rate must be at least 0 and below 1, not nan"),
    Case(
      made, cell: "prune «7»", "prune: 7 is a count of filters in PyTorch, and a share is needed"),
    Case(made, cell: "prune «1.5»", "prune: the rate must be from 0 to 1.0, not 1.5"),
    Case(made, cell: "prune «-0.5»", "prune: the rate must be from 0 to 1.0, not -0.5"),
    // What PyTorch's pruning functions do not take.
    Case(made, cell: "prune «l1_structured» 0.5", "prune: 'l1_structured' does not fit here"),
    Case(
      made, cell: "prune l1_unstructured«»", "prune: AMOUNT is missing"),
    Case(
      made, cell: "prune l1_unstructured «half»", "prune: AMOUNT must be a number, not 'half'"),
    Case(
      made, cell: "prune l1_unstructured «1.01»",
      "prune: the amount must be a count or a share from 0 to 1.0, not 1.01"),
    Case(
      made, cell: "prune random_unstructured «-1»",
      "prune: the amount must be a count or a share from 0 to 1.0, not -1"),
    Case(
      made, cell: "prune random_unstructured «nan»",
      "prune: the amount must be a count or a share from 0 to 1.0, not nan"),
    Case(
      made, cell: "prune l1_unstructured «19»", "prune: 19 weights were to go, and 18 are left"),
    Case(
      made, cell: "prune random_structured «4» dim=-1",
      "prune: 4 channels were to go, and 3 are left"),
    Case(
      made, "prune 0.5; prune l1_unstructured 8", cell: "prune global_unstructured «2» m",
      "prune: 2 weights were to go, and 1 is left"),
    Case(
      made, "net conv(1,4,2) conv(4,3,2) as n; use m",
      cell: "prune ln_structured «4» n=2 dim=-4 n",
      "prune: 4 filters were to go, and conv2 has 3 left"),
    Case(
      made, cell: "prune ln_structured 1 n=2 «dim=4»", "prune: dim must be from -4 to 3, not 4"),
    Case(
      made, "linear 3 2 as l; use m", cell: "prune random_structured 1 «dim=-3» l",
      "prune: dim must be from -2 to 1, not -3"),
    Case(
      made, cell: "prune random_structured 1 «dim=0.5»",
      "prune: dim must be a whole number, not 0.5"),
    Case(
      made, cell: "prune ln_structured 1 «n=two» dim=0",
      "prune: n must be a number, inf or -inf, not 'two'"),
    Case(
      made, cell: "prune ln_structured 1 «n=nan» dim=0",
      "prune: n must be a number, inf or -inf, not 'nan'"),
    Case(made, cell: "prune ln_structured 1 dim=0«»", "prune: n= is missing"),
    Case(made, cell: "prune random_structured 1«»", "prune: dim= is missing"),
    Case(
      made, cell: "prune random_structured 1 dim=0 «n=2»",
      "prune: 'n=' does not go with the other arguments"),
    Case(made, cell: "prune l1_unstructured 1 «name=bias»", "prune: there is no key 'name'"),
    Case(made, cell: "prune global_unstructured 1«»", "prune: LAYER is missing"),
    Case(
      made, cell: "prune global_unstructured 1 m «k»", "prune: there is no name 'k'"),
    Case(
      made, "tensor [1] as k", cell: "prune global_unstructured 1 m «k»",
      "prune: 'k' is a tensor, not a layer"),
    Case(
      made, "batchnorm 2 as b; use m", cell: "prune global_unstructured 1 m «b»",
      "prune: a BatchNorm2d takes no mask"),
    Case(
      made, cell: "prune global_unstructured 1 m «pruning_method=ln_structured»",
      "prune: pruning_method must be l1_unstructured or random_unstructured, not 'ln_structured'"),
    Case(
      made, cell: "prune «[1, 0, 1]»",
      "prune: a mask has the shape [2] of the filters or [2, 1, 3, 3] of the weight, not [3]"),
    Case(made, cell: "prune «[0.5, 1]»", "prune: a mask has zeros and ones, not 0.5"),
    Case(made, cell: "prune «[nan, 1]»", "prune: a mask has zeros and ones, not nan"),
    Case(
      made, cell: "«prune remove»",
      "prune: the layer was not pruned with prune, so there is nothing to remove"),
    Case(
      made, "prune 0.5", cell: "prune «off»",
      "prune: ordinary pruning is not switched off: it is made permanent, or undone"),
    // Groups that do not divide; a kernel too large; channels that do not match.
    Case(
      made, cell: "conv 3 4 1 «groups=2»", "conv: groups must divide IN, and 2 does not divide 3"),
    Case(
      made, cell: "conv 4 3 1 «groups=2»", "conv: groups must divide OUT, and 2 does not divide 3"),
    Case(
      made, "input ones 1 1 2 2", cell: "«forward»",
      "forward: the kernel reaches over 3 × 3, more than the padded input of 2 × 2"),
    Case(
      made, cell: "forward «input=[[[[1]]]]»",
      "forward: the kernel reaches over 3 × 3, more than the padded input of 1 × 1"),
    Case(
      made, "input ones 1 3 4 4", cell: "«forward»",
      "forward: the layer expects 1 channel, but the input of shape [1, 3, 4, 4] has 3"),
    Case(
      made, cell: "forward «input=[1]»",
      "forward: the layer expects an input of shape [N, C, H, W] or [C, H, W], not [1]"),
    // Literals: ragged, unclosed, of the wrong shape, summarized.
    Case(
      made, cell: "input [[[[1, 2], «[3]»]]]", "the literal is ragged: 2 elements before, 1 here"),
    Case(made, cell: "input «[»1, 2", "the '[' is not closed"),
    Case(
      made, cell: "weight «[[1]]»", "weight: weight needs the shape [2, 1, 3, 3], not [1, 1]"),
    Case(made, cell: "bias «[1, 2, 3]»", "bias: bias needs the shape [2], not [3]"),
    Case(
      made, cell: "tensor [1, «...», 2]",
      "a summarized tensor ('...') does not hold all its values"),
    // Names: never made; a layer where a tensor is meant and the other way round; a verb.
    Case(made, cell: "use «nothing»", "use: there is no name 'nothing'"),
    Case(made, cell: "«nothing».weight", "there is no name 'nothing'"),
    Case(made, cell: "relu «nothing»", "relu: there is no name 'nothing'"),
    Case(made, cell: "relu «m»", "relu: 'm' is a layer, not a tensor"),
    Case(made, cell: "forward «input=m»", "forward: 'm' is a layer, not a tensor"),
    Case(made, "tensor [1] as t", cell: "use «t»", "use: 't' is a tensor, not a layer"),
    Case(made, cell: "tensor [1] as «mask»", "tensor: 'mask' cannot be a name: it is a command"),
    Case(
      made, cell: "conv 1 2 3 as «forward»", "conv: 'forward' cannot be a name: it is a command"),
    Case(made, cell: "copy m as «grad»", "copy: 'grad' cannot be a name: it is a command"),
    // Too early.
    Case(cell: "«backward»", "backward: there is no output to backward yet"),
    Case(made, cell: "«backward»", "backward: there is no output to backward yet"),
    Case(made, cell: "«relu»", "relu: there is no output to relu yet"),
    Case(cell: "«forward»", "forward: there is no layer yet"),
    Case(cell: "«mask 0.5»", "mask: there is no layer yet"),
    Case(made, cell: "«pruned»", "pruned: the layer has no mask"),
    Case(made, cell: "«mask»", "mask: the layer has no mask"),
    Case(made, cell: "«mask off»", "mask: the layer has no mask"),
    Case(
      made, cell: "«weight_orig»",
      "weight_orig: the layer has no weight_orig: it was not pruned with prune"),
    // A graph that is used up; a weight that is a product.
    Case(
      made, "forward; backward", cell: "«backward»",
      "backward: trying to backward through the graph a second time"),
    Case(
      made, "prune 0.5", cell: "weight «[[[[1]]], [[[1]]]]»",
      "weight: after prune, weight is the product of weight_orig and weight_mask"),
    Case(
      made, cell: "backward «input»",
      "backward: the value does not require grad and does not have a grad_fn"),
    // Indices.
    Case(made, cell: "weight«[5]»", "index 5 is out of range for dimension 0 with size 2"),
    Case(made, cell: "weight«[0,0,0,-4]»", "index -4 is out of range for dimension 3 with size 3"),
    Case(made, cell: "«Out[99]»", "there is no Out[99]: that cell has not been run"),
    Case(made, cell: "relu «Out[99]»", "relu: there is no Out[99]: that cell has not been run"),
    // Files.
    Case(
      made, cell: "replay «\"FILE\"»",
      "replay: 'FILE' is a session of version 2; this dpu reads version 1",
      file: Array("# dpu session 2\nseed 1\n".utf8)),
    Case(
      made, cell: "replay «\"FILE\"»", "replay: 'FILE' is not UTF-8 text: line 2, column 3",
      file: [0x23, 0x0a, 0x61, 0x62, 0xff]),
    Case(made, cell: "replay «\"FILE\"»", "replay: 'FILE' is a folder, not a file", file: nil),
    Case(made, cell: "save «\"FILE\"»", "save: 'FILE' is a folder, not a file", file: nil),
    Case(made, cell: "replay «\"FILE.no\"»", "replay: there is no file 'FILE.no'"),
    Case(
      made, cell: "replay «\"FILE\"»",
      "replay: 'FILE' has a record without a cell above it: line 2",
      file: Array("# dpu session 1\n#> a\n".utf8)),
    // A long line, and NUL.
    Case(
      made, cell: "«" + String(repeating: "a", count: 10_000_000) + "»",
      "there is no command and no name '" + String(repeating: "a", count: 37) + "…'"),
    Case(made, cell: "seed 7\u{0}", "a control character, U+0000, does not belong here"),
    Case(made, cell: "seed 7 «\u{0}»", "a control character, U+0000, does not belong here"),
  ]

  @Test(arguments: cases) func isAnErrorThatChangesNothing(_ bad: Case) throws {
    let scratch = try Scratch()
    let path: String
    if let bytes = bad.file {
      path = try scratch.write("a.dpu", bytes)
    } else {
      path = scratch.path
    }
    func filled(_ text: String) -> String { text.replacingOccurrences(of: "FILE", with: path) }
    let marked = Marked(filled(bad.cell))

    var notebook = Notebook()
    for cell in bad.before { #expect(notebook.run(cell).failure == nil, "\(cell)") }
    var other = notebook
    let result = notebook.run(marked.source)
    let failure = try #require(result.failure)
    #expect(failure.message == filled(bad.message))
    if let range = marked.range { #expect(failure.range == range) }
    #expect(result.text == nil)
    #expect(result.reply == nil)

    for probe in Self.probes {
      let (found, expected) = (notebook.run(probe), other.run(probe))
      #expect(found.text == expected.text, "\(probe)")
      #expect(found.failure?.message == expected.failure?.message, "\(probe)")
      #expect(found.notes == expected.notes, "\(probe)")
    }
  }

  /// PyTorch prunes twice, and masks what was pruned; so does the notebook.
  @Test func pruningTwiceAndMaskingBehindItAreNoErrors() {
    var notebook = Notebook()
    for cell in [
      Self.made, "prune 0.5", "prune 0.5", "mask 0.5", "forward", "relu", "backward",
    ] { #expect(notebook.run(cell).failure == nil, "\(cell)") }
  }

  /// The probes can tell: a cell that succeeds does move them.
  @Test(arguments: ["seed 9", "input 1 1 4 4", "mask 0.5", "epsilon 3", "printoptions precision=2"])
  func theProbesWouldNotice(cell: String) {
    var notebook = Notebook()
    _ = notebook.run(Self.made)
    var other = notebook
    #expect(notebook.run(cell).failure == nil)
    #expect(Self.probes.contains { notebook.run($0).text != other.run($0).text })
  }
}
