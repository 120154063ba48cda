import Running
import Tensors

/// Gradients against central differences in double: `torch.autograd.gradcheck`.
///
/// The differences are those of each operation's plain ``Operation/reference(_:)``, at the values
/// that float32 has recorded. Where an operation has another rule than the derivative by decree, such
/// as a mask that passes its gradient straight through, the gradient has to be the one that this rule
/// gives; where that is another one than the derivative, the disagreement is meant.
///
/// What float32 can do to the gradient is measured (``RoundingNoise``), and what a
/// finite distance does to the difference is estimated from a smaller one.
public struct NumericalCheck {
  /// What was found for one leaf.
  public struct Finding {
    /// A gradient beside its difference.
    public struct Disagreement {
      /// The element, in row-major order.
      public let element: Int
      /// The gradient that backward gives.
      public let gradient: Double
      /// The central difference.
      public let difference: Double
    }

    /// Whose gradient was checked.
    public let leaf: Leaf
    /// The gradient.
    public let gradient: Tensor
    /// How far float32's rounding may have carried each element.
    public let rounding: [Double]
    /// How many elements were checked.
    public fileprivate(set) var checked = 0
    /// The largest error among the elements that agree, and where it is.
    public fileprivate(set) var largestError: (error: Double, element: Int)?
    /// Disagreements that an operation's decree means.
    public fileprivate(set) var meant: [Disagreement] = []
    /// Elements at a kink, where there is no derivative.
    public fileprivate(set) var kinks: [Disagreement] = []
    /// Elements where double has too few digits for a difference.
    public fileprivate(set) var unmeasured: [Disagreement] = []
    /// Gradients of finite values that are infinite or NaN: a slope on the way is infinite.
    public fileprivate(set) var infinite: [Disagreement] = []
    /// Disagreements that are mistakes.
    public fileprivate(set) var wrong: [Disagreement] = []
  }

  /// A central difference.
  private struct Difference {
    var value: Double
    /// How far off it may be.
    var error: Double
    /// Whether a kink lies within the smallest distance.
    var isKink = false
    /// The slopes above and below, where smaller distances are tried.
    var sides = (above: 0.0, below: 0.0)
  }

  /// How far an element is moved, in units of its value where that is above 1, each only where the
  /// one before crossed a kink. The first is that of PyTorch's `gradcheck`, 1e-6; it may be too far
  /// where a constant of 1e-6 keeps ReLU open.
  private static let distances = [1e-6, 1e-8, 1e-10]
  /// How much smaller distances are tried where a difference disagrees, and how often: after a batch
  /// normalization of a nearly constant channel the slope changes within 1e-6.
  private static let refinements = (factor: 0.1, count: 6)
  /// A change of the sum that so many refinements in a row leave as large as it is and in the same
  /// direction is a jump; rounding errors would change their sign.
  private static let jump = (length: 3, shares: 0.5...2)
  /// Rounding errors are at most so many times the largest of a few measured ones.
  private static let roundingFactor = 8.0
  /// The same, for float32's.
  private static let noiseFactor = roundingFactor * Double(Float.ulpOfOne)
  /// PyTorch's tolerances, `atol` and `rtol` of `gradcheck`. The absolute one is taken of the
  /// largest gradient where that is above 1: float32 has no more digits.
  private static let (absoluteTolerance, relativeTolerance) = (1e-5, 1e-3)
  /// A difference whose error is a larger share of it says nothing.
  private static let vagueShare = 1e-2
  /// A decree shows where it moves the difference by more than this share of the largest gradient: a
  /// difference in double has about eight digits at the first distance.
  private static let meantShare = 1e-8

  private let graph: DoubleGraph
  private let gradients: GradientMap
  private let noise: [Leaf: Tensor]
  /// What operations add by decree to the gradients, whatever comes back; empty where none does.
  private let added: [Leaf: Tensor]
  /// At most so many elements of a leaf are checked, spread evenly.
  private let limit: Int

  /// Prepares the check of the gradients of `value.sum()`.
  ///
  /// - Throws: ``BackwardError`` where no gradient flows, `Cancelled`.
  public init(of value: Variable, limit: Int = 1000) throws {
    (gradients, noise, graph) = try Progress.own(1) { _ in
      let gradients = try Backward.gradients(
        of: value, upstream: try Tensor(repeating: 1, shape: value.tensor.shape))
      return (
        gradients, try RoundingNoise.largest(of: value, gradients), try DoubleGraph(of: value)
      )
    }
    let adds = Backward.order(of: value).contains { $0.operation.addsToGradient }
    added =
      adds
      ? try Backward.gradients(
        of: value, upstream: try Tensor(repeating: 0, shape: value.tensor.shape)
      ).leaves : [:]
    self.limit = max(1, limit)
  }

