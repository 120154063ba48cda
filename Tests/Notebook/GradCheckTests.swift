import Testing

@testable import Notebook

/// `gradcheck`: what it reports.
struct GradCheckTests {
  private static func row(_ name: String, of text: String?) -> [Substring] {
    (text ?? "").split(separator: "\n").first { $0.hasPrefix(name) }?.split(separator: " ") ?? []
  }

  /// All nine masked elements disagree, by the published gradient; nothing else does.
  @Test func theUnitIsMeantToDisagree() {
    var notebook = PublishedSetup.notebook("mask 0.5", "forward; relu")
    let text = notebook.shown("gradcheck")
    #expect(Self.row("demo.weight ", of: text).suffix(2) == ["9", "0"])
    #expect(Self.row("input ", of: text).suffix(2) == ["0", "0"])
    #expect(text?.contains("9 elements disagree as meant, by up to 4.7680") == true)
  }

  @Test(arguments: ["mask 0.5; epsilon off", "prune 0.5", "mask 0"])
  func nothingElseDisagrees(setting: String) {
    var notebook = PublishedSetup.notebook(setting, "forward; relu")
    let text = notebook.shown("gradcheck")
    #expect(Self.row("demo.weight", of: text).suffix(2) == ["0", "0"])
    #expect(text?.hasSuffix("passed: the gradients are those of the sum") == true)
  }

