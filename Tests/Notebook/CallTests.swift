import Language
import Testing

@testable import Notebook

/// How arguments meet a command's parameters, seen through the commands that have them.
struct CallTests {
  @Test(arguments: [
    ("conv«»", "conv: IN is missing"),
    ("conv 1 2«»", "conv: K is missing"),
    ("conv 1 2 stride=2«»", "conv: K is missing"),
    ("conv 1 2 3 «4»", "conv: '4' is one argument too many"),
    ("conv 1 2 3 «4» 5", "conv: '4' is one argument too many"),
    ("step«»", "step: LR is missing"),
    ("input 1 2«»", "input: W is missing"),
    ("input ones 1 2«»", "input: W is missing"),
    ("scores «1»", "scores: '1' is one argument too many"),
    ("scores «\"a\"»", "scores: \"a\" is one argument too many"),
    ("scores «[1]»", "scores: a literal is one argument too many"),
    ("conv 1 2 3 «pading=1»", "conv: there is no key 'pading'"),
    ("mask «rate=0.5»", "mask: there is no key 'rate'"),
    ("conv 1 2 3 «stride» 2", "conv: 'stride' is a key, whose value stands after '='"),
    (
      "cross_entropy «target» 3", "cross_entropy: 'target' is a key, whose value stands after '='"
    ),
    ("save my «file.dpu»", "save: 'file.dpu' is one argument too many"),
    ("conv 1 2 3 stride=1 «stride=2»", "conv: 'stride=' is given twice"),
    ("conv «one» 2 3", "conv: IN must be a number, not 'one'"),
    ("conv 1 «[2]» 3", "conv: OUT must be a number, not a literal"),
    ("conv 1 2 «1.5»", "conv: K must be a whole number, not 1.5"),
    ("conv 1 2 «0»", "conv: K must be at least 1, not 0"),
    ("conv 1 2 «-3»", "conv: K must be at least 1, not -3"),
    ("conv 1 2 «99999999999»", "conv: K must be at most 2147483648, not 99999999999"),
    ("conv 1 2 3 «padding=-1»", "conv: padding must be at least 0, not -1"),
    ("conv 1 2 3 «bias=yes»", "conv: bias must be true or false, not 'yes'"),
    ("printoptions «sci_mode=on»", "printoptions: sci_mode must be true, false or auto, not 'on'"),
    ("notes «maybe»", "notes: SETTING must be on or off, not 'maybe'"),
    ("step «fast»", "step: LR must be a number, not 'fast'"),
    ("step «inf»", "step: LR must be finite, not inf"),
    ("step «-0.1»", "step: LR must be at least 0, not -0.1"),
    ("seed «1.5»", "seed: N must be a whole number, not 1.5"),
    ("seed «1e3»", "seed: N must be a whole number, not 1e3"),
    ("seed «nan»", "seed: N must be a whole number, not nan"),
    (
      "seed «18446744073709551616»",
      "seed: N must be at least -2^63 and below 2^64, not 18446744073709551616"
    ),
    (
      "seed «-9223372036854775809»",
      "seed: N must be at least -2^63 and below 2^64, not -9223372036854775809"
    ),
    ("mask «half»", "mask: there is no name 'half'"),
    ("weight «0.5»", "weight: a tensor is needed, such as [[1., 2.]] or a name, not '0.5'"),
    ("seed 1 as «s»", "seed: this command has no value that could be named"),
    ("maxpool 2 output «3»", "maxpool: '3' is one argument too many"),
    ("compare 0.5 m full «m»", "compare: 'm' is one argument too many"),
    ("input ones 1«»", "input: H is missing"),
    ("save «[1]»", "save: FILE must be a path, not a literal"),
    ("help «[1]»", "help: VERB must be a word, not a literal"),
    ("undo «100»", "undo: there is nothing to undo"),
    ("«undo»", "undo: there is nothing to undo"),
    ("redo «100»", "redo: there is nothing to redo"),
    ("diff «100»", "diff: there is no earlier state to compare with"),
    (
      "mean [1] as x; cross_entropy «x» target=0",
      "cross_entropy: scores of shape [C] or [N, C] are needed, a row for each image, not []"
    ),
    // What holds first is what PyTorch names: the value before the target, as Python evaluates them,
    // and values to a channel before channels.
    ("mse «v0» target=w0", "mse: there is no name 'v0'"),
    ("cross_entropy «v0» target=w0", "cross_entropy: there is no name 'v0'"),
    ("«mse target=w0»", "mse: there is no output to mse yet"),
    ("mse [1] target=«w0»", "mse: there is no name 'w0'"),
    (
      "batchnorm 3; input ones 1 2 1 1; forward «input=input»",
      "forward: in training mode each channel needs more than one value, and an input of shape "
        + "[1, 2, 1, 1] has one"
    ),
    (
      "linear 4 2; mean [1] as s; forward «input=s»",
      "forward: the layer expects an input of shape […, 4], not []"
    ),
    (
      "cross_entropy [[1, 2]] «target=2»",
      "cross_entropy: a target must be a whole number from 0 to 1 or -100, not 2"
    ),
    (
      "cross_entropy [1, 2] «target=[0, 1]»",
      "cross_entropy: a target of the scores' shape [2] would be the probability of each class"
    ),
    (
      "cross_entropy [1, 2] «target=[0, 1, 0]»",
      "cross_entropy: one row of scores has one class, and the target of shape [3] holds 3"
    ),
    (
      "cross_entropy [[[1], [2]]] «target=[0]»",
      "cross_entropy: the target must have the shape [1, 1], a class for each row of scores, not [1]"
    ),
    (
      "mse [1, 2] «target=[1, 2, 3]»",
      "mse: the target has the shape [3], the value [2]: they cannot be broadcast"
    ),
  ])
  func placesWhatDoesNotFit(text: String, message: String) throws {
    let marked = Marked(text)
    var notebook = Notebook()
    let failure = try #require(notebook.run(marked.source).failure)
    #expect(failure.message == message)
    #expect(failure.range == marked.range)
  }