  /// Checks every leaf.
  ///
  /// - Throws: `Cancelled`.
  public func findings() throws -> [Finding] {
    let elements = graph.leaves.reduce(0) { $0 + min(limit, $1.tensor.count) }
    return try Progress.own(elements) { advance in
      try graph.leaves.map { leaf, tensor in
        let gradient = try gradients.leaves[leaf] ?? Tensor(repeating: 0, shape: tensor.shape)
        return try finding(leaf, tensor, gradient) { advance(1) }
      }
    }
  }

  private func finding(
    _ leaf: Leaf, _ start: Tensor, _ gradient: Tensor, afterEach: () -> Void
  ) throws -> Finding {
    let rounding = try Memory.array(mapping: gradient.count) { element -> Double in
      let noise = noise[leaf].map { Double($0.elements[element]) } ?? 0
      return noise.isFinite ? noise * Self.noiseFactor : 0
    }
    var finding = Finding(leaf: leaf, gradient: gradient, rounding: rounding)
    let largest = gradient.elements.reduce(1) { $1.isFinite ? max($0, Double($1.magnitude)) : $0 }
    let dependents = graph.dependents(of: leaf)
    let isDecreed = dependents.contains(where: graph.isDecreed)
    let count = min(limit, gradient.count)
    for position in 0..<count {
      defer { afterEach() }
      let element = position * gradient.count / count
      let value = Double(gradient.elements[element])
      guard value.isFinite else {
        finding.checked += 1
        finding.infinite.append(.init(element: element, gradient: value, difference: .nan))
        continue
      }
      let floor = Self.absoluteTolerance * largest + rounding[element]
      func agree(_ gradient: Double, _ difference: Difference) -> Bool {
        let tolerance = floor + difference.error
        let distance = (gradient - difference.value).magnitude
        return distance <= tolerance + Self.relativeTolerance * difference.value.magnitude
      }
      // An error as large as what is measured says nothing, neither for the gradient nor against it.
      func isVague(_ difference: Difference) -> Bool {
        !difference.value.isFinite
          || difference.error > Self.vagueShare * max(largest, difference.value.magnitude)
      }
      func measured(byDecree: Bool) throws -> Difference {
        let added = byDecree ? added[leaf].map { Double($0.elements[element]) } ?? 0 : 0
        var difference = try difference(
          leaf, element, at: start.elements[element], dependents, byDecree: byDecree,
          floor: floor
        ) { !isVague($0) && agree(value - added, $0) }
        difference.value += added
        return difference
      }
      let ordinary = try measured(byDecree: false)
      // Where an operation decrees its rule, that is what the gradient has to follow.
      let decreed = isDecreed ? try measured(byDecree: true) : ordinary
      finding.checked += 1
      let disagreement = Finding.Disagreement(
        element: element, gradient: value, difference: ordinary.value)
      // The error of what agrees with a difference.
      func note(_ difference: Difference) {
        let error = (value - difference.value).magnitude
        if error > finding.largestError?.error ?? -1 { finding.largestError = (error, element) }
      }
      if ordinary.isKink {
        finding.kinks.append(disagreement)
      } else if decreed.isKink {
        // After that operation there may be a corner that the derivative does not move.
        if !isVague(ordinary), agree(value, ordinary) {
          note(ordinary)
        } else {
          finding.kinks.append(disagreement)
        }
      } else if isVague(decreed) {
        finding.unmeasured.append(disagreement)
      } else if !agree(value, decreed) {
        finding.wrong.append(
          .init(element: element, gradient: value, difference: decreed.value))
      } else if (decreed.value - ordinary.value).magnitude > Self.meantShare * largest,
        (value - decreed.value).magnitude < (value - ordinary.value).magnitude
      {
        // A small gradient that a decree lets through would pass as agreeing with zero.
        finding.meant.append(disagreement)
      } else {
        note(decreed)
      }
    }
    return finding
  }

