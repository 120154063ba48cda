import Gradients
import Layers
import Tensors

/// Ordinary pruning and the Dynamic Pruning Unit side by side.
struct ComparisonText {
  let trial: PruningTrial
  /// The gradient of the dense weight under ordinary pruning.
  let blocked: Tensor
  /// The gradient of the dense weight in the unit.
  let passed: Tensor
  /// The L1 norm of each filter.
  let norms: Tensor
  let options: PrintOptions

  private var length: Int { max(1, passed.shape.droppingFirst.count) }

  /// A row for each filter.
  var table: String {
    let count = norms.count
    func largest(_ gradient: Tensor) -> [Float] {
      (0..<count).map { filter in
        let values = gradient.elements[filter * length..<(filter + 1) * length].map(\.magnitude)
        return values.contains(where: \.isNaN) ? .nan : values.max() ?? 0
      }
    }
    func zeros(_ gradient: Tensor, _ filter: Int) -> String {
      let values = gradient.elements[filter * length..<(filter + 1) * length]
      return "\(values.count { $0 == 0 }) of \(length)"
    }
    let (ordinary, unit) = (largest(blocked), largest(passed))
    let format = NumberFormat(ordinary + unit, options: options)
    let normFormat = NumberFormat(norms.elements, options: options)
    var rows = [
      ["", "", "", "pruning:", "", "DPU:", ""],
      ["filter", "mask", "L1 norm", "largest |grad|", "zero", "largest |grad|", "zero"],
    ]
    for filter in 0..<count {
      rows.append([
        "\(filter)", trial.mask.elements[filter] == 0 ? "0" : "1",
        normFormat.string(norms.elements[filter]), format.string(ordinary[filter]),
        zeros(blocked, filter), format.string(unit[filter]), zeros(passed, filter),
      ])
    }
    return TextTable.text(rows)
  }

  /// What the numbers say, in sentences.
  var verdict: String { pruned + "\n" + kept }

  private var pruned: String {
    let count = trial.maskedCount
    guard count > 0 else { return "0 pruned" }
    let elements = count * length
    func side(_ gradient: Tensor, _ name: String) -> String {
      let zeros = gradient.elements.indices.count {
        trial.mask.elements[$0 / length] == 0 && gradient.elements[$0] == 0
      }
      if zeros == elements { return "every gradient zero \(name)" }
      return "up to \(number(trial.largest(of: gradient, masked: true))) \(name)"
        + (zeros > 0 ? " (\(zeros) of \(elements) zero)" : "")
    }
    return "\(count) pruned: \(side(blocked, "under ordinary pruning")), "
      + side(passed, "in the DPU")
  }

  private var kept: String {
    let count = trial.mask.count - trial.maskedCount
    let places = passed.elements.indices.filter { trial.mask.elements[$0 / length] != 0 }
    let differences = places.lazy.filter { place in
      let (a, b) = (blocked.elements[place], passed.elements[place])
      return a != b && !(a.isNaN && b.isNaN)
    }
    guard !differences.isEmpty else {
      return "\(count) kept: the gradients are exactly equal"
    }
    let sizes = differences.map { (blocked.elements[$0] - passed.elements[$0]).magnitude }
    let largest = sizes.contains(where: \.isNaN) ? Float.nan : sizes.max() ?? 0
    return "\(count) kept: \(sizes.count) of \(places.count) gradients differ, "
      + "by up to \(number(largest))"
  }

  private func number(_ value: Float) -> String {
    NumberFormat([value], options: options).string(value)
  }
}
