import Kernels
import Tensors

/// Gradients against central differences in double: `torch.autograd.gradcheck`.
///
/// The differences are those of each operation's plain ``Operation/reference(_:)``, at the values
/// that float32 has recorded. Where a step passes its gradient straight through by decree, the two
/// must disagree; such a disagreement is meant if the gradient is the one that would be right with
/// that step left out.
///
/// What float32 can do to the gradient is measured (``RoundingNoise``), and what a step of finite
/// size does to the difference is estimated from a smaller step.
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
    /// How many elements were checked.
    public fileprivate(set) var checked = 0
    /// The largest error among the elements that agree, and where it is.
    public fileprivate(set) var largestError: (error: Double, element: Int)?
    /// Disagreements that a straight-through gradient means.
    public fileprivate(set) var meant: [Disagreement] = []
    /// Elements at a kink, where there is no derivative.
    public fileprivate(set) var kinks: [Disagreement] = []
    /// Elements where double has too few digits for a difference.
    public fileprivate(set) var unmeasured: [Disagreement] = []
    /// Disagreements that are mistakes.
    public fileprivate(set) var wrong: [Disagreement] = []
  }

  /// A central difference.
  private struct Difference {
    var value: Double
    /// How far off it may be.
    var error: Double
    /// Whether a kink lies within the smallest step.
    var isKink = false
  }

  /// The steps that are tried, in units of the value where that is above 1, each only where the one
  /// before crossed a kink. The first is that of PyTorch's `gradcheck`, 1e-6; it may be too far where
  /// a constant of 1e-6 keeps ReLU open.
  private static let steps = [1e-6, 1e-8, 1e-10]
  /// How much smaller steps are tried where a difference disagrees, and how often: after a batch
  /// normalization of a nearly constant channel the slope changes within 1e-6.
  private static let refinements = (factor: 0.1, count: 5)
  /// Rounding errors are at most so many times the largest of a few measured ones.
  private static let noiseFactor = 8 * Double(Float.ulpOfOne)

  private let graph: DoubleGraph
  private let gradients: GradientMap
  private let noise: [Leaf: Tensor]
  /// At most so many elements of a leaf are checked, spread evenly.
  private let limit: Int

  /// Prepares the check of the gradients of `value.sum()`.
  ///
  /// - Throws: ``BackwardError`` where no gradient flows, `Cancelled`.
  public init(of value: Variable, limit: Int = 1000) throws {
    gradients = try Backward.gradients(
      of: value, upstream: try Tensor(repeating: 1, shape: value.tensor.shape))
    noise = try RoundingNoise.largest(of: value, gradients)
    graph = try DoubleGraph(of: value)
    self.limit = max(1, limit)
  }

  /// Checks every leaf.
  ///
  /// - Throws: `Cancelled`.
  public func findings() throws -> [Finding] {
    try graph.leaves.map { leaf, tensor in
      try finding(leaf, gradients.leaves[leaf] ?? Tensor(repeating: 0, shape: tensor.shape))
    }
  }

  private func finding(_ leaf: Leaf, _ gradient: Tensor) throws -> Finding {
    var finding = Finding(leaf: leaf, gradient: gradient)
    // PyTorch's tolerances; the absolute one grows with the gradient: float32 has no more digits.
    let largest = gradient.elements.reduce(1) { max($0, Double($1.magnitude)) }
    let dependents = graph.dependents(of: leaf)
    let passesStraightThrough = dependents.contains(where: \.operation.passesStraightThrough)
    let count = min(limit, gradient.count)
    for position in 0..<count {
      let element = position * gradient.count / count
      let value = Double(gradient.elements[element])
      let noise = noise[leaf].map { Double($0.elements[element]) * Self.noiseFactor } ?? 0
      func agree(_ gradient: Double, _ difference: Difference) -> Bool {
        let tolerance = 1e-5 * largest + (noise.isFinite ? noise : 0) + difference.error
        let distance = (gradient - difference.value).magnitude
        return distance <= tolerance + 1e-3 * difference.value.magnitude
          || gradient.isNaN && difference.value.isNaN
      }
      // An error as large as what is measured says nothing, neither for the gradient nor against it.
      func isVague(_ difference: Difference) -> Bool {
        difference.error > 1e-2 * max(largest, difference.value.magnitude)
      }
      func measured(straightThrough: Bool) throws -> Difference {
        try difference(leaf, element, dependents, straightThrough: straightThrough) {
          !isVague($0) && agree(value, $0)
        }
      }
      let ordinary = try measured(straightThrough: false)
      finding.checked += 1
      let disagreement = Finding.Disagreement(
        element: element, gradient: value, difference: ordinary.value)
      if ordinary.isKink {
        finding.kinks.append(disagreement)
        continue
      }
      if passesStraightThrough {
        let through = try measured(straightThrough: true)
        // A small gradient that goes straight through would pass as agreeing with zero.
        let differs = (through.value - ordinary.value).magnitude > 1e-8 * largest
        if !through.isKink, !isVague(through), differs, agree(value, through),
          (value - through.value).magnitude < (value - ordinary.value).magnitude
        {
          finding.meant.append(disagreement)
          continue
        }
        if through.isKink, !agree(value, ordinary) {
          finding.kinks.append(disagreement)
          continue
        }
      }
      if isVague(ordinary) {
        finding.unmeasured.append(disagreement)
      } else if agree(value, ordinary) {
        let error = (value - ordinary.value).magnitude
        if error > finding.largestError?.error ?? -1 { finding.largestError = (error, element) }
      } else {
        finding.wrong.append(disagreement)
      }
    }
    return finding
  }

  /// The central difference at one element.
  private func difference(
    _ leaf: Leaf, _ element: Int, _ dependents: [Node], straightThrough: Bool,
    until isEnough: (Difference) -> Bool
  ) throws -> Difference {
    let start = graph.leaves.first { $0.leaf == leaf }?.tensor.elements[element] ?? 0
    let unit = max(1, Double(start.magnitude))
    func measure(_ step: Double) throws -> Difference {
      let runs = try [step, -step].map { distance in
        try graph.run(
          .init(leaf: leaf, element: element, distance: distance), through: dependents,
          straightThrough: straightThrough)
      }
      var difference = slope(runs[0], runs[1], step)
      difference.isKink = runs[0].branches.contains { serial, branches in
        branches != graph.base.branches[serial] || branches != runs[1].branches[serial]
      }
      return difference
    }
    var (step, best) = (0.0, Difference(value: 0, error: 0, isKink: true))
    for next in Self.steps where best.isKink {
      step = next * unit
      best = try measure(step)
    }
    guard !best.isKink, !isEnough(best) else { return best }
    // A difference of a smaller step that is another one says how far off both may be.
    var earlier = best
    best.error = .infinity
    for _ in 0..<Self.refinements.count {
      step *= Self.refinements.factor
      var next = try measure(step)
      let rounding = next.error
      next.error = max(rounding, (next.value - earlier.value).magnitude)
      if next.error < best.error { best = next }
      if isEnough(best) { return best }
      next.error = rounding
      earlier = next
    }
    return best
  }

  /// The slope between two runs, and what the rounding of their results makes of it.
  private func slope(_ up: DoubleGraph.Run, _ down: DoubleGraph.Run, _ step: Double) -> Difference {
    guard let serial = graph.output.node?.serial, let high = up.values[serial],
      let low = down.values[serial]
    else { return Difference(value: 0, error: 0) }
    let value = zip(high.elements, low.elements).reduce(0) { $0 + ($1.0 - $1.1) } / (2 * step)
    let size = high.elements.reduce(0) { $0 + $1.magnitude }
    return Difference(value: value, error: size * Double.ulpOfOne / step)
  }
}
