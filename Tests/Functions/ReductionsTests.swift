import Foundation
import Gradients
import Tensors
import TestSupport
import Testing

@testable import Functions

/// Reductions, sorts and picks, compared with PyTorch's answers in `Fixtures/functions/reductions.txt`.
struct ReductionsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let kind: String
    let seed: Int
    let shape: Shape
    let expression: String
    /// A line for each result, then one for the gradient; `!` where PyTorch refuses.
    var answers: [String] = []
    var testDescription: String { "\(kind) \(seed) \(shape) \(expression)" }

    func leaf() throws -> TensorValue {
      let whole = (0..<shape.count).map { ($0 * 7919 + 13 + seed) % 23 - 11 }
      switch kind {
      case "whole": return .int64(IntegerTensor(whole.map(Int64.init), shape: shape))
      case "truth": return .bool(BooleanTensor(whole.map { $0 > 0 }, shape: shape))
      default: break
      }
      var generator = Generator(seed: UInt64(seed))
      let special: [Float] = [.nan, 0, -0.0, .infinity, -.infinity, 1.5, -1.5, 0.25, 3, 3]
      let tensor =
        switch kind {
        case "randn": try generator.normal(shape: shape)
        case "tied": Tensor(whole.map { Float($0) / 4 }, shape: shape)
        default: Tensor((0..<shape.count).map { special[($0 * 7 + seed) % 10] }, shape: shape)
        }
      return .float32(Variable(tensor, source: .leaf(Leaf(isParameter: false))))
    }
  }

  static let cases: [Case] = made {
    let text = try String(
      contentsOf: Fixture.tests.appendingPathComponent("Fixtures/functions/reductions.txt"),
      encoding: .utf8)
    var cases: [Case] = []
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      guard !["=", "~", "g", "!"].contains(line.prefix(1)) else {
        cases[cases.count - 1].answers.append(String(line))
        continue
      }
      let words = line.split(separator: " ", maxSplits: 3)
      cases.append(
        Case(
          kind: String(words[0]), seed: Int(words[1]) ?? 0, shape: sizes(words[2]),
          expression: String(words[3])))
    }
    return cases
  }

  private static func sizes(_ text: some StringProtocol) -> Shape {
    Shape(text.split { !$0.isNumber }.compactMap { Int($0) })
  }

  @Test func thereAreEnough() { #expect(Self.cases.count > 3000) }

  @Test(arguments: 0..<16) func areAsInPyTorch(part: Int) throws {
    for place in stride(from: part, to: Self.cases.count, by: 16) {
      let sample = Self.cases[place]
      do {
        if let difference = try Self.difference(sample) {
          Issue.record("\(sample.testDescription): \(difference)")
        }
      } catch {
        Issue.record("\(sample.testDescription): \(error)")
      }
    }
  }

  private static func difference(_ sample: Case) throws -> String? {
    let leaf = try sample.leaf()
    guard sample.answers != ["!"] else {
      do {
        _ = try FixtureExpression.value(sample.expression, x: leaf)
      } catch {
        return error is FixtureExpression.Malformed ? "malformed" : nil
      }
      return "PyTorch refuses it"
    }
    let value = try FixtureExpression.value(sample.expression, x: leaf)
    var answers = sample.answers
    for (place, item) in (value.items ?? [value]).enumerated() {
      guard case .tensor(let result) = item, !answers.isEmpty else { return "no tensor" }
      let words = answers.removeFirst().split(separator: " ", omittingEmptySubsequences: false)
      let name = result.variable?.node?.operation.gradientName ?? "-"
      let head = "\(result.dataType.rawValue) \(result.shape.description) \(name)"
      let expected = "\(words[1]) \(sizes(words[2]).description) \(words[3])"
      guard head == expected else { return "\(head) instead of \(expected)" }
      if let difference = compare(result, words[4...], isNear: words[0] == "~") {
        return "result \(place): \(difference)"
      }
    }
    guard let last = answers.first else { return nil }
    var words = last.split(separator: " ", omittingEmptySubsequences: false)[...]
    let isNear = words.removeFirst() == "~"
    if isNear { words.removeFirst() }
    guard case .tensor(.float32(let result)) = value.items?.first ?? value else {
      return "no graph"
    }
    let upstream = Tensor(
      (0..<result.tensor.count).map { Float($0 + 1) / 4 }, shape: result.tensor.shape)
    let map = try Backward.gradients(of: result, upstream: upstream)
    guard let gradient = leaf.variable?.leaf.flatMap({ map.leaves[$0] }) else {
      return "no gradient"
    }
    return compare(TensorValue(gradient), words, isNear: isNear).map { "gradient: \($0)" }
  }

  private static func compare(
    _ value: TensorValue, _ expected: ArraySlice<Substring>, isNear: Bool
  ) -> String? {
    let bits: [UInt64] =
      switch value {
      case .float32(let variable):
        variable.tensor.elements.map { UInt64($0.isNaN ? 0x7fc0_0000 : $0.bitPattern) }
      case .int64(let tensor): tensor.elements.map { UInt64(bitPattern: $0) }
      case .bool(let tensor): tensor.elements.map { $0 ? 1 : 0 }
      }
    let found = bits.map { String($0, radix: 16) }
    if let sum = expected.first, sum.hasPrefix("#") {
      let own = bits.enumerated().reduce(0 as UInt64) {
        $0 &+ $1.element &* UInt64(2 * $1.offset + 1)
      }
      return "#" + String(own, radix: 16) == sum ? nil : "other numbers"
    }
    let words = expected.filter { !$0.isEmpty }.map(String.init)
    guard found != words else { return nil }
    let numbers = words.map { Float(bitPattern: UInt32($0, radix: 16) ?? 0) }
    if isNear, case .float32(let variable) = value, numbers.count == found.count {
      let size = numbers.reduce(Float(0)) { max($0, $1.isFinite ? $1.magnitude : 0) }
      let isClose = zip(variable.tensor.elements, numbers).allSatisfy {
        $0 == $1 || $0.isNaN && $1.isNaN || ($0 - $1).magnitude <= 2e-6 * max(size, $1.magnitude)
      }
      if isClose { return nil }
    }
    if case .float32(let variable) = value {
      return "\(variable.tensor.elements) instead of \(numbers)"
    }
    return "\(found) instead of \(words)"
  }
}
