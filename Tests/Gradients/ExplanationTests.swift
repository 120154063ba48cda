import Gradients
import Tensors
import Testing

/// Why gradients are what they are, over 200 random computations.
struct ExplanationTests {
  @Test(arguments: 0..<200 as Range<UInt64>)
  func termsSumToTheGradient(seed: UInt64) throws {
    let loss = try RandomCase(seed: seed).loss()
    let explanation = try Explanation(losses: [loss])
    for node in explanation.passes[0].order {
      for input in node.inputs {
        guard let place = Explanation.place(of: input, pass: 0),
          let gradient = explanation.gradient(at: place)
        else { continue }
        for element in 0..<gradient.count {
          let terms = try explanation.contributions(at: place, element: element)
          let sum = terms.reduce(0) { $0 + Double($1.product) }
          let scale = terms.reduce(0) { $0 + Double($1.product.magnitude) }
          let error = (sum - Double(gradient.elements[element])).magnitude
          #expect(error <= scale * 1e-6)
        }
      }
    }
  }

  /// Every reason is taken away, alone and with others: gradients come to life exactly where the
  /// explanation says so.
  @Test(arguments: 0..<200 as Range<UInt64>)
  func removingTheReasonBringsTheGradientBack(seed: UInt64) throws {
    let random = try RandomCase(seed: seed)
    let loss = try random.loss()
    var explanation = try Explanation(losses: [loss])
    let kinds: [ZeroReason] = [.masked, .closed, .atZero, .padding, .zeroFactor]
    for subset in 0..<1 << kinds.count {
      let removed = Set(kinds.indices.filter { subset >> $0 & 1 == 1 }.map { kinds[$0] })
      let allowed = removed.reduce(into: ZeroReasons()) { $0.formUnion(ZeroReasons($1)) }
      let freed = try random.loss { Freed(operation: $0, removed: removed) }
      let map = try Backward.gradients(of: freed, upstream: Tensor(scalar: 1))
      for variable in random.leaves {
        guard let leaf = variable.leaf, let gradient = map.leaves[leaf] else { continue }
        for element in 0..<gradient.count {
          let reasons = try explanation.reasons(at: .leaf(leaf), element: element)
          #expect(
            (gradient.elements[element] != 0) == reasons.ways.contains { $0.isSubset(of: allowed) },
            "\(removed) \(element) \(reasons)")
        }
      }
    }
  }

  /// PyTorch takes p · Σ upstream from upstream: where that is infinite, infinity from infinity.
  @Test(arguments: [true, false]) func infinityIsTakenFromInfinity(isLogarithm: Bool) throws {
    let x = Variable(Tensor([0, 1, 2], shape: [3]), source: .leaf(Leaf(isParameter: false)))
    let y = try isLogarithm ? Variable(LogSoftmax(0), x) : Variable(Softmax(0), x)
    let upstream = Variable(Tensor([1, .infinity, -1], shape: [3]))
    let explanation = try Explanation(
      losses: [Variable(Sum(), Variable(Multiply(), y, upstream))])
    let leaf = try #require(x.leaf)
    // PyTorch 2.15.0: the gradient is [-inf, nan, -inf], of both.
    for (element, count) in [(0, 3), (1, 4), (2, 3)] {
      let terms = try explanation.contributions(at: .leaf(leaf), element: element)
      #expect(terms.count == count)
      let sum = terms.reduce(0) { $0 + $1.product }
      let gradient = try #require(explanation.gradient(at: .leaf(leaf))).elements[element]
      #expect(element == 1 ? sum.isNaN && gradient.isNaN : sum == -.infinity && gradient == sum)
    }
  }

  /// Millions of elements with a set of their own would take long to give back.
  @Test func equalExplanationsAreKeptOnce() throws {
    let x = Variable(
      Tensor([Float](repeating: -1, count: 50), shape: [50]),
      source: .leaf(Leaf(isParameter: false)))
    var explanation = try Explanation(losses: [Variable(Sum(), Variable(ReLU(), x))])
    let leaf = try #require(x.leaf)
    let kept = try (0..<50).map { try explanation.reasons(at: .leaf(leaf), element: $0).ways }
    #expect(Set(kept.map { unsafeBitCast($0, to: UInt.self) }).count == 1)
    #expect(kept.allSatisfy { $0 == [ZeroReasons(.closed)] })
  }

  /// What nothing depends on can be changed without changing anything.
  @Test func nothingUpstreamMeansThatNothingDepends() throws {
    let x = Variable(
      Tensor((0..<16).map(Float.init), shape: [1, 1, 4, 4]),
      source: .leaf(Leaf(isParameter: false)))
    let weight = Variable(Tensor([1, 2, 3, 4], shape: [1, 1, 2, 2]))
    let convolve = try Convolve(input: [1, 1, 4, 4], weight: [1, 1, 2, 2], stride: 3)
    let loss = try Variable(Sum(), Variable(convolve, x, weight))
    var explanation = try Explanation(losses: [loss])
    let leaf = try #require(x.leaf)
    for element in 0..<16 {
      let (row, column) = (element / 4, element % 4)
      let reasons = try explanation.reasons(at: .leaf(leaf), element: element)
      // One window, over the first two rows and columns.
      #expect(reasons.isOpen == (row < 2 && column < 2))
      #expect(reasons.isOpen || reasons.reasons == [.nothingUpstream])
    }
  }

  @Test func termsThatCancelAreSaidToCancel() throws {
    let weight = Variable(
      Tensor([5], shape: [1, 1, 1, 1]), source: .leaf(Leaf(isParameter: true)))
    let x = Variable(Tensor([1, -1], shape: [1, 1, 1, 2]))
    let convolve = try Convolve(input: [1, 1, 1, 2], weight: [1, 1, 1, 1])
    let loss = try Variable(Sum(), Variable(convolve, x, weight))
    var explanation = try Explanation(losses: [loss])
    let leaf = try #require(weight.leaf)
    #expect(try explanation.reasons(at: .leaf(leaf), element: 0).reasons == [.cancels])
  }

  @Test func gradientsOfSeveralPassesAddUp() throws {
    let leaf = Leaf(isParameter: true)
    let x = Variable(Tensor([2, -3], shape: [2]), source: .leaf(leaf))
    let first = try Variable(Sum(), Variable(ReLU(), x))
    let second = try Variable(Sum(), Variable(AbsoluteValue(), x))
    let explanation = try Explanation(losses: [first, second])
    #expect(explanation.gradient(at: .leaf(leaf))?.elements == [2, -1])
    let terms = try explanation.contributions(at: .leaf(leaf), element: 1)
    #expect(terms.map(\.pass) == [0, 1])
    #expect(terms.map(\.product) == [0, -1])
  }

  @Test func blockadesNameThePlace() throws {
    let leaf = Leaf(isParameter: true)
    let x = Variable(Tensor([-2, 3], shape: [2]), source: .leaf(leaf))
    let pruned = try Variable(Product(mask: Tensor([0, 1], shape: [2])), x)
    let loss = try Variable(Sum(), Variable(ReLU(), pruned))
    var explanation = try Explanation(losses: [loss])
    let places = try explanation.blockades(at: .leaf(leaf), element: 0)
    #expect(places.map(\.node.operation.gradientName) == ["MulBackward0", "ReluBackward0"])
    #expect(places.map(\.term.block) == [.masked, .atZero])
  }

  @Test func everyBlockHasAReasonOfItsOwn() {
    for block in GradientBlock.allCases {
      #expect(ZeroReason(block).rawValue == block.rawValue)
    }
  }

  /// A deep graph is walked by a list.
  @Test func deepGraphsDoNotOverflow() throws {
    let leaf = Leaf(isParameter: true)
    var value = Variable(Tensor([-1], shape: [1]), source: .leaf(leaf))
    value = try Variable(ReLU(), value)
    for _ in 0..<50_000 { value = try Variable(ReLU(), value) }
    var explanation = try Explanation(losses: [value])
    let reasons = try explanation.reasons(at: .leaf(leaf), element: 0)
    #expect(reasons.simplest.list == [.atZero, .closed])
  }
}