  /// The central difference at one element of a leaf, of distances that become smaller until it is
  /// enough.
  ///
  /// - Parameters:
  ///   - leaf: the leaf.
  ///   - element: which element moves.
  ///   - start: its value.
  ///   - dependents: the nodes that depend on the leaf.
  ///   - byDecree: whether operations with a rule of their own pass the move on by it.
  ///   - floor: a slope that is smaller counts as 0.
  ///   - isEnough: whether a difference needs no smaller distance.
  /// - Returns: the difference, with an infinite error where slopes are not steady anywhere.
  /// - Throws: `Cancelled`, `ShapeError` where memory does not suffice.
  private func difference(
    _ leaf: Leaf, _ element: Int, at start: Float, _ dependents: [Node], byDecree: Bool,
    floor: Double, until isEnough: (Difference) -> Bool
  ) throws -> Difference {
    let noise = noise[leaf].map { Double($0.elements[element]) } ?? 0
    let unit = max(1, Double(start.magnitude))
    // Nothing moved, by the same arithmetic, once smaller distances are tried.
    var middle: DoubleGraph.Run?
    func measure(_ distance: Double) throws -> Difference {
      let runs = try [distance, -distance].map { move in
        try graph.run(
          .init(leaf: leaf, element: element, distance: move), through: dependents,
          byDecree: byDecree)
      }
      var difference = slope(runs[0], runs[1], distance)
      if let middle {
        difference.sides = (
          slope(runs[0], middle, distance / 2).value, slope(middle, runs[1], distance / 2).value
        )
      }
      difference.isKink = runs[0].branches.contains { serial, branches in
        branches != graph.base.branches[serial] || branches != runs[1].branches[serial]
      }
      return difference
    }
    var (distance, best) = (0.0, Difference(value: 0, error: 0, isKink: true))
    for next in Self.distances where best.isKink {
      distance = next * unit
      best = try measure(distance)
    }
    guard !best.isKink, !isEnough(best) else { return best }
    // A difference of a smaller distance that is another one says how far off both may be. The
    // smallest that agree count: across an interval much narrower than a distance, larger ones may
    // agree too.
    var (earlier, isZero, held) = (best, true, 0)
    best.error = .infinity
    middle = try graph.run(
      .init(leaf: leaf, element: element, distance: 0), through: dependents,
      byDecree: byDecree)
    for _ in 0..<Self.refinements.count {
      distance *= Self.refinements.factor
      let next = try measure(distance)
      var judged = next
      judged.error = max(next.error, (next.value - earlier.value).magnitude)
      if isEnough(judged) { return judged }
      let isSteady = judged.error <= Self.vagueShare * judged.value.magnitude
      let rounding = Self.roundingFactor * (noise * Double.ulpOfOne / distance + next.error)
      isZero = isZero && next.value.magnitude <= max(floor, rounding)
      if isSteady || isZero && judged.error < best.error { best = judged }
      held = isJump(next, after: earlier) ? held + 1 : 0
      earlier = next
    }
    // The whole slope lies within the smallest distance, however flat it is around.
    if held >= Self.jump.length { best.error = .infinity }
    // Neither steady anywhere nor nothing but rounding.
    if !isZero, best.error > Self.vagueShare * best.value.magnitude { best.error = .infinity }
    return best
  }

  /// Whether a tenth of a distance changes the sum as much as the whole one did.
  ///
  /// The steeper side tells, compared with itself: at a cusp the two have different signs.
  private func isJump(_ next: Difference, after earlier: Difference) -> Bool {
    let isAbove = next.sides.above.magnitude >= next.sides.below.magnitude
    let (slope, before) =
      isAbove
      ? (next.sides.above, earlier.sides.above) : (next.sides.below, earlier.sides.below)
    // Changes of a few last digits may be equal by chance.
    return slope.magnitude > Self.roundingFactor * next.error
      && Self.jump.shares.contains(slope * Self.refinements.factor / before)
  }

  /// The slope between two runs, and what the rounding of their results makes of it.
  private func slope(
    _ up: DoubleGraph.Run, _ down: DoubleGraph.Run, _ distance: Double
  ) -> Difference {
    guard let serial = graph.output.node?.serial, let high = up.values[serial],
      let low = down.values[serial]
    else { return Difference(value: 0, error: 0) }
    let value = zip(high.elements, low.elements).reduce(0) { $0 + ($1.0 - $1.1) } / (2 * distance)
    let size = high.elements.reduce(0) { $0 + $1.magnitude }
    return Difference(value: value, error: size * Double.ulpOfOne / distance)
  }
}
