import Gradients
import Pruning
import TestSupport
import Tensors
import Testing

@testable import Notebook

/// Units of one's own rules: against PyTorch's `torch.autograd.Function`, explained, checked, refused.
struct UnitTests {
  /// Rules that have no room in 80 columns stand below in full, and so do the numbers of names.
  @Test func unitsHaveRoom() {
    let forward = "x * mask * (1 + 0 * x) + 0 * x * mask + 0 * x"
    let backward = "grad * (0.1 + 0.9 * mask) + lam * x * (1 - mask) + x * 0.5 - x * 0.5"
    var notebook = Notebook.after([
      "lam = 0.25", "unit long forward=(\(forward)) backward=(\(backward))", "lam = 3",
      "unit short forward=(x * mask) backward=(grad)",
    ])
    let shown = notebook.shown("units") ?? ""
    let lines = shown.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines.contains("long was made with lam = 0.25"))
    let text = lines.joined(separator: " ")
    #expect(text.contains("long: forward \(forward), backward \(backward)"))
    #expect(lines.count { $0.hasPrefix("short") } == 1)
  }

  struct Unit: Decodable {
    let forward: String
    let backward: String
    let weight: [Float]
    let mask: [Float]
    let upstream: [Float]
    let value: [Float]
    let gradient: [Float]
  }

  struct Refused: Decodable {
    let backward: String
    let part: String
    let start: Int
  }

  struct Content: Decodable {
    let units: [Unit]
    let refused: [Refused]
  }

  private static func read() throws -> Content { try Fixture.read("units/units") }

  private static func near(_ found: [Float], _ expected: [Float]) -> Bool {
    let scale = expected.reduce(0) { max($0, $1.magnitude) }
    return zip(found, expected).allSatisfy { found, expected in
      (found - expected).magnitude <= 1e-6 * scale + 2 * expected.ulp
    }
  }

  /// Forward and backward as PyTorch; the terms of `why` sum to the gradient; the rules are decreed.
  @Test(arguments: ["grad.float()", "grad * (x > 0).float()", "grad * mask.bool()"])
  func aRuleKeepsTheType(_ rule: String) {
    var notebook = Notebook()
    let failure = notebook.run("unit soft forward=(x * mask) backward=(\(rule))").failure
    #expect(failure?.message.contains("a rule computes in float32, and ") == true)
    #expect(failure?.message.hasSuffix(" changes the type") == true)
    #expect(
      notebook.run("unit soft forward=(x * mask) backward=(where(x > 0, grad, 0))").failure == nil)
  }

  @Test func randomUnitsAreThoseOfPyTorch() throws {
    let units = try Self.read().units
    #expect(units.count == 500)
    for sample in units {
      var notebook = Notebook()
      let text = "unit u forward=(\(sample.forward)) backward=(\(sample.backward))"
      let failure = notebook.run(text).failure
      #expect(failure == nil, "\(text): \(failure?.message ?? "")")
      guard let unit = notebook.session.units.first else { continue }
      let shape: Shape = [1, 6]
      let mask = try Mask(
        Tensor(sample.mask, shape: shape), for: shape, as: AxisStructure.connection)
      let leaf = Leaf(isParameter: true)
      let weight = Variable(Tensor(sample.weight, shape: shape), source: .leaf(leaf))
      let value = try Variable(unit.operation(mask), [weight])
      #expect(Self.near(value.tensor.elements, sample.value), "\(text)")
      #expect(value.suffix == .gradientFunction("uBackward"))
      let gradient = try #require(
        try Backward.gradients(of: value, upstream: Tensor(sample.upstream, shape: shape))
          .leaves[leaf])
      #expect(Self.near(gradient.elements, sample.gradient), "\(text)")
      let node = try #require(value.node)
      let terms = try (0..<6).map { element -> Float in
        let terms = try node.operation.terms(input: 0, element: element, after: node.pass)
        #expect(terms.count == 1)
        return sample.upstream[element] * terms[0].factor + terms[0].added
      }
      #expect(Self.near(terms, gradient.elements), "\(text)")
      let decree = try #require(try node.operation.decree(input: 0, after: node.pass))
      let zeros = try Backward.gradients(
        of: value, upstream: try Tensor(repeating: 0, shape: shape))
      let added = zeros.leaves[leaf]?.elements ?? []
      let decreed = (0..<6).map { sample.upstream[$0] * decree.factor(of: $0) + added[$0] }
      #expect(Self.near(decreed, gradient.elements), "\(text)")
    }
  }

  @Test func whatIsNoRuleIsRefusedInItsPlace() throws {
    let refused = try Self.read().refused
    #expect(refused.count == 100)
    for sample in refused {
      let head = "unit u forward=(x * mask) backward=("
      var notebook = Notebook()
      let failure = notebook.run(head + sample.backward + ")").failure
      let start = head.utf8.count + sample.start
      let part = start - 1..<start + sample.part.utf8.count + 1
      guard let failure else {
        Issue.record("\(sample.backward) is not refused")
        continue
      }
      let range = failure.range
      #expect(
        part.contains(range.lowerBound) && range.upperBound <= part.upperBound,
        "\(sample.backward): \(range), not \(part)")
      #expect(notebook.session.units.isEmpty)
    }
  }

  /// On the published input a tenth of the published gradient comes back to the masked filter.
  @Test func aTenthOfThePublishedGradient() throws {
    var notebook = PublishedSetup.notebook()
    for cell in ["mask 0.5", "forward; relu; backward;", "g = grad", "zero_grad"] {
      #expect(notebook.run(cell).failure == nil, "\(cell)")
    }
    for cell in [
      "unit soft forward=(x * mask) backward=(grad * (0.1 + 0.9 * mask))", "mask 0.5 unit=soft",
      "forward; relu; backward;",
    ] { #expect(notebook.run(cell).failure == nil, "\(cell)") }
    #expect(notebook.shown("equal(grad[mask == 1], g[mask == 1])") == "True")
    #expect(notebook.shown("equal(grad[mask == 0], g[mask == 0] * (0.1 + 0.9 * 0))") == "True")
    #expect(notebook.shown("equal(g[mask == 0], 0 * g[mask == 0])") == "False")
  }

  /// Parentheses around a rule are no part of it, those within it are.
  @Test(arguments: [
    ("(x * mask)", "x * mask"), ("(x).abs()", "(x).abs()"), ("(x)", "x"),
    ("((x) * (mask))", "(x) * (mask)"),
  ])
  func rulesAreShownAsTheyAreWritten(_ written: String, _ shown: String) {
    var notebook = Notebook()
    #expect(
      notebook.shown("unit u forward=\(written) backward=grad")
        == "u: forward \(shown), backward grad")
  }

  /// The rule works on the bias where the mask does: with filters.
  @Test func theBiasHasTheRuleOfItsFilter() {
    var notebook = Notebook.after([
      "unit half forward=(x * mask) backward=(grad * 0.5)", "conv 1 2 1 as m",
      "weight [[[[1]]], [[[2]]]]; bias [3, 4]; epsilon off", "mask [0, 1] unit=half",
      "forward input=[[[[1]]]]; backward;",
    ])
    #expect(notebook.shown("bias.grad") == "tensor([0.5000, 0.5000])")
    #expect(notebook.run("zero_grad; mask [[[[0]]], [[[1]]]] unit=half").failure == nil)
    #expect(notebook.run("forward input=[[[[1]]]]; backward;").failure == nil)
    #expect(notebook.shown("bias.grad") == "tensor([1., 1.])")
    #expect(notebook.shown("grad.flatten()") == "tensor([0.5000, 0.5000])")
  }

  @Test(arguments: [
    "soft forward=(x * mask) backward=(grad * (0.1 + 0.9 * mask))",
    "pull forward=(x * mask) backward=(grad - 0.5 * (1 - mask) * x)",
    "square forward=(x * x * mask) backward=(grad * mask)",
    "offset forward=(x * mask) backward=(grad * mask + 0.3 * x)",
  ])
  func gradcheckCountsTheRuleAsMeant(_ rule: String) {
    for structure in ["filter", "kernel", "connection"] {
      let name = rule.prefix { $0 != " " }
      var notebook = Notebook.after([
        "unit \(rule)", "conv 2 4 3", "mask 0.5 structure=\(structure) unit=\(name)",
        "input 1 2 5 5;", "forward; relu;",
      ])
      let text = notebook.shown("gradcheck") ?? ""
      #expect(text.contains("as meant") && text.contains("of \(name) decrees"), "\(text)")
      #expect(text.contains("passed: "), "\(text)")
    }
  }

  @Test func whySaysWhatDoesNotComeFromTheGradient() {
    var notebook = Notebook.after([
      "unit pull forward=(x * mask) backward=(0.5 * grad - (1 - mask) * x)",
      "conv 1 2 1 bias=false as m", "weight [[[[1]]], [[[2]]]]", "mask 0.5 unit=pull",
      "forward input=[[[[3]]]]; backward;",
    ])
    #expect(
      notebook.shown("why grad[0, 0, 0, 0]")?.contains(
        "0.5000 = 3. * 0.5000 - 1. of its own through pullBackward") == true)
  }

  @Test func unitsAreComparedAndTakenApart() {
    var notebook = Notebook.after([
      "unit soft forward=(x * mask) backward=(grad * 0.25)", "conv 1 2 1 bias=false",
      "weight [[[[1]]], [[[2]]]]", "input [[[[4]]]];",
    ])
    let compared = notebook.shown("compare 0.5 unit=soft against=dpu") ?? ""
    #expect(compared.contains("DPU:") && compared.contains("soft:"), "\(compared)")
    #expect(compared.contains("1 pruned: up to 4. in the DPU, up to 1. in soft"), "\(compared)")
    #expect(compared.contains("1 kept: 1 of 1 gradients differ, by up to 3."), "\(compared)")
    let apart = notebook.shown("ablate 0.5 unit=soft") ?? ""
    #expect(apart.contains("none                    0.0000   0.0000  1.0000  1.0000"), "\(apart)")
  }

  @Test func aMaskKeepsTheRulesItWasMadeWith() {
    var notebook = Notebook.after([
      "unit soft forward=(x * mask) backward=(grad * 0.5)", "conv 1 2 1 bias=false as m",
      "mask 0.5 unit=soft",
    ])
    #expect(
      notebook.run("unit soft forward=(x * mask) backward=(grad * 0.25)").notes
        == [.unitRedefined("soft", layers: ["m"])])
    #expect(notebook.run("forward input=[[[[1]]]]; backward;").failure == nil)
    #expect(notebook.shown("grad.flatten()") == "tensor([0.5000, 0.5000])")
    #expect(notebook.run("mask 0.5").notes == [.questionChanged(["unit soft before, dpu now"])])
    // Numbers are those of the moment when the unit was made; undo takes a unit back.
    #expect(notebook.run("k = 0.75").failure == nil)
    #expect(notebook.run("unit soft forward=(x * mask) backward=(grad * k)").failure == nil)
    #expect(notebook.run("k = 5").failure == nil)
    #expect(notebook.run("zero_grad; mask 0.5 unit=soft").failure == nil)
    #expect(notebook.run("forward input=[[[[1]]]]; backward;").failure == nil)
    #expect(notebook.shown("grad.flatten()") == "tensor([0.7500, 0.7500])")
    #expect(notebook.run("u = \"soft\"").failure == nil)
    #expect(notebook.run("mask 0.5 unit=u").failure == nil)
    #expect(notebook.session.unit("soft") != nil)
  }

  @Test(
    arguments: [
      ("unit soft forward=(x * mask) backward=«(abs(grad))»", "must be affine in grad", "branches"),
      ("unit soft forward=(«y» * mask) backward=(grad)", "a rule has no name 'y'", "x, mask, grad"),
      ("unit soft forward=(x * «grad») backward=(grad)", "no gradient yet", "backward of grad"),
      ("unit soft forward=(x.«sum»() * mask) backward=(grad)", "sum does not", "clamp"),
      ("unit soft forward=(x «@» mask) backward=(grad)", "@ does not", "clamp"),
      ("unit soft forward=(x * «m») backward=(grad)", "'m' does not hold a number", "numbers"),
      ("unit soft forward=(«ab»(x)) backward=(grad)", "there is no function 'ab'", nil),
      ("unit soft «forward=1» backward=grad", "a number for each element of x", "x * mask"),
      ("unit soft «forward=(x > 0)» backward=grad", "a number for each element of x", nil),
      ("unit soft forward=(x * mask)«»", "backward= is missing", "usage: unit NAME"),
      ("unit «relu» forward=(x * mask) backward=grad", "'relu' is a command", "soft"),
      ("unit «dpu» forward=(x * mask) backward=grad", "dpu is built in", "another name"),
      ("unit «2x» forward=(x * mask) backward=grad", "not a name for a unit", "a letter"),
      ("unit soft forward=(x * mask) «backwards=grad»", "no key 'backwards'", "'backward='"),
      ("unit soft forward=(«soft»(x)) backward=grad", "there is no function 'soft'", nil),
      ("mask 0.5 «unit=sof»", "there is no unit 'sof'", nil),
      ("mask 0.5 «unit=blockd»", "there is no unit 'blockd'", "did you mean 'blocked'?"),
      ("compare 0.5 «against=dup»", "there is no unit 'dup'", "'dpu'"),
    ] as [(String, String, String?)])
  func refuses(text: String, message: String, remedy: String?) {
    let notebook = Notebook.after(["conv 1 2 1 as m; mask 0.5;"])
    #expect(notebook.expectRefused(text, message, remedy)?.session.units.isEmpty == true)
  }
}
