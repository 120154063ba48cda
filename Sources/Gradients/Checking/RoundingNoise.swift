import Tensors

/// How far float32's rounding may carry gradients.
///
/// A backward pass is run again on rounding errors alone: each node passes on those of the nodes
/// before it, as it passes on gradients, and adds its own, of random sign and in proportion to what
/// it adds up. Where much cancels out, the errors are what is left, and how much they grow is what
/// the network makes of them. The largest of several passes is taken.
enum RoundingNoise {
  private static let passes: UInt64 = 8

  /// The largest error of each element of each leaf's gradient, in units of the last place of 1.
  ///
  /// - Parameters:
  ///   - variable: what was differentiated.
  ///   - map: its gradients.
  /// - Returns: for each leaf a tensor of its shape, nowhere below 0.
  /// - Throws: `Cancelled`, `ShapeError` where a tensor would not fit in memory.
  static func largest(of variable: Variable, _ map: GradientMap) throws -> [Leaf: Tensor] {
    var largest: [Leaf: Tensor] = [:]
    for pass in 1...passes {
      var random = SplitMix(state: pass)
      let nothing = try Tensor(repeating: 0, shape: variable.tensor.shape)
      let errors = try Backward.run(variable, upstream: nothing) { node, errors, _ in
        let passed = try node.operation.gradients(errors, after: node.pass)
        guard let upstream = map.gradient(of: node.serial) else { return passed }
        let own = try node.operation.gradientMagnitudes(
          try upstream.map(\.magnitude), after: node.pass)
        return try zip(passed, own).map { passed, own in
          guard let passed, let own else { return passed }
          return try passed.zip(own) { $0 + random.sign() * $1 }
        }
      }
      for (leaf, error) in errors.leaves {
        let error = try error.map(\.magnitude)
        largest[leaf] = try largest[leaf]?.zip(error, max) ?? error
      }
    }
    return largest
  }

  /// Sebastiano Vigna's SplitMix64: the same numbers in every run of the program.
  private struct SplitMix {
    var state: UInt64

    /// A number between −1 and 1.
    mutating func sign() -> Float {
      state &+= 0x9e37_79b9_7f4a_7c15
      var bits = state
      bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
      bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
      bits ^= bits >> 31
      return Float(bits >> 40) / Float(1 << 23) - 1
    }
  }
}