  @Test func aKinkIsReported() {
    var notebook = Notebook()
    _ = notebook.run("input [[[[0, 1, -2]]]]; relu input")
    #expect(
      notebook.shown("gradcheck") == "gradcheck: "
        + "the value does not require grad and does not have a grad_fn")
    _ = notebook.run("input [[[[0, 1, -2]]]] requires_grad=true; relu input")
    #expect(
      notebook.shown("gradcheck")?.contains(
        "input: 1 at a kink, such as [0, 0, 0, 0]: no derivative to compare with") == true)
  }

  /// An infinite slope is PyTorch's, and nothing to be compared; nor is a difference beside it.
  @Test(arguments: [
    ("x.sqrt()", "x: 1 not finite, such as [0]: inf, for a slope on the way is infinite"),
    ("(x ** 0.5)", "x: 1 not finite, such as [0]: inf, for a slope on the way is infinite"),
    ("(x * 0).sqrt()", "x: 2 not finite, such as [0]: nan, for a slope on the way is infinite"),
    ("(0 ** x)", "x: 1 not measured, such as [0]: too large,"),
  ])
  func anInfiniteSlopeIsNotCompared(value: String, line: String) {
    var notebook = Notebook()
    _ = notebook.run("tensor [0, 4] requires_grad=true as x")
    let text = notebook.shown("gradcheck \(value)") ?? ""
    #expect(text.split(separator: "\n").contains(Substring(line)), "\(text)")
    #expect(text.hasSuffix("passed: the gradients are those of the sum everywhere else"))
    #expect(!text.contains("inf  ["))
  }

  /// A gradient that is not finite does not hide a wrong one beside it.
  @Test func whatIsNotFiniteWidensNoTolerance() throws {
    var notebook = Notebook()
    _ = notebook.run("tensor [0, 4] requires_grad=true as x")
    let text = notebook.shown("gradcheck x.sqrt()")
    #expect(Self.row("x ", of: text).dropLast(2).suffix(2) == ["7.2e-12", "[1]"])
  }

  /// What is not finite is named, and not called a wrong gradient.
  @Test func notANumberCannotBeChecked() {
    var notebook = Notebook()
    func failure(_ cells: String...) -> [String?] {
      for cell in cells.dropLast() { #expect(notebook.run(cell).failure == nil) }
      let failure = cells.last.flatMap { notebook.run($0).failure }
      return [failure?.message, failure?.remedy]
    }
    let remedy = "set finite values, or make new ones, and run forward again"
    #expect(
      failure(
        "conv 1 1 2 bias=false as c", "weight [[[[1, 2], [nan, 4]]]]", "forward; relu", "gradcheck"
      ) == ["gradcheck: c.weight[0, 0, 1, 0] is nan: no difference can be measured", remedy])
    #expect(
      failure("weight [[[[1, 2], [3, 4]]]]", "input [[[[1, -inf], [3, 4]]]]; forward", "gradcheck")
        == ["gradcheck: input[0, 0, 0, 1] is -inf: no difference can be measured", remedy])
    #expect(
      failure(
        "weight [[[[1e30, 1], [1, 1]]]]; input [[[[1e30, 1], [1, 1]]]]", "forward as y",
        "gradcheck y") == [
          "gradcheck: y[0, 0, 0, 0] is inf: no difference can be measured",
          "take smaller weights or a smaller input, and run forward again",
        ])
    #expect(
      failure("input ones 1 1 2 2; weight [[[[1, 1], [1, 1]]]]", "forward", "gradcheck")
        == [nil, nil])
  }

  /// A sum of 1e24 has no digit left that moving the bias could change. The weight itself is moved
  /// in proportion to its size.
  @Test func whatIsTooLargeToMeasureIsNotCalledADefect() throws {
    var notebook = Notebook()
    _ = notebook.run("conv 1 1 1; weight [[[[1e12]]]]; forward input=[[[[1e12]]]]")
    let text = try #require(notebook.run("gradcheck").text)
    #expect(Self.row("conv1.weight", of: text).suffix(2) == ["0", "0"])
    #expect(text.contains("conv1.bias: 1 not measured, such as [0]: too large,\n"))
    #expect(text.hasSuffix("passed: the gradients are those of the sum everywhere else"))
    #expect(!text.contains("conv1.weight: 1 not"))
  }

  /// After a constant channel the slope changes within a step of 1e-6, and twice as fast after two
  /// normalizations.
  @Test(arguments: ["batchnorm(2) batchnorm(2)", "batchnorm(2)", "batchnorm(2) relu batchnorm(2)"])
  func normalizationsOfConstantChannelsPass(stages: String) {
    for seed in 0..<8 {
      var notebook = Notebook()
      for cell in [
        "seed \(seed); net conv(1,2,1,bias=false) \(stages) flatten linear(18,2)",
        "input 1 1 3 3; mask 0.5", "forward; cross_entropy target=1",
      ] { #expect(notebook.run(cell).failure == nil) }
      let result = notebook.run("gradcheck")
      #expect(result.failure?.message == nil, "seed \(seed)")
    }
  }

  /// It neither uses the graph up nor adds to gradients.
  @Test func nothingIsUsedUp() {
    var notebook = PublishedSetup.notebook("mask 0.5", "forward; relu", "gradcheck")
    #expect(notebook.shown("grad") == "None")
    #expect(notebook.run("backward").failure == nil)
    #expect(notebook.run("gradcheck").failure == nil)
  }

  /// After three normalizations of a constant channel, twice, and a step along gradients of 1e9 the
  /// weights are near 1e9. The sum jumps within less than what a double can move them by.
  @Test(arguments: ["", "batchnorm(1) "]) func aSlopeWithinTheSmallestStepIsNotMeasured(
    first: String
  ) {
    let stages = """
      \(first)conv(1,1,2,padding=0) batchnorm(1) relu conv(1,3,3,padding=1,bias=false) batchnorm(3) \
      batchnorm(3) tanh avgpool(2) batchnorm(3) batchnorm(3) batchnorm(3) \
      conv(3,1,2,padding=0,bias=false) batchnorm(1) batchnorm(1) batchnorm(1) tanh flatten linear(1,3)
      """
    var notebook = Notebook()
    for cell in [
      "seed 1446; net \(stages)", "input 3 1 5 5; mask 0.99",
      "forward; cross_entropy target=[2, 2, 2]; backward; step 0.1; zero_grad",
      "forward; cross_entropy target=[2, 2, 2]",
    ] { #expect(notebook.run(cell).failure == nil) }
    let result = notebook.run("gradcheck")
    #expect(result.failure?.message == nil)
    #expect(result.text?.contains(" not measured, such as ") == true)
  }
}