  @Test(arguments: [
    ("conv 1 2 3 pading=1", "did you mean 'padding='?"),
    (
      "prune 0.5 rate=1",
      "usage: prune RATE [LAYER] [layers=all] [as NAME]"
    ),
    ("mask 2", "a rate is the share of filters to mask: 0.5 masks half of them"),
    ("use", "usage: use LAYER"),
    ("conv 1 2 3 stride 2", "write: stride=2"),
    ("printoptions precision 2", "write: precision=2"),
    ("conv 1,2,3", "blanks stand between arguments, and a number has a point"),
    ("save my file.dpu", "put a name with blanks or brackets in quotes"),
    ("seed 18446744073709551616", "a small number is as good a seed"),
    ("seed 1e3", "write: 1000"),
    ("conv 1 2 3.0", "write: 3"),
    ("seed 1.5", "write digits only"),
    ("why 3", "name one: why grad[0, 0, 1, 1]"),
  ])
  func saysWhatToDo(source: String, remedy: String) throws {
    var notebook = Notebook()
    let found = try #require(notebook.run(source).failure?.remedy)
    #expect(found.hasPrefix(remedy), "\(found)")
  }

  @Test(arguments: [
    "seed 18446744073709551615", "seed -9223372036854775808", "seed -1", "seed 0",
    "seed 4294967301",
  ])
  func seedsAreAnyInteger(source: String) {
    var notebook = Notebook()
    #expect(notebook.run(source).failure == nil)
  }

  /// -1 is 2^64 − 1 to PyTorch, and only its low 32 bits count.
  @Test func equalSeedsDrawTheSame() {
    func draw(_ seed: String) -> String? {
      var notebook = Notebook()
      _ = notebook.run("seed \(seed)")
      return notebook.run("input 1 1 2 2").text
    }
    #expect(draw("-1") == draw("18446744073709551615"))
    #expect(draw("4294967301") == draw("5"))
    #expect(draw("5") != draw("6"))
    var fresh = Notebook()
    #expect(fresh.run("input 1 1 2 2").text == draw("0"))
  }

  @Test func keysMayStandAnywhere() {
    var notebook = Notebook()
    let text = notebook.run("conv stride=2 1 bias=False 2 padding=1 3").text
    #expect(
      text == "Conv2d(1, 2, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), bias=False)")
  }

  @Test(arguments: [
    ("conv 1 2 3 bias=true", true), ("conv 1 2 3 bias=True", true),
    ("conv 1 2 3 bias=false", false),
    ("conv 1 2 3 bias=False", false), ("net conv(1, 2, 3, bias = False)", false),
  ])
  func truthHasItsSpellings(cell: String, hasBias: Bool) throws {
    var notebook = Notebook()
    let text = try #require(notebook.run(cell).text)
    #expect(text.contains("bias=False") != hasBias)
  }

  /// A hyphen typed for the `_` of a key.
  @Test func aHyphenIsTakenForAnUnderscore() throws {
    var notebook = Notebook()
    let text = notebook.run("input ones 1 1 1 1 requires-grad=true").text
    #expect(text == "tensor([[[[1.]]]], requires_grad=True)")
    let twice = "input ones 1 1 1 1 requires-grad=true requires_grad=true"
    #expect(notebook.run(twice).failure?.message == "input: 'requires_grad=' is given twice")
  }

  @Test func nothingRunsBeforeACommandThatMustStandAlone() throws {
    var notebook = Notebook()
    let failure = try #require(notebook.run("mask 7; undo").failure)
    #expect(failure.message == "undo must stand alone in its cell" && failure.range == 8..<12)
    #expect(notebook.run("undo; undo").failure?.message == "undo must stand alone in its cell")
  }
}
