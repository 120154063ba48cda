import Foundation
import Gradients
import Tensors
import TestSupport
import Testing

@testable import Functions

/// Views, indices, cat and stack, compared with PyTorch's answers in `Fixtures/functions/shapes.txt`.
struct ShapesTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let type: String
    let shape: Shape
    let expression: String
    /// Shape, strides, names; values; gradient. Empty where PyTorch refuses.
    var answers: [String] = []
    var testDescription: String { "\(type) \(shape) \(expression)" }

    /// 0, 1, 2, …, and every third one true.
    var leaf: TensorValue {
      let count = shape.count
      return switch type {
      case "bool": .bool(BooleanTensor((0..<count).map { $0 % 3 == 0 }, shape: shape))
      case "int64": .int64(IntegerTensor((0..<count).map { Int64($0) }, shape: shape))
      default:
        .float32(
          Variable(
            Tensor((0..<count).map { Float($0) }, shape: shape),
            source: .leaf(Leaf(isParameter: false))))
      }
    }
  }

  static let lines: [Substring] = made {
    try String(
      contentsOf: Fixture.tests.appendingPathComponent("Fixtures/functions/shapes.txt"),
      encoding: .utf8
    ).split(separator: "\n")
  }

  static let cases: [Case] = {
    var cases: [Case] = []
    for line in lines where !line.hasPrefix("#") && !line.hasPrefix("s ") {
      if ["=", ">", "g", "!"].contains(line.prefix(1)) {
        cases[cases.count - 1].answers.append(String(line))
        continue
      }
      let end = line.firstIndex(of: "]") ?? line.endIndex
      let head = line[...end].split(separator: " ", maxSplits: 1)
      cases.append(
        Case(
          type: String(head[0]), shape: Shape(numbers(head[1])),
          expression: line[line.index(end, offsetBy: 2)...].description))
    }
    return cases
  }()

  private static func numbers(_ text: some StringProtocol) -> [Int] {
    text.split { !$0.isNumber && $0 != "-" }.compactMap { Int($0) }
  }

  @Test func thereAreEnough() { #expect(Self.cases.count == 700) }

  @Test(arguments: cases) func isAsInPyTorch(_ sample: Case) throws {
    let leaf = sample.leaf
    guard sample.answers != ["! refused"] else {
      #expect {
        try FixtureExpression.value(sample.expression, x: leaf)
      } throws: {
        !($0 is FixtureExpression.Malformed)
      }
      return
    }
    guard case .tensor(let value) = try FixtureExpression.value(sample.expression, x: leaf) else {
      Issue.record("no tensor")
      return
    }
    // A stride of a dimension of size 1 leads nowhere.
    let head = sample.answers[0].split(separator: "]", omittingEmptySubsequences: false)
    let (shape, strides) = (Self.numbers(head[0]), Self.numbers(head[1]))
    #expect(value.shape.dimensions == shape)
    #expect(value.dataType.rawValue == sample.type)
    if !shape.contains(0) {
      let found = value.layout.strides
      for place in shape.indices where shape[place] > 1 { #expect(found[place] == strides[place]) }
    }
    #expect(Self.names(value) == head[2].split(separator: " ").map(String.init))
    #expect(try value.integers().elements.map(Int.init) == Self.numbers(sample.answers[1]))
    guard sample.answers.count > 2, let variable = value.variable else { return }
    let upstream = Tensor((0..<value.count).map { Float($0 + 1) }, shape: value.shape)
    let gradients = try Backward.gradients(of: variable, upstream: upstream)
    let gradient = try #require(leaf.variable?.leaf.flatMap { gradients.leaves[$0] })
    #expect(gradient.elements.map { Int($0) } == Self.numbers(sample.answers[2]))
    for node in gradients.order { try Self.checkTerms(of: node, in: gradients) }
  }

  /// The steps, from the last to the first.
  private static func names(_ value: TensorValue) -> [String] {
    var names: [String] = []
    var node = value.variable?.node
    while let step = node {
      names.append(step.operation.gradientName)
      node = step.inputs[0].node
    }
    return names
  }

  /// The terms of each element sum to its gradient, and there are no more than were announced.
  private static func checkTerms(of node: Node, in gradients: GradientMap) throws {
    guard let upstream = gradients.gradient(of: node.serial) else { return }
    let operation = node.operation
    let all = try operation.gradients(upstream, after: node.pass)
    for (input, gradient) in all.enumerated() {
      for (element, expected) in try #require(gradient).elements.enumerated() {
        let terms = try operation.terms(input: input, element: element, after: node.pass)
        #expect(terms.reduce(0) { $0 + upstream.elements[$1.output] * $1.factor } == expected)
        #expect(terms.count <= operation.termLimit(input: input, after: node.pass))
      }
    }
  }

  /// The strides of sums of views: `s [2,3][1,2] [3][1] [2,3][1,2]`, the result last.
  @Test(arguments: lines.filter { $0.hasPrefix("s ") }) func stridesAreThoseOfPyTorch(
    _ line: Substring
  ) {
    let plans = line.split(separator: " ").dropFirst().map { word in
      let parts = word.split(separator: "]", omittingEmptySubsequences: false)
      return ViewPlan(
        shape: Shape(Self.numbers(parts[0])), strides: Self.numbers(parts[1]))
    }
    guard let result = plans.last else { return }
    #expect(
      ViewPlan.resultStrides(of: Array(plans.dropLast()), to: result.shape) == result.strides)
  }
}
