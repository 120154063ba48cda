import Kernels
import Tensors

/// Gradients against central differences in double: `torch.autograd.gradcheck`.
///
/// The differences are those of each operation's plain ``Operation/reference(_:)``. Where a step
/// passes its gradient straight through by decree, the two must disagree; such a disagreement is
/// meant if the gradient is the one that would be right with that step left out.
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
    /// Elements at a kink, where nothing can be measured.
    public fileprivate(set) var kinks: [Disagreement] = []
    /// Disagreements that are mistakes.
    public fileprivate(set) var wrong: [Disagreement] = []
  }

  /// The steps that are tried, each only where the one before crossed a kink. The first is that of
  /// PyTorch's `gradcheck`, 1e-6; it may be too far where a constant of 1e-6 keeps ReLU open.
  private static let steps = [1e-6, 1e-8, 1e-9]

  private let graph: DoubleGraph
  private let gradients: GradientMap
  private let magnitudes: GradientMap
  private let isSplitByRounding: Bool
  /// At most so many elements of a leaf are checked, spread evenly.
  private let limit: Int

  /// Prepares the check of the gradients of `value.sum()`.
  ///
  /// - Throws: ``BackwardError`` where no gradient flows, `Cancelled`.
  public init(of value: Variable, limit: Int = 1000) throws {
    gradients = try Backward.gradients(
      of: value, upstream: try Tensor(repeating: 1, shape: value.tensor.shape))
    magnitudes = try Backward.magnitudes(of: value)
    graph = try DoubleGraph(of: value)
    isSplitByRounding = try graph.isSplitByRounding
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
    // And where much cancels out, as in a bias before a batch normalization, rounding is all there is.
    // Behind many layers the magnitudes grow out of proportion, so that a limit is set to that.
    let rounding = (magnitudes.leaves[leaf]?.elements ?? []).map { magnitude in
      magnitude.isFinite ? min(2 * Double(Float.ulpOfOne) * Double(magnitude), 1e-2 * largest) : 0
    }
    let passesStraightThrough = graph.passesStraightThrough(leaf)
    let count = min(limit, gradient.count)
    for position in 0..<count {
      let element = position * gradient.count / count
      let value = Double(gradient.elements[element])
      func agree(_ gradient: Double, _ difference: Double) -> Bool {
        let tolerance = 1e-5 * largest + (rounding.isEmpty ? 0 : rounding[element])
        return (gradient - difference).magnitude <= tolerance + 1e-3 * difference.magnitude
          || gradient.isNaN && difference.isNaN
      }
      let ordinary = try difference(leaf, element, straightThrough: false)
      finding.checked += 1
      let disagreement = Finding.Disagreement(
        element: element, gradient: value, difference: ordinary.value)
      if ordinary.isKink {
        finding.kinks.append(disagreement)
        continue
      }
      if passesStraightThrough {
        let through = try difference(leaf, element, straightThrough: true)
        // A small gradient that goes straight through would pass as agreeing with zero.
        let differs = (through.value - ordinary.value).magnitude > 1e-8 * largest
        if !through.isKink, differs, agree(value, through.value),
          (value - through.value).magnitude < (value - ordinary.value).magnitude
        {
          finding.meant.append(disagreement)
          continue
        }
        if through.isKink, !agree(value, ordinary.value) {
          finding.kinks.append(disagreement)
          continue
        }
      }
      if agree(value, ordinary.value) {
        let error = (value - ordinary.value).magnitude
        if error > finding.largestError?.error ?? -1 { finding.largestError = (error, element) }
      } else if isSplitByRounding {
        finding.kinks.append(disagreement)
      } else {
        finding.wrong.append(disagreement)
      }
    }
    return finding
  }

  /// The central difference at one element, and whether a kink lies within the smallest step.
  private func difference(
    _ leaf: Leaf, _ element: Int, straightThrough: Bool
  ) throws -> (value: Double, isKink: Bool) {
    var value = 0.0
    for step in Self.steps {
      let up = try graph.run(
        .init(leaf: leaf, element: element, distance: step), straightThrough: straightThrough)
      let down = try graph.run(
        .init(leaf: leaf, element: element, distance: -step), straightThrough: straightThrough)
      value = slope(up, down, step)
      let isCrossed = up.branches.contains { serial, branches in
        branches != graph.base.branches[serial] || branches != down.branches[serial]
      }
      if !isCrossed { return (value, false) }
    }
    return (value, true)
  }

  private func slope(_ up: DoubleGraph.Run, _ down: DoubleGraph.Run, _ step: Double) -> Double {
    guard let serial = graph.output.node?.serial, let high = up.values[serial],
      let low = down.values[serial]
    else { return 0 }
    return zip(high.elements, low.elements).reduce(0) { $0 + ($1.0 - $1.1) } / (2 * step)
  }
}
