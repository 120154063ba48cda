import Foundation
import Gradients
import Tensors
import Testing

@testable import Notebook

/// `gradcheck` of random networks: it calls no right gradient wrong, and finds planted mistakes.
///
/// A short run by default; `DPU_LONG=1` checks 2,000 networks, from the seed DPU_SEED if there is one.
struct GradCheckNetworkTests {
  static let seeds: [UInt64] = {
    let environment = ProcessInfo.processInfo.environment
    let first = environment["DPU_SEED"].flatMap { UInt64($0) } ?? 1
    // A slope that lies within the smallest step, a gradient that was nothing but rounding, and a
    // jump on the way to which there is another one.
    let count: UInt64 = environment["DPU_LONG"] == nil ? 40 : 2000
    return [1446, 20229, 21985] + Array(first..<first + count)
  }()

  /// The output of a network's cells.
  private static func output(seed: UInt64) throws -> Variable {
    var notebook = Notebook()
    for cell in RandomNetwork(seed: seed).cells {
      if let failure = notebook.run(cell).failure { Issue.record("\(cell): \(failure.message)") }
    }
    return try #require(notebook.session.output)
  }

  @Test(arguments: seeds) func rightGradientsAreNotCalledWrong(seed: UInt64) throws {
    let output = try Self.output(seed: seed)
    for finding in try NumericalCheck(of: output, limit: 30).findings() {
      #expect(finding.wrong.isEmpty, "\(RandomNetwork(seed: seed).text)")
    }
  }

  /// What a gradient may get wrong.
  private enum Mistake: CaseIterable {
    case factor, sign, droppedTerm, shiftedIndex
  }

  /// An operation whose gradient of one input has a mistake.
  private struct Mistaken: Gradients.Operation {
    let operation: any Gradients.Operation
    let mistake: Mistake
    let input: Int
    /// Which element a sign or a dropped term belongs to, counted modulo all.
    let place: Int

    var gradientName: String { operation.gradientName }
    func forward(_ inputs: [Tensor]) throws -> Tensor { try operation.forward(inputs) }
    func forwardSaving(_ inputs: [Tensor]) throws -> (output: Tensor, saved: any Sendable) {
      try operation.forwardSaving(inputs)
    }
    func gradientMagnitudes(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
      try operation.gradientMagnitudes(upstream, after: pass)
    }
    func terms(input: Int, element: Int, after pass: ForwardPass) -> [GradientTerm] { [] }
    func decree(input: Int, after pass: ForwardPass) throws -> GradientFactors? {
      try operation.decree(input: input, after: pass)
    }
    func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
      try operation.reference(inputs)
    }
    func branches(_ inputs: [DoubleTensor]) throws -> [Int] { try operation.branches(inputs) }

    func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
      var above = upstream.elements
      if mistake == .droppedTerm { above[place % above.count] = 0 }
      var gradients = try operation.gradients(
        Tensor(above, shape: upstream.shape), after: pass)
      guard let gradient = gradients[input] else { return gradients }
      var values = gradient.elements
      switch mistake {
      case .factor: values = values.map { $0 * 1.05 }
      case .sign: values[place % values.count].negate()
      case .droppedTerm: break
      case .shiftedIndex: values = Array(values.dropFirst() + values.prefix(1))
      }
      gradients[input] = Tensor(values, shape: gradient.shape)
      return gradients
    }
  }

  /// The same computation, one of its steps with a mistake.
  private static func mistaken(
    _ output: Variable, _ mistake: Mistake, _ random: inout SeededGenerator
  ) throws -> (value: Variable, step: String) {
    let order = Array(Backward.order(of: output).reversed())
    let chosen = try #require(order.randomElement(using: &random))
    let inputs = chosen.inputs.indices.filter { chosen.inputs[$0].requiresGradient }
    let input = try #require(inputs.randomElement(using: &random))
    let place = Int.random(in: 0..<1 << 20, using: &random)
    var made: [UInt64: Variable] = [:]
    for node in order {
      let inputs = node.inputs.map { input in input.node.flatMap { made[$0.serial] } ?? input }
      made[node.serial] =
        node === chosen
        ? try Variable(
          Mistaken(operation: node.operation, mistake: mistake, input: input, place: place), inputs)
        : try Variable(node.operation, inputs)
    }
    let name = "\(mistake) in \(chosen.operation.gradientName)[\(input)]"
    return (try #require(output.node.flatMap { made[$0.serial] }), name)
  }

  /// Every mistake that moves an element by 3 % of its leaf's largest gradient, and by more than
  /// rounding may, is found, unless there is a kink or it cannot be measured. Rounding is that of the
  /// right gradient and of the wrong one: where the derivative is 0, a mistake may leave exactly that.
  @Test(arguments: seeds) func plantedMistakesAreFound(seed: UInt64) throws {
    let output = try Self.output(seed: seed)
    var random = SeededGenerator(seed: seed &* 31)
    func gradients(_ value: Variable) throws -> GradientMap {
      try Backward.gradients(
        of: value, upstream: Tensor(repeating: 1, shape: value.tensor.shape))
    }
    func skipped(_ finding: NumericalCheck.Finding) -> Set<Int> {
      Set((finding.kinks + finding.unmeasured).map(\.element))
    }
    let right = try gradients(output)
    // At a corner after a mask a gradient of 0 is the product's, so that the right one tells of it.
    var corners: [Leaf: Set<Int>] = [:]
    var rounding: [Leaf: [Double]] = [:]
    for finding in try NumericalCheck(of: output, limit: 60).findings() {
      corners[finding.leaf] = skipped(finding)
      rounding[finding.leaf] = finding.rounding
    }
    for mistake in Mistake.allCases {
      let (value, step) = try Self.mistaken(output, mistake, &random)
      let wrong = try gradients(value)
      var isFound = false
      var missed: [Int] = []
      for finding in try NumericalCheck(of: value, limit: 60).findings() {
        guard let rightOne = right.leaves[finding.leaf]?.elements,
          let wrongOne = wrong.leaves[finding.leaf]?.elements
        else { continue }
        let largest = (rightOne + wrongOne).reduce(1) { max($0, $1.magnitude) }
        let skipped = skipped(finding).union(corners[finding.leaf] ?? [])
        let count = min(60, rightOne.count)
        isFound = isFound || !finding.wrong.isEmpty
        missed += (0..<count).map { $0 * rightOne.count / count }.filter { element in
          let change = (rightOne[element] - wrongOne[element]).magnitude
          let noise = max(finding.rounding[element], rounding[finding.leaf]?[element] ?? 0)
          let allowance = 0.03 * Double(largest) + 2 * noise
          return Double(change) > allowance && !skipped.contains(element)
        }
      }
      #expect(isFound || missed.isEmpty, "\(step): \(RandomNetwork(seed: seed).text)")
    }
  }
}
